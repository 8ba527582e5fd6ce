using System.CommandLine;
using System.Net.Sockets;
using Lab.AppHost.Embedded;
using Lab.AppHost.Terminal;
using Lab.AppHost.Vpc;
using Lab.Deployer.Commands;
using Lab.Emulation.Host;
using Lab.Emulation.Images;
using Lab.Emulation.Machines;
using Lab.Emulation.Services;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Rendering;
using Lab.ServiceDefaults;
using Spectre.Console;

namespace Lab.AppHost.Commands;

/// <summary>Runs the lab: what the program does without a verb.</summary>
internal static class RunCommand
{
    private static readonly Option<bool> Once = new("--once") { Description = "End when all nodes are ready (exit code 0) or one has failed (1), and take the lab down." };
    private static readonly Option<string?> As = new Option<string?>("--as") { Description = "lan: the network of a home. vpc: what lab-deploy makes on AWS, in an emulator, with machines that boot from its launch template. Without it what the lab file says under network, else lan.", HelpName = "lan|vpc" }.OneOf("lan", "vpc");
    private static readonly Option<int?> Nodes = new Option<int?>("--nodes") { Description = "Number of nodes: the first N of the lab file; further ones are made up.", HelpName = "N" }.Within(1, int.MaxValue, "a number from 1");
    private static readonly Option<string?> Image = new("--image") { Description = "Boot a Talos instead of the stand-in: a folder with kernel-arm64, vmlinuz-arm64 or vmlinuz, and initramfs*; a container image that holds them (ghcr.io/owner/name:tag); or a Talos release (v1.11.2).", HelpName = "DIR|REF|VERSION" };
    private static readonly Option<string?> MachineConfigs = new("--machine-configs") { Description = "Machine configurations of yours for the nodes to fetch: a folder with NODE.yaml. Nodes without one start in maintenance mode.", HelpName = "DIR" };
    private static readonly Option<int> TimeoutSeconds = new Option<int>("--timeout") { Description = "Seconds that a node has to get ready, from the moment its machine is switched on; then it has failed.", HelpName = "SECONDS", DefaultValueFactory = _ => (int)OutOfTime.Usual.TotalSeconds }.Within(1, (int)OutOfTime.Longest.TotalSeconds, $"1 to {OutOfTime.Longest.TotalSeconds:0} seconds");
    private static readonly Option<string?> FaultName = new("--fault") { Description = $"Rehearse a mistake: {string.Join(", ", Fault.All.Select(fault => fault.Name))}; with --as vpc: {string.Join(", ", VpcFault.All.Select(fault => fault.Name))}.", HelpName = "FAULT" };
    private static readonly Option<bool> NoDashboard = new("--no-dashboard") { Description = "Open no port for the dashboard and for Aspire's resource protocol." };
    private static readonly Option<int> Port = new Option<int>("--port") { Description = "The dashboard's port on 127.0.0.1; another one is taken where it is not free.", HelpName = "PORT", DefaultValueFactory = _ => ServingOptions.UsualPort }.Within(0, 65535, "0 (any) to 65535");
    private static readonly Option<bool> NoInstall = new("--no-install") { Description = "Install and download nothing; print the commands instead (exit code 2)." };

    /// <summary>Gives the root command its options and its action.</summary>
    public static void Configure(RootCommand root)
    {
        foreach (var option in new Option[] { Once, As, Nodes, Image, MachineConfigs, TimeoutSeconds, FaultName, NoDashboard, Port, NoInstall })
        {
            root.Options.Add(option);
        }

        root.SetAction((arguments, cancellationToken) => RunAsync(arguments, cancellationToken));
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        await using var events = new EventStream(View(arguments));
        try
        {
            var lab = Definition(arguments);
            var isEmbedded = IsEmbedded(arguments) || lab.Network.As == RehearsedNetwork.Vpc;
            events.Add(new LabEvent.Message(isEmbedded ? HostChoice.EmbeddedLine : HostChoice.Line));
            if (lab.Network.As == RehearsedNetwork.Vpc)
            {
                return await RunAsVpcAsync(arguments, lab, events, cancellationToken) ? 0 : 1;
            }

            var fault = FaultOf(arguments);
#if ASPIRE
            if (!isEmbedded)
            {
                return await AspireHost.AspireApplication.RunAsync(lab, (telemetry, stopping) => PrepareAsync(arguments, lab, fault, events, AspireHost.AspireApplication.Elsewhere, telemetry, stopping), cancellationToken);
            }

#endif
            return await RunAsync(arguments, lab, fault, events, cancellationToken) ? 0 : 1;
        }
        catch (LabException e)
        {
            events.Add(new LabEvent.Error(e.Message));
            return e.ExitCode;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            events.Add(new LabEvent.Error(SystemErrors.Text(e)));
            return 1;
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException && cancellationToken.IsCancellationRequested)
        {
            // A socket that finds its network gone was being opened while the lab went down.
            events.Add(new LabEvent.Message("Interrupted; nothing of the lab is left running.") { IsLast = true });
            return Interruption.ExitCode;
        }
    }

    private static async Task<bool> RunAsync(ParseResult arguments, LabDefinition lab, Fault fault, EventStream events, CancellationToken cancellationToken)
    {
        await using var prepared = await PrepareAsync(arguments, lab, fault, events, [], OpenTelemetryDefaults.OfEnvironment(), cancellationToken);
        try
        {
            return await prepared.Host.RunAsync();
        }
        catch (LabException)
        {
            events.Add(new LabEvent.Summary(prepared.Host.Session.Elapsed, [.. lab.Nodes.Select(node => new LabEvent.NodeResult(node.Name, false, new Dictionary<BootStage, TimeSpan>()))]));
            throw;
        }
    }

