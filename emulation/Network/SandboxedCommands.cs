using CliWrap;
using Lab.Emulation.Linux;
using Lab.Emulation.Network.Home;
using Lab.Emulation.Network.Isolation;

namespace Lab.Emulation.Network;

/// <summary>Commands on a lab's hosts that run in a sandbox.</summary>
public static class SandboxedCommands
{
    /// <summary>
    /// A command that runs on a host of the lab, in a sandbox. On this machine's own network without root there are two of them: who makes a
    /// user namespace has a view of its own and no rights on that network, who needs those gets no view of its own.
    /// </summary>
    public static Command Wrap(this ILabFabric fabric, LabHost host, Sandbox sandbox, string program, IEnumerable<string> arguments) =>
        fabric is not HostFabric || HostFabric.HasViews ? sandbox.Command((name, all) => fabric.Wrap(host, name, all), program, arguments)
        : sandbox.Capabilities is []
            ? sandbox.Command((name, all) => fabric.Wrap(host, "unshare", ["--user", "--map-root-user", name, .. all]), program, arguments)
        : sandbox.CommandWithoutView((name, all) => fabric.Wrap(host, name, all), program, arguments);
}
