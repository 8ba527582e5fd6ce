using System.CommandLine;
using Lab.CommandLine;

namespace LabCli.Commands;

/// <summary><c>version</c>: the same as <c>--version</c>.</summary>
internal static class VersionCommand
{
    public static Command Create(RootCommand root)
    {
        var command = new VerbCommand("version", "Print the version of this program.");
        command.SetAction(_ => root.Parse(["--version"]).Invoke());
        return command;
    }
}
