using Lab.Emulation.Network.Isolation;

namespace Lab.CommandLine;

/// <summary>Exit codes of verbs that run a command and end as it ends: what is not the command's is told apart, as a shell does.</summary>
public static class CommandExit
{
    /// <summary>This program has failed, not the command.</summary>
    public const int OwnFailure = 125;

    /// <summary>The command is there and cannot be run.</summary>
    public const int NotExecutable = BastionCommand.NotExecutable;

    /// <summary>There is no such command.</summary>
    public const int NotFound = BastionCommand.NotFound;

    /// <summary>Exit code of a failure that has another one in other verbs.</summary>
    public static int Of(int usual) => usual is NotExecutable or NotFound ? usual : OwnFailure;
}
