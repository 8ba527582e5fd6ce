using Lab.Emulation.Fabric;
using Lab.Emulation.Host;
using Lab.Emulation.Services;
using Lab.Model.Definition;
using Lab.Model.Services;

namespace Lab.Emulation.Machines;

/// <summary>A node's virtual machine, from switching on to switching off.</summary>
public sealed class Machine : IAsyncDisposable
{
    private readonly LogFile _qemuLog;
    private readonly LabProcess _qemu;

    private Machine(LogFile qemuLog, LabProcess qemu) => (_qemuLog, _qemu) = (qemuLog, qemu);

    /// <summary>Process id of QEMU.</summary>
    public int Pid => _qemu.Pid;

    /// <summary>Completes with QEMU's exit code when the machine is off.</summary>
    public Task<int> Exited => _qemu.Exited;

    /// <summary>Switches a machine on.</summary>
    /// <param name="node">The node.</param>
    /// <param name="network">Its plug, see <see cref="ILabFabric"/>.</param>
    /// <param name="image">What it boots.</param>
    /// <param name="fabric">The lab's network.</param>
    /// <param name="folder">The lab's files.</param>
    /// <param name="journal">Where the process is announced.</param>
    /// <param name="tools">QEMU and firmware.</param>
    /// <param name="console">What is at the other end of its serial line.</param>
    /// <param name="disk">Its disk; null for a machine without one, and for an EC2 instance.</param>
    /// <param name="instance">Its hardware as an EC2 instance; null for a machine of a home.</param>
    public static Machine Start(
        NodeDefinition node, MachineNetwork network, BootImage image,
        ILabFabric fabric, LabFolder folder, Journal journal, HostTools tools, SerialConsole console, NodeDisk? disk = null, InstanceHardware? instance = null)
    {
        var arguments = QemuArguments.For(node.Mac, node.MemoryMib ?? image.MemoryMib, tools.Firmware, console.Path, network, image.ToleratesFastClock, disk?.Path, instance);
        var qemuLog = new LogFile(folder.Log($"{node.Name}.qemu"));
        return new Machine(qemuLog, LabProcess.Start($"qemu {node.Name}", fabric.Wrap(fabric.MachineHost, tools.Qemu, arguments), folder, journal, qemuLog));
    }

    /// <summary>Switches it off, as pulling the plug does.</summary>
    public async ValueTask DisposeAsync()
    {
        await _qemu.KillAsync();
        _qemuLog.Dispose();
    }
}
