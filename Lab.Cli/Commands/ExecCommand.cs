using System.CommandLine;
using Lab.CommandLine;
using Lab.Emulation.Images;
using Lab.Emulation.Linux;
using Lab.Emulation.Network.Isolation;

namespace LabCli.Commands;

/// <summary><c>exec</c>: a command of this machine in the network of a running lab.</summary>
internal static class ExecCommand
{
    private static readonly Argument<string[]> CommandLine = new("command")
    {
        Description = "A program of this machine and its arguments, after --.",
        HelpName = "command",
        Arity = ArgumentArity.OneOrMore,
    };

    public static Command Create()
    {
        var command = new VerbCommand(
            "exec",
            """
            Run a command of this machine in the network of a running lab, on its bastion: with the lab's addresses and its DNS server.

            Files, user, terminal and exit code are the command's own; Ctrl-C goes to it. Proxies of this machine are not there.

            Examples:
              lab exec -- dig cp1.lab.internal
              lab exec -- curl http://10.20.13.140:8080/boot.ipxe
              lab exec -- talosctl --nodes 10.20.13.11 version --insecure

            Exit codes: the command's; 125 lab has failed, 126 the command cannot be run, 127 there is no such command.
            """
        )
        {
            CommandLine,
            CommonOptions.File,
            CommonOptions.Name,
        };
        command.FailureCode = CommandExit.Of;
        command.SetAction(arguments =>
        {
            var lab = CommonOptions.Lab(arguments);
            var command = arguments.GetValue(CommandLine)!;
            var program = TalosctlRelease.OfCommand(command[0], () => CommonOptions.Definition(arguments).Cluster?.Talos, LabFolders.OfUser);
            BastionCommand.Become(lab, [program, .. command[1..]], new Dictionary<string, string> { [LabVariables.Name] = lab.Name });
        });
        return command;
    }
}
