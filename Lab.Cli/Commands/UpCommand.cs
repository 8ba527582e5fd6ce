using System.CommandLine;
using System.Net.Sockets;
using Lab.CommandLine;
using Lab.Dashboard.Serving;
using Lab.Emulation.Machines;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Input;
using Lab.Runtime.Cloud;
using Lab.Runtime.Home;
using Lab.Runtime.State;
using LabCli.Terminal;
using Spectre.Console;

namespace LabCli.Commands;

/// <summary><c>up</c>: runs a lab.</summary>
internal static class UpCommand
{
    private static readonly Option<bool> Once = new("--once") { Description = "End the lab when every node is ready (exit code 0) or has failed (1)." };
    private static readonly Option<bool> Vpc = new("--vpc")
    {
        Description =
            "Rehearse the cloud: what lab-deploy makes on AWS, in an emulator, with machines that boot from its launch template. The same as network.as: vpc in the lab file.",
    };
    private static readonly Option<bool> Home = new("--home") { Description = "Rehearse the home network, also where the lab file says network.as: vpc." };
    private static readonly Option<int?> Nodes = new Option<int?>("--nodes")
    {
        Description = "Number of nodes: the first N of the lab file; further nodes continue its pattern.",
        HelpName = "N",
    }.Within(1, int.MaxValue, "a number from 1");
    private static readonly Option<string?> Image = new("--image")
    {
        Description =
            "Boot Talos instead of the stand-in: a folder with kernel-arm64, vmlinuz-arm64 or vmlinuz, and initramfs*; a container image that holds them (ghcr.io/owner/name:tag); or a Talos release (v1.11.2).",
        HelpName = "DIR|REF|VERSION",
    };
    private static readonly Option<string?> MachineConfigs = new("--machine-configs")
    {
        Description = "Folder with a machine configuration NODE.yaml for each node that is to fetch one. Nodes without one start in maintenance mode.",
        HelpName = "DIR",
    };
    private static readonly Option<int> TimeoutSeconds = new Option<int>("--timeout")
    {
        Description = "Seconds within which a node must get ready after its machine is switched on; later it has failed.",
        HelpName = "SECONDS",
        DefaultValueFactory = _ => (int)OutOfTime.Usual.TotalSeconds,
    }.Within(1, (int)OutOfTime.Longest.TotalSeconds, $"1 to {OutOfTime.Longest.TotalSeconds:0} seconds");
    private static readonly Option<string?> FaultName = new("--fault")
    {
        Description =
            $"Rehearse a mistake: {string.Join(", ", Fault.All.Select(fault => fault.Name))}; with --vpc: {string.Join(", ", VpcFault.All.Select(fault => fault.Name))}.",
        HelpName = "FAULT",
    };
    private static readonly Option<bool> NoDashboard = new("--no-dashboard")
    {
        Description = "Open no port for the dashboard and for Aspire's resource protocol.",
    };
    private static readonly Option<int> Port = new Option<int>("--port")
    {
        Description = "The dashboard's port on 127.0.0.1; another one is taken where it is not free.",
        HelpName = "PORT",
        DefaultValueFactory = _ => ServingOptions.UsualPort,
    }.Within(0, 65535, "0 (any) to 65535");
    private static readonly Option<bool> NoInstall = new("--no-install")
    {
        Description = "Install and download nothing; print the commands instead (exit code 2).",
    };

    public static Command Create()
    {
        var command = new VerbCommand(
            "up",
            """
            Bring a lab up on this machine and keep it running until Ctrl-C.

            Examples:
              lab up                         the lab of lab.yaml, or the defaults
              lab up --once                  boot the nodes, report, take everything down
              lab up --nodes 3 --json        three nodes; an event a line, for programs
              lab up --vpc                   what lab-deploy would make on AWS
              lab up --fault wrong-mac       see what a mistake looks like

            Exit codes: 0 all nodes ready, 1 not, 2 this machine lacks something, 130 interrupted.
            """
        )
        {
            Once,
            Vpc,
            Home,
            Nodes,
            Image,
            MachineConfigs,
            TimeoutSeconds,
            FaultName,
            NoDashboard,
            Port,
            NoInstall,
            CommonOptions.File,
            CommonOptions.Name,
            CommonOptions.Json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(Vpc) && result.GetValue(Home))
            {
                result.AddError("--vpc and --home contradict each other: give one.");
            }
        });
        command.SetAction(RunAsync);
        return command;
    }

    /// <summary>Whether what is wrong with a command line is for a program to read.</summary>
    public static bool PrintsJson(ParseResult arguments) => arguments.CommandResult.Command.Name == "up" && arguments.GetValue(CommonOptions.Json);

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        await using var events = new EventStream(View(arguments));
        try
        {
            return await RunAsync(Request(arguments), events, cancellationToken) ? 0 : 1;
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

    private static async Task<bool> RunAsync(LabRequest request, EventStream events, CancellationToken cancellationToken)
    {
        await using var prepared = await LabLauncher.PrepareAsync(request, events, cancellationToken);
        try
        {
            return await prepared.Host.RunAsync();
        }
        catch (LabException) when (!request.IsVpc)
        {
            events.Add(
                new LabEvent.Summary(
                    prepared.Host.Session.Elapsed,
                    [.. request.Lab.Nodes.Select(node => new LabEvent.NodeResult(node.Name, false, new Dictionary<BootStage, TimeSpan>()))]
                )
            );
            throw;
        }
    }

    private static LabRequest Request(ParseResult arguments) =>
        new(Definition(arguments))
        {
            Once = arguments.GetValue(Once),
            Timeout = TimeSpan.FromSeconds(arguments.GetValue(TimeoutSeconds)),
            Image = arguments.GetValue(Image),
            MachineConfigs = arguments.GetValue(MachineConfigs),
            Fault = arguments.GetValue(FaultName),
            Serving = arguments.GetValue(Once) ? null : new ServingOptions(!arguments.GetValue(NoDashboard), arguments.GetValue(Port)),
            MayInstall = !arguments.GetValue(NoInstall),
        };

    private static LabDefinition Definition(ParseResult arguments)
    {
        var lab = LabFile.Load(arguments.GetValue(CommonOptions.File));
        lab = arguments.GetValue(CommonOptions.Name) is { } name ? lab with { Name = DefinitionRules.NameOfOption(name) } : lab;
        lab =
            arguments.GetValue(Vpc) ? lab.In(RehearsedNetwork.Vpc)
            : arguments.GetValue(Home) ? lab.In(RehearsedNetwork.Lan)
            : lab;
        return arguments.GetValue(Nodes) is { } count ? lab.WithNodes(count) : lab;
    }

    private static ILabView View(ParseResult arguments) =>
        arguments.GetValue(CommonOptions.Json) ? new JsonView(Console.Out)
        : AnsiConsole.Profile.Capabilities.Interactive && !Console.IsOutputRedirected ? new LiveView(AnsiConsole.Console)
        : new PlainView(Console.Out, Console.Error);
}
