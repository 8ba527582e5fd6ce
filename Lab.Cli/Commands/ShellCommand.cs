using System.CommandLine;
using Lab.CommandLine;
using Lab.Emulation.Linux;
using Lab.Emulation.Machines;
using Lab.Emulation.Network.Isolation;
using Lab.Model;

namespace LabCli.Commands;

/// <summary><c>shell</c>: the user's shell in the network of a running lab.</summary>
internal static class ShellCommand
{
    private static readonly Argument<string> Place = new("place")
    {
        Description = "Where: the bastion. Nodes have a console instead.",
        HelpName = "bastion",
        DefaultValueFactory = _ => LabHost.Bastion.Name,
    };

    public static Command Create()
    {
        var command = new VerbCommand(
            "shell",
            """
            Open your shell ($SHELL) in the network of a running lab, on its bastion: with the lab's addresses and its DNS server.

            It is the shell of this machine, with your files: only the network is the lab's. exit leaves it; so does the end of input.

            Exit codes: the shell's; 125 lab has failed.
            """
        )
        {
            Place,
            CommonOptions.File,
            CommonOptions.Name,
        };
        command.FailureCode = CommandExit.Of;
        Place.CompletionSources.Add(_ => [new(LabHost.Bastion.Name)]);
        command.SetAction(arguments => Become(CommonOptions.Lab(arguments), arguments.GetValue(Place)!));
        return command;
    }

    private static void Become(LabFolder lab, string place)
    {
        lab.RequireRunning();
        if (place != LabHost.Bastion.Name)
        {
            throw new LabException(
                File.Exists(ConsoleServer.SocketPath(lab, place))
                    ? $"{place} is a node, which has no shell for you. Attach to its serial console with: {LabCommand.Line($"console {place}")}"
                    : $"Lab {lab.Name} has no '{place}' to open a shell on. It opens one on the bastion: {LabCommand.Line("shell")}"
            );
        }

        var shell = Environment.GetEnvironmentVariable("SHELL") is { Length: > 0 } chosen ? chosen : "/bin/sh";
        var (arguments, prompt, value) = Prompt(Path.GetFileName(shell), $"(lab {lab.Name}) ");
        BastionCommand.Become(lab, [shell, .. arguments], new Dictionary<string, string> { [LabVariables.Name] = lab.Name, [prompt] = value });
    }

    /// <summary>What makes a shell begin its prompt with a hint: arguments, and a variable with its value.</summary>
    private static (string[] Arguments, string Variable, string Value) Prompt(string shell, string hint) =>
        shell switch
        {
            // It runs this before its first prompt, when its own files have said what the prompt is.
            "bash" => ([], "PROMPT_COMMAND", $"PS1=\"{hint}$PS1\"; unset PROMPT_COMMAND"),
            "fish" => (
                ["--init-command", $"functions --copy fish_prompt lab_shell_prompt; function fish_prompt; echo -n '{hint}'; lab_shell_prompt; end"],
                "PS1",
                hint
            ),
            _ => ([], "PS1", $"{hint}$ "),
        };
}
