using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Lab.Dashboard.Serving;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Input;
using Lab.Model.Resources;
using Lab.Model.Running;
using Lab.Model.Services;
using Lab.Runtime.State;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Lab.Hosting;

/// <summary>Adds labs to an Aspire application.</summary>
public static class LabBuilderExtensions
{
    /// <summary>
    /// Adds a lab: a resource that is healthy when all nodes are ready, with its network, services and nodes as children. In the application's
    /// pipeline <c>deploy</c>, <c>destroy</c> and <c>publish</c> do what <c>lab-deploy apply</c>, <c>destroy</c> and <c>render</c> do.
    /// </summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">Name of the lab's resource. Parts of a second lab have its name before theirs.</param>
    /// <param name="file">The lab file, relative to the AppHost's folder or the current one; null for <c>lab.yaml</c> there, or the defaults where there is none.</param>
    /// <exception cref="LabException">The file is not there, or something of it is wrong.</exception>
    public static IResourceBuilder<LabResource> AddLab(this IDistributedApplicationBuilder builder, [ResourceName] string name, string? file = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);
        var path = Find(builder, file);
        var others = builder.Resources.OfType<LabResource>().ToList();
        var definition = LabFile.Load(path);
        var lab = new LabResource(
            name,
            IsTaken(definition.Name) ? definition with { Name = Free(DefinitionRules.NameFrom($"AddLab(\"{name}\")", name)) } : definition
        )
        {
            File = path,
            Prefix = others.Count == 0 ? "" : $"{name}-",
        };
        var added = builder
            .AddResource(lab)
            .ExcludeFromManifest()
            .WithIconName("Server")
            .WithInitialState(
                new CustomResourceSnapshot
                {
                    ResourceType = "Lab",
                    State = KnownResourceStates.NotStarted,
                    CreationTimeStamp = DateTime.UtcNow,
                    Properties = [new ResourcePropertySnapshot("Lab", lab.Definition.Name)],
                }
            );
        LabPipeline.AddSteps(builder, lab);
        if (builder.ExecutionContext.IsRunMode)
        {
            Run(builder, added);
        }

        AddComponents(builder, lab);
        return added;

        bool IsTaken(string text) => others.Any(other => other.Definition.Name == text);

