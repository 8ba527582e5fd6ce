using Lab.Emulation.Fabric;
using Lab.Emulation.Host;
using Lab.Emulation.Services;
using Lab.Model.Definition;
using Lab.Model.Services;

namespace Lab.Emulation.Machines;

/// <summary>A node's virtual machine.</summary>
public sealed class Machine : IAsyncDisposable
{
    private readonly SerialConsole _serial;
    private readonly LogFile _qemuLog;
    private readonly LabProcess _qemu;

    private Machine(NodeDefinition node, SerialConsole serial, LogFile console, LogFile qemuLog, LabProcess qemu)
    {
        Node = node;
        _serial = serial;
        Console = console;
        _qemuLog = qemuLog;
        _qemu = qemu;
        Exited = qemu.Exited;
    }

    /// <summary>The node that it is.</summary>
    public NodeDefinition Node { get; }

    /// <summary>What it wrote to its serial console.</summary>
    public LogFile Console { get; }

    /// <summary>What QEMU itself said.</summary>
    public IReadOnlyList<string> QemuOutput => _qemuLog.Last(20);

    /// <summary>Process id of QEMU.</summary>
    public int Pid => _qemu.Pid;

    /// <summary>Completes with QEMU's exit code when the machine is off.</summary>
    public Task<int> Exited { get; }

    /// <summary>Switches a machine on.</summary>
    /// <param name="node">The node.</param>
    /// <param name="network">Its plug, see <see cref="ILabFabric"/>.</param>
    /// <param name="image">What it boots.</param>
    /// <param name="fabric">The lab's network.</param>
    /// <param name="folder">The lab's files.</param>
    /// <param name="journal">Where the process is announced.</param>
    /// <param name="tools">QEMU and firmware.</param>
    /// <param name="onLine">Gets each line of the console.</param>
    public static Machine Start(
        NodeDefinition node, MachineNetwork network, BootImage image,
        ILabFabric fabric, LabFolder folder, Journal journal, HostTools tools, Action<string> onLine)
    {
        var console = new LogFile(folder.Log($"{node.Name}.console"));
        console.LineWritten += onLine;
        var qemuLog = new LogFile(folder.Log($"{node.Name}.qemu"));
        var serial = new SerialConsole(folder.Socket($"{node.Name}.console"), console);
        var arguments = QemuArguments.For(node.Mac, node.MemoryMib ?? image.MemoryMib, tools.Firmware, serial.Path, network, image.ToleratesFastClock);
        var command = fabric.Wrap(fabric.MachineHost, tools.Qemu, arguments);
        return new Machine(node, serial, console, qemuLog, LabProcess.Start($"qemu {node.Name}", command, folder, journal, qemuLog));
    }

    /// <summary>Switches it off, as pulling the plug does.</summary>
    public async ValueTask DisposeAsync()
    {
        await _qemu.KillAsync();
        await _serial.DisposeAsync();
        Console.Dispose();
        _qemuLog.Dispose();
    }
}
