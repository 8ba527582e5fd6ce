using System.CommandLine;
using Lab.CommandLine;

namespace LabCli.Commands;

/// <summary><c>completion</c>: what a shell needs to complete verbs, options and names of resources.</summary>
internal static class CompletionCommand
{
    private static readonly Argument<string> Shell = new Argument<string>("shell") { Description = "bash, zsh or fish.", HelpName = "bash|zsh|fish" }.OneOf(
        "completion",
        "bash",
        "zsh",
        "fish"
    );

    // The program itself knows what may follow: System.CommandLine's directive [suggest:POSITION].
    private static readonly Dictionary<string, string> Scripts = new()
    {
        ["bash"] = """
            _lab() {
                local IFS=$'\n'
                COMPREPLY=($(lab "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null))
            }
            complete -o default -F _lab lab
            """,
        ["zsh"] = """
            #compdef lab
            _lab() {
                local -a words_to_offer
                words_to_offer=("${(@f)$(lab "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)}")
                compadd -- "${words_to_offer[@]}"
            }
            compdef _lab lab
            """,
        ["fish"] = """
            complete --command lab --no-files --arguments '(lab "[suggest:"(commandline --cursor)"]" (commandline) 2>/dev/null)'
            """,
    };

    public static Command Create()
    {
        var command = new VerbCommand(
            "completion",
            """
            Print what a shell needs to complete this program's verbs, options and names of resources.

            Examples:
              lab completion bash >> ~/.bashrc
              lab completion zsh > "${fpath[1]}/_lab"
              lab completion fish > ~/.config/fish/completions/lab.fish
            """
        )
        {
            Shell,
        };
        command.SetAction(arguments => Console.WriteLine(Scripts[arguments.GetValue(Shell)!]));
        return command;
    }
}