        // The lab of another resource may have this one's name.
        string Free(string text) => IsTaken(text) ? Enumerable.Range(2, others.Count).Select(number => $"{text}-{number}").First(each => !IsTaken(each)) : text;
    }

    /// <summary>Takes the first so many nodes of the lab file; further nodes continue its pattern.</summary>
    /// <param name="builder">The lab.</param>
    /// <param name="count">Number of nodes, from 1.</param>
    /// <exception cref="LabException">The subnet has no room for so many.</exception>
    public static IResourceBuilder<LabResource> WithNodes(this IResourceBuilder<LabResource> builder, int count) =>
        builder.Change(request => request with { Lab = request.Lab.WithNodes(count) });

    /// <summary>Gives the lab another name than its file does. Labs of the same name cannot run at the same time.</summary>
    /// <param name="builder">The lab.</param>
    /// <param name="name">Its name: small letters, digits and hyphens.</param>
    public static IResourceBuilder<LabResource> WithLabName(this IResourceBuilder<LabResource> builder, string name) =>
        builder.Change(request => request with { Lab = request.Lab with { Name = DefinitionRules.NameFrom("WithLabName", name) } });

    /// <summary>Boots something else than the stand-in.</summary>
    /// <param name="builder">The lab.</param>
    /// <param name="image">A folder with a kernel and an initramfs, a container image that holds them, or a Talos release (<c>v1.11.2</c>).</param>
    public static IResourceBuilder<LabResource> WithImage(this IResourceBuilder<LabResource> builder, string image) =>
        builder.Change(request => request with { Image = image });

    /// <summary>Rehearses a mistake.</summary>
    /// <param name="builder">The lab.</param>
    /// <param name="fault">Its name, as <c>lab up --help</c> lists them.</param>
    public static IResourceBuilder<LabResource> WithFault(this IResourceBuilder<LabResource> builder, string fault) =>
        builder.Change(request => request with { Fault = fault });

    /// <summary>Gives nodes machine configurations to fetch.</summary>
    /// <param name="builder">The lab.</param>
    /// <param name="directory">A folder with <c>NODE.yaml</c>; nodes without one start in maintenance mode.</param>
    public static IResourceBuilder<LabResource> WithMachineConfigs(this IResourceBuilder<LabResource> builder, string directory) =>
        builder.Change(request => request with { MachineConfigs = directory });

    /// <summary>Rehearses the cloud: what lab-deploy makes on AWS, in the lab's emulator, with machines that come and go while it runs.</summary>
    /// <param name="builder">The lab.</param>
    public static IResourceBuilder<LabResource> AsVpc(this IResourceBuilder<LabResource> builder) =>
        builder.Change(request => request with { Lab = request.Lab.In(RehearsedNetwork.Vpc) });

    /// <summary>
    /// Takes the lab's options from configuration: <c>nodes</c>, <c>image</c>, <c>fault</c>, <c>machine-configs</c>, <c>vpc</c> (<c>true</c>)
    /// and <c>name</c>.
    /// </summary>
    /// <param name="builder">The lab.</param>
    /// <param name="options">A section of the application's configuration, or all of it.</param>
    public static IResourceBuilder<LabResource> WithOptions(this IResourceBuilder<LabResource> builder, IConfiguration options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return builder.Change(request => LabOptions.Apply(request, options));
    }

    /// <summary>The lab's AWS emulator: <c>WithReference</c> gives a project <c>AWS_ENDPOINT_URL</c>, a region, keys and a connection string.</summary>
    /// <param name="builder">The lab.</param>
    public static IResourceBuilder<AwsEmulatorResource> GetAws(this IResourceBuilder<LabResource> builder) =>
        builder.Get<AwsEmulatorResource>(LabResources.Aws);

    /// <summary>The cache of a registry, by the registry's name: <c>docker.io</c>.</summary>
    /// <param name="builder">The lab.</param>
    /// <param name="registry">A registry that the lab file has under <c>mirrors</c>.</param>
    /// <exception cref="LabException">There is no cache of it.</exception>
    public static IResourceBuilder<RegistryCacheResource> GetCache(this IResourceBuilder<LabResource> builder, string registry)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var mirrors = builder.Resource.Definition.Mirrors;
        return mirrors.FirstOrDefault(mirror => mirror.Registry == registry) is { } mirror
            ? builder.Get<RegistryCacheResource>(RegistryCache.Name(mirror))
            : throw new LabException($"The lab has no cache of '{registry}'. It has those of: {string.Join(", ", mirrors.Select(each => each.Registry))}.");
    }

    /// <summary>The boot server, which is compatible with matchbox.</summary>
    /// <param name="builder">The lab.</param>
    public static IResourceBuilder<BastionServiceResource> GetBootServer(this IResourceBuilder<LabResource> builder) =>
        builder.Get<BastionServiceResource>(Matchbox.Name);

    /// <summary>A node, by its name in the lab file; its endpoint is that of its API.</summary>
    /// <param name="builder">The lab.</param>
    /// <param name="node">Name of the node.</param>
    /// <exception cref="LabException">There is no such node.</exception>
    public static IResourceBuilder<LabNodeResource> GetNode(this IResourceBuilder<LabResource> builder, string node) => builder.Get<LabNodeResource>(node);

    /// <summary>
    /// Gives a project the emulator: <c>AWS_ENDPOINT_URL</c>, <c>AWS_REGION</c>, <c>AWS_ACCESS_KEY_ID</c> and <c>AWS_SECRET_ACCESS_KEY</c>, which
    /// AWS's own clients read, and the connection string.
    /// </summary>
    /// <param name="builder">The project.</param>
    /// <param name="aws">The emulator.</param>
    public static IResourceBuilder<T> WithReference<T>(this IResourceBuilder<T> builder, IResourceBuilder<AwsEmulatorResource> aws)
        where T : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(aws);
        var emulator = aws.Resource;
        return ResourceBuilderExtensions
            .WithReference(builder, (IResourceBuilder<IResourceWithConnectionString>)aws)
            .WithEnvironment("AWS_ENDPOINT_URL", emulator.Endpoint)
            .WithEnvironment("AWS_REGION", emulator.Lab.Definition.Region)
            .WithEnvironment("AWS_DEFAULT_REGION", emulator.Lab.Definition.Region)
            .WithEnvironment("AWS_ACCESS_KEY_ID", LabResources.AwsAnyKey)
            .WithEnvironment("AWS_SECRET_ACCESS_KEY", LabResources.AwsAnyKey);
    }

    /// <summary>Gives a project the URL of a registry cache, as connection string.</summary>
    /// <param name="builder">The project.</param>
    /// <param name="cache">The cache.</param>
    public static IResourceBuilder<T> WithReference<T>(this IResourceBuilder<T> builder, IResourceBuilder<RegistryCacheResource> cache)
        where T : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(cache);
        return ResourceBuilderExtensions.WithReference(builder, (IResourceBuilder<IResourceWithConnectionString>)cache);
    }

    /// <summary>What Aspire shows of a part before it runs.</summary>
    internal static CustomResourceSnapshot Initial(LabComponentResource component) =>
        new()
        {
            ResourceType = component.Type,
            State = KnownResourceStates.NotStarted,
            CreationTimeStamp = DateTime.UtcNow,
            Properties = ComponentMirror.Properties(new ResourceSnapshot(component.Definition, ResourceState.NotStarted), boot: null),
        };

    private static string? Find(IDistributedApplicationBuilder builder, string? file)
    {
        if (file is not null)
        {
            var besideProgram = Path.Combine(builder.AppHostDirectory, file);
            return File.Exists(file) || !File.Exists(besideProgram) ? file : besideProgram;
        }

        var beside = Path.Combine(builder.AppHostDirectory, LabFile.DefaultName);
        return !File.Exists(LabFile.DefaultName) && File.Exists(beside) ? beside : null;
    }

    private static void Run(IDistributedApplicationBuilder builder, IResourceBuilder<LabResource> lab)
    {
        // The first of all: the lab does not wait until Aspire has started its orchestrator and its dashboard.
        builder.Services.Insert(0, ServiceDescriptor.Singleton<IHostedService>(services => LabRun.Of(services, lab.Resource)));
        builder.Services.AddKeyedSingleton(lab.Resource.Name, (services, _) => new LabRun(lab.Resource, services));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(Math.Max(30, host.ShutdownTimeout.TotalSeconds)));
        AddHealth(builder, lab, run => new LabReadyCheck(run));
    }

    private static void AddHealth<T>(IDistributedApplicationBuilder builder, IResourceBuilder<T> resource, Func<Func<LabRun>, IHealthCheck> check)
        where T : IResource
    {
        var key = $"{resource.Resource.Name}-health";
        var lab = resource.Resource as LabResource ?? (resource.Resource as LabComponentResource)!.Lab;
        if (lab.HealthChecks.Add(key))
        {
            builder
                .Services.AddHealthChecks()
                .Add(new HealthCheckRegistration(key, services => check(() => LabRun.Of(services, lab)), failureStatus: null, tags: null));
        }

        resource.WithHealthCheck(key);
    }

    private static IResourceBuilder<LabResource> Change(this IResourceBuilder<LabResource> builder, Func<LabRequest, LabRequest> change)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Resource.Request = change(builder.Resource.Request);
        AddComponents(builder.ApplicationBuilder, builder.Resource);
        return builder;
    }

    private static IResourceBuilder<T> Get<T>(this IResourceBuilder<LabResource> builder, string part)
        where T : LabComponentResource
    {
        ArgumentNullException.ThrowIfNull(builder);
        var all = builder.Resource.Components;
        return all.TryGetValue(part, out var component) && component is T found
            ? builder.ApplicationBuilder.CreateResourceBuilder(found)
            : throw new LabException(
                $"The lab has no such part '{part}'. It has: {string.Join(", ", all.Values.OfType<T>().Select(each => each.Definition.Name))}."
            );
    }

    /// <summary>Brings the application's resources in line with the definition, which may have other nodes now.</summary>
    private static void AddComponents(IDistributedApplicationBuilder builder, LabResource lab)
    {
        var wanted = lab.Request.IsVpc
            ? [.. LabResources.Of(lab.Definition).Where(part => part.Kind is ResourceKind.Network or ResourceKind.Emulator)]
            : LabResources.Of(lab.Definition);
        foreach (var (name, component) in lab.Components.ToList())
        {
            if (wanted.All(part => part.Name != name))
            {
                builder.Resources.Remove(component);
                lab.Components.Remove(name);
            }
        }

        foreach (var part in wanted.Where(part => !lab.Components.ContainsKey(part.Name)))
        {
            AddComponent(builder, lab, part);
        }
    }

    private static void AddComponent(IDistributedApplicationBuilder builder, LabResource lab, Lab.Model.Resources.LabResource part)
    {
        var component = LabComponentResource.Of(lab, part);
        if (builder.Resources.FirstOrDefault(other => other.Name.Equals(component.Name, StringComparison.OrdinalIgnoreCase)) is { } same)
        {
            throw new LabException(
                $"The {part.Kind.ToString().ToLowerInvariant()} {part.Name} of lab {lab.Definition.Name} is called '{component.Name}' in an Aspire application, and so is {(same is LabComponentResource { Definition.Name: var other } ? other : $"the {same.GetType().Name} of that name")}. Give one of them another name."
            );
        }

        lab.Components[part.Name] = component;
        var added = builder
            .AddResource(component)
            .ExcludeFromManifest()
            .WithIconName(part.Icon)
            .WithParentRelationship(lab)
            .WithInitialState(Initial(component));
        foreach (var needed in part.WaitsFor.Select(name => lab.Components[name]))
        {
            added.WaitFor(builder.CreateResourceBuilder<IResource>(needed));
        }

        ComponentCommands.Add(component);
        if (!builder.ExecutionContext.IsRunMode)
        {
            return;
        }

        AddHealth(builder, added, run => new LabHealthCheck(run, part.Name));
        if (component is AwsEmulatorResource aws && LocalStackContainer.IsWanted)
        {
            LocalStackContainer.Add(builder, aws);
        }

        added.OnInitializeResource(
            (resource, happened, cancellationToken) =>
                new ComponentMirror(resource, LabRun.Of(happened.Services, lab), happened.Services).RunAsync(cancellationToken)
        );
    }
}