    private static async Task<bool> RunAsVpcAsync(ParseResult arguments, LabDefinition lab, EventStream events, CancellationToken cancellationToken)
    {
        if (arguments.GetValue(MachineConfigs) is not null)
        {
            throw new LabException("--machine-configs: in a VPC no node is known before it is launched (EC2 chooses its MAC), so there is no configuration for one. Send it to the node that is ready: talosctl apply-config --insecure");
        }

        var fault = arguments.GetValue(FaultName) is { } name ? VpcFault.Of(name) : VpcFault.None;
        await using var prepared = await PrepareAsync(arguments, lab, events, (folder, tools, image, held) => new PreparedLab(EmbeddedHost.Create(lab, folder, tools, new VpcOptions
        {
            Once = arguments.GetValue(Once),
            Timeout = TimeSpan.FromSeconds(arguments.GetValue(TimeoutSeconds)),
            Image = image,
            Fault = fault,
            Serving = Serving(arguments),
        }, events, cancellationToken), held), cancellationToken);
        return await prepared.Host.RunAsync();
    }

    private static ServingOptions? Serving(ParseResult arguments) =>
        arguments.GetValue(Once) ? null : new ServingOptions(!arguments.GetValue(NoDashboard), arguments.GetValue(Port));

    private static Task<PreparedLab> PrepareAsync(
        ParseResult arguments, LabDefinition lab, Fault fault, EventStream events, IReadOnlyList<string> elsewhere, IReadOnlyDictionary<string, string?> telemetry, CancellationToken cancellationToken)
    {
        var machineConfigs = arguments.GetValue(MachineConfigs) is { } configs ? MachineConfigFolder.Read(configs, lab) : new Dictionary<string, string>();
        return PrepareAsync(arguments, lab, events, (folder, tools, image, held) => new PreparedLab(EmbeddedHost.Create(lab, folder, tools, new SessionOptions
        {
            Once = arguments.GetValue(Once),
            Timeout = TimeSpan.FromSeconds(arguments.GetValue(TimeoutSeconds)),
            Image = image,
            MachineConfigs = machineConfigs,
            Fault = fault,
            Serving = Serving(arguments),
            Elsewhere = elsewhere,
            Telemetry = telemetry,
        }, events, cancellationToken), held), cancellationToken);
    }

    /// <summary>Provides what the host lacks, takes the lab's lock, removes what an earlier run has left.</summary>
    private static async Task<T> PrepareAsync<T>(
        ParseResult arguments, LabDefinition lab, EventStream events, Func<LabFolder, HostTools, NodeImage, LabLock, T> make, CancellationToken cancellationToken)
    {
        void Say(string text) => events.Add(new LabEvent.Message(text));
        CheckCommand.Tell(lab, Options.Today(TimeProvider.System), Say);
        var folders = LabFolders.OfUser;
        var labFolder = folders.Lab(lab.Name);
        var tools = await new HostInstaller(folders, Say).ProvideAsync(!arguments.GetValue(NoInstall), tryAgain: false, cancellationToken);
        var held = LabLock.TryTake(labFolder)
            ?? throw new LabException($"Lab {lab.Name} runs already. Give this one another name with --name, or end that one with: dotnet run --project Lab.AppHost -- down --name {lab.Name}");
        try
        {
            if (await CleanUp.RunAsync(labFolder, cancellationToken) is { Count: > 0 } removed)
            {
                Say($"Removed what an earlier run had left: {string.Join(", ", removed)}.");
            }

            var image = await ImageChoice.GetAsync(
                arguments.GetValue(Image), lab, tools, folders, Say, cancellationToken,
                mirror => PullCache.StartAsync(lab, mirror, labFolder, tools, BrokerCommand.Invocation, cancellationToken));
            return make(labFolder, tools, image, held);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>What is for programs and scripts is the same in both builds.</summary>
    private static bool IsEmbedded(ParseResult arguments) => !HostChoice.IsAspire || arguments.GetValue(Once) || arguments.GetValue(CommonOptions.Json);

    private static LabDefinition Definition(ParseResult arguments)
    {
        var lab = LabFile.Load(arguments.GetValue(CommonOptions.File));
        lab = arguments.GetValue(CommonOptions.Name) is { } name ? lab with { Name = DefinitionRules.NameOfOption(name) } : lab;
        lab = arguments.GetValue(As) is { } network ? lab with { Network = lab.Network with { As = Enum.Parse<RehearsedNetwork>(network, ignoreCase: true) } } : lab;
        return arguments.GetValue(Nodes) is { } count ? lab.WithNodes(count) : lab;
    }

    private static Fault FaultOf(ParseResult arguments) => arguments.GetValue(FaultName) is { } name ? Fault.Of(name) : Fault.None;

    private static ILabView View(ParseResult arguments) =>
        arguments.GetValue(CommonOptions.Json) ? new JsonView(Console.Out)
        : (IsEmbedded(arguments) || arguments.GetValue(As) == "vpc") && AnsiConsole.Profile.Capabilities.Interactive && !Console.IsOutputRedirected ? new LiveView(AnsiConsole.Console)
        : new PlainView(Console.Out, Console.Error);
}
