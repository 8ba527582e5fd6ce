using System.CommandLine;
using Lab.CommandLine;
using Lab.Dashboard.Serving;
using Lab.Emulation.Machines;
using Lab.Model.Definition;
using Lab.Model.Input;
using Lab.Runtime.Cloud;
using Lab.Runtime.Home;

namespace LabCli.Commands;

/// <summary><c>up</c>: runs a lab.</summary>
internal static class UpCommand
{
    private const string RouterHome = "home";

    private static readonly Option<bool> Once = new("--once") { Description = "End the lab when every node is ready (exit code 0) or has failed (1)." };
    private static readonly Option<bool> Vpc = new("--vpc")
    {
        Description =
            "Rehearse the cloud: what lab-deploy makes on AWS, in an emulator, with machines that boot from its launch template. The same as network.as: vpc in the lab file.",
    };
    private static readonly Option<bool> Home = new("--home") { Description = "Rehearse the home network, also where the lab file says network.as: vpc." };
    private static readonly Option<string?> Lan = new Option<string?>("--lan")
    {
        Description =
            "home: rehearse lab serve: a router gives the addresses, as at home, and Lab says beside it what to boot (network.home.dhcp). own: Lab gives the addresses, which is what --home does without this.",
        HelpName = "home|own",
    }.OneOf([RouterHome, "own"]);
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
    private static readonly Option<int> TimeoutSeconds = RunOptions.Timeout(
        "Seconds within which a node must get ready after its machine is switched on; later it has failed.",
        OutOfTime.Usual
    );
    private static readonly Option<string?> FaultName = new("--fault")
    {
        Description =
            $"Rehearse a mistake: {Faults(needsRouter: false)}; with --lan home also {Faults(needsRouter: true)}; with --vpc: {string.Join(", ", VpcFault.All.Select(fault => fault.Name))}.",
        HelpName = "FAULT",
    };

    private static string Faults(bool needsRouter) => string.Join(", ", Fault.All.Where(fault => fault.NeedsRouter == needsRouter).Select(fault => fault.Name));

    private static readonly Option<bool> NoCluster = new("--no-cluster") { Description = "Leave the lab file's cluster out: the nodes stay as they boot." };

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
              lab up --lan home              beside a router, as lab serve does at home
              lab up --fault wrong-mac       see what a mistake looks like
              lab up --tui                   full-screen: boots, logs, commands by keys

            Exit codes: 0 all nodes ready, and in the cluster if the lab file has one, 1 not, 2 this machine lacks something, 130 interrupted.
            """
        )
        {
            Once,
            Vpc,
            Home,
            Lan,
            Nodes,
            Image,
            RunOptions.MachineConfigs,
            TimeoutSeconds,
            FaultName,
            NoCluster,
            RunOptions.NoDashboard,
            RunOptions.Port,
            RunOptions.NoInstall,
            CommonOptions.File,
            CommonOptions.Name,
            CommonOptions.Json,
            RunOptions.Tui,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(Vpc) && result.GetValue(Home))
            {
                result.AddError("--vpc and --home contradict each other: give one.");
            }

            if (result.GetValue(Vpc) && result.GetValue(Lan) is not null)
            {
                result.AddError("--vpc and --lan contradict each other: give one.");
            }

            if (result.GetValue(RunOptions.Tui) && result.GetValue(CommonOptions.Json))
            {
                result.AddError("--tui and --json contradict each other: give one.");
            }
        });
        command.SetAction((arguments, cancellationToken) => LabRunner.RunAsync(arguments, () => Request(arguments), cancellationToken));
        return command;
    }

    /// <summary>Whether what is wrong with a command line is for a program to read.</summary>
    public static bool PrintsJson(ParseResult arguments) => arguments.CommandResult.Command.Name is "up" or "serve" && arguments.GetValue(CommonOptions.Json);

    private static LabRequest Request(ParseResult arguments) =>
        new(Definition(arguments))
        {
            Once = arguments.GetValue(Once),
            Timeout = TimeSpan.FromSeconds(arguments.GetValue(TimeoutSeconds)),
            Image = arguments.GetValue(Image),
            MachineConfigs = arguments.GetValue(RunOptions.MachineConfigs),
            Fault = arguments.GetValue(FaultName),
            HasRouter = arguments.GetValue(Lan) == RouterHome,
            MakesCluster = !arguments.GetValue(NoCluster),
            Serving = arguments.GetValue(Once) ? null : RunOptions.Serving(arguments),
            MayInstall = !arguments.GetValue(RunOptions.NoInstall),
        };

    private static LabDefinition Definition(ParseResult arguments)
    {
        var lab = CommonOptions.Definition(arguments);
        lab =
            arguments.GetValue(Vpc) ? lab.In(RehearsedNetwork.Vpc)
            : arguments.GetValue(Home) || arguments.GetValue(Lan) is not null ? lab.In(RehearsedNetwork.Lan)
            : lab;
        return arguments.GetValue(Nodes) is { } count ? lab.WithNodes(count) : lab;
    }
}
