using Lab.Dashboard.Looks;
using Lab.Emulation.Images;
using Lab.Emulation.Linux;
using Lab.Emulation.Services;
using Lab.Model;
using Lab.Model.Checks;
using Lab.Model.Definition;
using Lab.Model.Input;
using Lab.Model.Rendering;
using Lab.Model.Running;
using Lab.Model.Services;
using Lab.Runtime;
using Lab.Runtime.Cloud;
using Lab.Runtime.Cluster;
using Lab.Runtime.Home;
using Lab.Runtime.Lan;
using Lab.Runtime.State;

namespace Lab.Dashboard.Serving;

/// <summary>Makes this machine ready for a lab and the lab ready to run, for whichever program runs it.</summary>
internal static class LabLauncher
{
    private const string NoConfigurationsInVpc =
        "--machine-configs: in a VPC no node is known before it is launched (EC2 chooses its MAC), so there is no configuration for one. Send it to the node that is ready: talosctl apply-config --insecure";

    /// <summary>Provides what the host lacks, takes the lab's lock, removes what an earlier run has left, and makes the host of the run.</summary>
    /// <param name="request">What is wanted.</param>
    /// <param name="events">Takes what there is to say.</param>
    /// <param name="cancellationToken">Ends the preparation, and later the run.</param>
    /// <exception cref="LabException">Something of the request is wrong, or this machine cannot run a lab.</exception>
    public static async Task<PreparedLab> PrepareAsync(LabRequest request, EventStream events, CancellationToken cancellationToken)
    {
        // The option holds for all nodes.
        request = request.Image is null ? request : request with { Lab = request.Lab.WithImages(_ => null) };
        void Say(string text) => events.Add(new LabEvent.Message(text));
        Say(Beginning(request));
        if (request.Remark is { } remark)
        {
            Say(remark);
        }

        var make = Maker(request, events, cancellationToken);
        if (request.Lan is null && CheckNotice.Of(request.Lab, DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime)) is { } notice)
        {
            Say(notice);
        }

        var folders = LabFolders.OfUser;
        var folder = folders.Lab(request.Lab.Name);
        var tools = await ProvideAsync(request, Say, cancellationToken);
        var held =
            await LabLock.TakeAsync(folder, cancellationToken)
            ?? throw new LabException(
                $"Lab {folder.Name} is already running. Give this one another name with --name, or end that one with: {LabCommand.Line($"down --name {folder.Name}")}"
            );
        try
        {
            if (await CleanUp.RunAsync(folder, cancellationToken) is { Count: > 0 } removed)
            {
                Say($"Removed what an earlier run had left: {string.Join(", ", removed)}.");
            }

            var images = new ImageChoice(request.Image, request.Lab, tools, folders, Say)
            {
                OpenCache = request.Lan is not null
                    ? null
                    : mirror => PullCache.StartAsync(request.Lab, mirror, folder, tools, HelperProgram.SocketBroker, cancellationToken),
            };
            var host = await make(folder, tools, images);
            var runs = new KeptRuns(folder.Root);
            events.Record = new RunRecord(
                runs,
                new KeptRun(runs.Next(), folder.Name, PlaceOf(request), ImageChoice.Describe(request.Image, request.Lab), TimeProvider.System.GetUtcNow()),
                host.Session.Resources
            )
            {
                Folder = folder,
            };
            return new PreparedLab(host, held);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Provides what the host lacks for a lab.</summary>
    /// <exception cref="LabException">Something is missing still.</exception>
    public static Task<HostTools> ProvideAsync(LabRequest request, Action<string> say, CancellationToken cancellationToken)
    {
        var servesOnly = request.Lan is not null && !ImageChoice.NeedsStandIn(request.Image, request.Lab);
        return new HostInstaller(
            LabFolders.OfUser,
            say,
            servesOnly,
            request.IsVpc ? MachineKinds.OfInstances(request.Lab) : MachineKinds.Of(request.Lab)
        ).ProvideAsync(request.MayInstall, tryAgain: false, cancellationToken);
    }

    /// <summary>The first line, at once: what follows can take minutes.</summary>
    private static string Beginning(LabRequest request) =>
        $"Lab {request.Lab.Name}: {Texts.Count(request.Lab.Nodes.Count, "node")}, {PlaceOf(request) switch
        {
            RunPlace.Home when request.HasRouter => "a home network with a router, on this machine",
            RunPlace.Home => "a home network on this machine",
            RunPlace.Vpc => "a VPC on this machine",
            _ => "a real network",
        }}.";

    /// <summary>In a rehearsed VPC the bastion serves as many images as on AWS: here is one in the place of each.</summary>
    private static void RequireImages(LabDefinition lab)
    {
        var here = new Dictionary<(string, Architecture), (string Whose, ImageDefinition? Image)>
        {
            [NodeLaunch.Further(lab).Boot] = ("further nodes have", lab.ImageOfAll()),
        };
        foreach (var node in lab.Nodes)
        {
            var machine = lab.MachineOf(node);
            var onAws = machine.Launch.Boot;
            if (here.TryAdd(onAws, ($"{node.Name} has", machine.Image)) || here[onAws].Image == machine.Image)
            {
                continue;
            }

            var unlike = $"{node.Name} has another image on this machine than {here[onAws].Whose}";
            throw new LabException(
                lab.Launch.Boot == LaunchBoot.Ami
                    ? $"{unlike}, and on AWS all nodes start the release of launch.talos. Set image for all nodes, or give one for this run with --image."
                    : $"{unlike}, and on AWS both boot {machine.Launch.Image}. Say what {node.Name} boots there with launch.image, or give one image for this run with --image."
            );
        }
    }

