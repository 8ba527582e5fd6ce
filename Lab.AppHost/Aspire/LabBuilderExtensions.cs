using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Lab.AppHost.Embedded;
using Lab.Dashboard.Running;
using Lab.Model.Definition;
using Lab.Model.Resources;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Lab.AppHost.AspireHost;

/// <summary>Adds a lab to an Aspire application.</summary>
internal static class LabBuilderExtensions
{
    /// <summary>
    /// Adds every part of the lab as a resource, with what it waits for, its health, commands, log and links. When the application is
    /// published, adds the bastion's containers instead: what runs on the bastion is what is published.
    /// </summary>
    /// <param name="builder">The application.</param>
    /// <param name="lab">The lab.</param>
    /// <param name="prepare">Makes the host ready for the lab, when the application starts; not called when it is published.</param>
    public static IDistributedApplicationBuilder AddLab(this IDistributedApplicationBuilder builder, LabDefinition lab, Func<CancellationToken, Task<PreparedLab>> prepare)
    {
        if (builder.ExecutionContext.IsPublishMode)
        {
#if ASPIRE_DOCKER
            BastionCompose.Add(builder, lab);
#endif
            return builder;
        }

        builder.Services.AddSingleton(services => new LabRun(prepare, services.GetRequiredService<IHostApplicationLifetime>()));

        // The first of all: the lab does not wait until Aspire has started its orchestrator and its dashboard.
        builder.Services.Insert(0, ServiceDescriptor.Singleton<IHostedService>(services => services.GetRequiredService<LabRun>()));
        var added = new Dictionary<string, IResourceBuilder<IResource>>();
        foreach (var definition in LabResources.Of(lab))
        {
            added[definition.Name] = definition.Kind == ResourceKind.Emulator && LocalStackContainer.IsWanted
                ? LocalStackContainer.Add(builder, definition, lab)
                : AddComponent(builder, definition, [.. definition.WaitsFor.Select(name => added[name])]);
        }

        return builder;
    }

    private static IResourceBuilder<LabComponentResource> AddComponent(
        IDistributedApplicationBuilder builder, LabResource definition, IReadOnlyList<IResourceBuilder<IResource>> needed)
    {
        var component = LabComponentResource.Of(definition);
        var health = $"{component.Name}-health";
        builder.Services.AddHealthChecks().Add(new HealthCheckRegistration(
            health, services => new LabHealthCheck(services.GetRequiredService<LabRun>(), definition.Name), failureStatus: null, tags: null));
        var added = builder.AddResource(component)
            .ExcludeFromManifest()
            .WithIconName(definition.Icon)
            .WithHealthCheck(health)
            .WithInitialState(new CustomResourceSnapshot
            {
                ResourceType = component.Type,
                State = KnownResourceStates.NotStarted,
                CreationTimeStamp = DateTime.UtcNow,
                Properties = ComponentMirror.Properties(new ResourceSnapshot(definition, ServiceState.NotStarted), boot: null),
            })
            .OnInitializeResource((resource, happened, cancellationToken) => new ComponentMirror(resource, happened).RunAsync(cancellationToken));
        foreach (var resource in needed)
        {
            added.WaitFor(resource);
        }

        // The console is a page, and has a link.
        foreach (var command in definition.Commands.Where(command => command.Name != ResourceCommand.Console))
        {
            AddCommand(added, command);
        }

        return added;
    }

#pragma warning disable CS0618 // Since 13.6 it is called Services, which 13.1 does not have.
    private static LabRun RunOf(ExecuteCommandContext context) => context.ServiceProvider.GetRequiredService<LabRun>();

    private static LabRun RunOf(UpdateCommandStateContext context) => context.ServiceProvider.GetRequiredService<LabRun>();
#pragma warning restore CS0618

    private static void AddCommand(IResourceBuilder<LabComponentResource> component, ResourceCommand command)
    {
        var name = component.Resource.Definition.Name;
        component.WithCommand(command.Name, command.DisplayName, async context =>
        {
            var lab = await RunOf(context).Resources.WaitAsync(context.CancellationToken);
            return await lab.ExecuteAsync(name, command.Name, context.CancellationToken) is { } failure ? CommandResults.Failure(failure) : CommandResults.Success();
        }, new CommandOptions
        {
            IconName = command.Icon,
            ConfirmationMessage = command.Confirmation,
            IsHighlighted = command.Name is ResourceCommand.Restart or ResourceCommand.PowerCycle,
            UpdateState = context => RunOf(context).Snapshot(name)?.EnabledCommands.Contains(command.Name) == true ? ResourceCommandState.Enabled : ResourceCommandState.Disabled,
        });
    }
}
