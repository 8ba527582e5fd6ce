using CliWrap;
using Lab.Emulation.Linux;
using Lab.Emulation.Network.Isolation;

namespace Lab.Emulation.Network;

/// <summary>Commands on a lab's hosts that run in a sandbox.</summary>
public static class SandboxedCommands
{
    /// <summary>A command that runs on a host of the lab, in a sandbox.</summary>
    public static Command Wrap(this ILabFabric fabric, LabHost host, Sandbox sandbox, string program, IEnumerable<string> arguments) =>
        fabric.Confine(host, sandbox, program, arguments);
}