    private static RunPlace PlaceOf(LabRequest request) =>
        request.Lan is not null ? RunPlace.Lan
        : request.IsVpc ? RunPlace.Vpc
        : RunPlace.Home;

    /// <summary>What the user named is looked at before anything is downloaded.</summary>
    private static Func<LabFolder, HostTools, ImageChoice, Task<EmbeddedHost>> Maker(LabRequest request, EventStream events, CancellationToken interrupted) =>
        request.Lan is { } lan ? LanMaker(request, lan, events, interrupted)
        : request.IsVpc ? VpcMaker(request, events, interrupted)
        : HomeMaker(request, events, interrupted);

    private static MachineConfigFolder Configurations(LabRequest request, EventStream events)
    {
        var configurations = request.MachineConfigs is { } given ? MachineConfigFolder.Read(given, request.Lab) : MachineConfigFolder.None;
        if (configurations.Warning(request.Lab) is { } warning)
        {
            events.Add(new LabEvent.Message(warning));
        }

        foreach (var finding in MachineConfigChecks.Run(request.Lab, configurations).Where(finding => finding.Severity > Severity.Info))
        {
            events.Add(new LabEvent.Message($"--machine-configs: {finding.Line()} {finding.Remedy}"));
        }

        return configurations;
    }

    private static Func<LabFolder, HostTools, ImageChoice, Task<EmbeddedHost>> LanMaker(
        LabRequest request,
        HomeLan lan,
        EventStream events,
        CancellationToken interrupted
    )
    {
        var (configurations, firmware) = (Configurations(request, events), RaspberryPiFirmware.Of(request.Lab));
        return async (folder, tools, images) =>
            EmbeddedHost.Create(
                request.Lab,
                folder,
                tools,
                new LanOptions
                {
                    RaspberryPi = firmware,
                    Lan = lan,
                    Timeout = request.Timeout,
                    Images = (await images.GetAllAsync(interrupted)).With(image => image.OnMetal),
                    MachineConfigs = configurations.ByNode,
                    Serving = request.Serving,
                    Telemetry = request.Telemetry,
                    CommandFolder = request.Folder,
                },
                events,
                interrupted
            );
    }

    private static Func<LabFolder, HostTools, ImageChoice, Task<EmbeddedHost>> HomeMaker(LabRequest request, EventStream events, CancellationToken interrupted)
    {
        var fault = request.Fault is { } name ? Fault.Of(name, request.HasRouter) : Fault.None;
        var lan = request.HasRouter ? RehearsedHome.Of(request.Lab, fault.Interface) : null;
        var configurations = Configurations(request, events);
        return async (folder, tools, images) =>
            EmbeddedHost.Create(
                request.Lab,
                folder,
                tools,
                new HomeOptions
                {
                    Once = request.Once,
                    Timeout = request.Timeout,
                    Images = await images.GetAllAsync(interrupted),
                    MachineConfigs = configurations.ByNode,
                    Cluster = await ClusterAsync(request, folder, events, interrupted),
                    Lan = lan,
                    Fault = fault,
                    Serving = request.Serving,
                    Elsewhere = request.Elsewhere,
                    Telemetry = request.Telemetry,
                    MayStart = request.MayStart,
                },
                events,
                interrupted
            );
    }

    /// <summary>A lab with a cluster makes it of a Talos only.</summary>
    private static async Task<ClusterRun?> ClusterAsync(LabRequest request, LabFolder folder, EventStream events, CancellationToken interrupted)
    {
        if (!request.MakesCluster || request.Lab.Cluster is not { } cluster)
        {
            return null;
        }

        if (ImageChoice.NeedsStandIn(request.Image, request.Lab))
        {
            events.Add(
                new LabEvent.Message(
                    $"cluster: left out, since the stand-in is not Talos. To make it, boot a Talos: {LabCommand.Line($"up --image {cluster.Talos}")}"
                )
            );
            return null;
        }

        var talosctl = await Talosctl.FindAsync(named: null, cluster.Talos, line => events.Add(new LabEvent.Message(line)), interrupted);
        return new(ClusterPlan.Of(request.Lab), Talosctl.InLab(talosctl, folder), ClusterTimes.Usual);
    }

    private static Func<LabFolder, HostTools, ImageChoice, Task<EmbeddedHost>> VpcMaker(LabRequest request, EventStream events, CancellationToken interrupted)
    {
        if (request.Lab.Cluster is not null)
        {
            events.Add(new LabEvent.Message("cluster: left out, since it is made at home and on a real network only, not of instances."));
        }

        if (request.MachineConfigs is not null)
        {
            throw new LabException(NoConfigurationsInVpc);
        }

        RequireImages(request.Lab);
        var fault = request.Fault is { } name ? VpcFault.Of(name, request.Lab) : VpcFault.None;
        return async (folder, tools, images) =>
            EmbeddedHost.Create(
                request.Lab,
                folder,
                tools,
                new VpcOptions
                {
                    Once = request.Once,
                    Timeout = request.Timeout,
                    Images = await images.GetForInstancesAsync(interrupted),
                    Fault = fault,
                    Serving = request.Serving,
                    Telemetry = request.Telemetry,
                },
                events,
                interrupted
            );
    }
}
