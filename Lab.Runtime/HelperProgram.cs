using CliWrap;
using Lab.Emulation.Linux;

namespace Lab.Runtime;

/// <summary>The program that does what a lab needs in processes of their own: it is the same whichever program runs the lab.</summary>
public static class HelperProgram
{
    private static readonly IReadOnlyList<string> Program = OwnProgram.Command(OwnProgram.Helper);

    /// <summary>Starts a <see cref="SocketBroker"/>; the path of its socket is to follow.</summary>
    public static Command SocketBroker { get; } = Cli.Wrap(Program[0]).WithArguments([.. Program.Skip(1), "socket-broker"]);

    /// <summary>The command line that takes a lab down whose program has died.</summary>
    public static IReadOnlyList<string> Guard(LabFolder lab) => [.. Program, "take-down", lab.Root];
}
