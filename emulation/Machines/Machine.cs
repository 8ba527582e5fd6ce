using Lab.Emulation.Linux;
using Lab.Emulation.Network;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Services;

namespace Lab.Emulation.Machines;

/// <summary>A node's virtual machine, from switching on to switching off.</summary>
public sealed class Machine : IAsyncDisposable
{
    private readonly LogFile _qemuLog;
    private readonly LabProcess _qemu;
    private readonly MachineMonitor _monitor;

    private Machine(LogFile qemuLog, LabProcess qemu, MachineMonitor monitor, string? disk)
    {
        (_qemuLog, _qemu, _monitor) = (qemuLog, qemu, monitor);
        monitor.Paused += why => Paused?.Invoke(why is null ? null : WithSpace(why, disk));
        Exited = EndAsync();
    }

    /// <summary>Raised with why QEMU has paused it, a phrase that follows "paused: ", and with null when it goes on.</summary>
    public event Action<string?>? Paused;

    /// <summary>Process id of QEMU.</summary>
    public int Pid => _qemu.Pid;

    /// <summary>Completes when the machine is off.</summary>
    public Task<MachineEnd> Exited { get; }

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
        NodeDefinition node,
        MachineNetwork network,
        BootImage image,
        ILabFabric fabric,
        LabFolder folder,
        Journal journal,
        HostTools tools,
        SerialConsole console,
        NodeDisk? disk = null,
        InstanceHardware? instance = null
    )
    {
        var monitorPath = folder.Socket($"{node.Name}.monitor");
        var arguments = QemuArguments.For(
            node.Mac,
            node.MemoryMib ?? image.MemoryMib,
            tools.Firmware,
            console.Path,
            monitorPath,
            network,
            image.ToleratesFastClock,
            disk?.Path,
            instance
        );
        var qemuLog = new LogFile(folder.Log($"{node.Name}.qemu"));
        var monitor = new MachineMonitor(monitorPath);
        try
        {
            var sandbox = new Sandbox(folder, ServiceRole.Machines)
            {
                Shows = [tools.Firmware],
                Writes =
                [
                    console.Path,
                    monitorPath,
                    .. new[] { disk?.Path, instance?.Path, network.Socket }.OfType<string>().Select(path => (SandboxPath)path),
                ],
                Devices = network.Device is { } device ? [device] : [],
            };
            return new Machine(
                qemuLog,
                LabProcess.Start($"qemu {node.Name}", fabric.Wrap(fabric.MachineHost, sandbox, tools.Qemu, arguments), folder, journal, qemuLog),
                monitor,
                disk?.Path ?? instance?.Path
            );
        }
        catch (LabException)
        {
            monitor.Dispose();
            qemuLog.Dispose();
            throw;
        }
    }

    /// <summary>Switches it off, as pulling the plug does.</summary>
    public async ValueTask DisposeAsync()
    {
        await _qemu.KillAsync();
        await Exited;
        _monitor.Dispose();
        _qemuLog.Dispose();
    }

    /// <summary>With what is free where its disk is.</summary>
    private static string WithSpace(string why, string? disk)
    {
        try
        {
            return disk is null ? why : $"{why} ({disk}, {new DriveInfo(Path.GetDirectoryName(disk)!).AvailableFreeSpace} bytes free)";
        }
        catch (Exception e) when (e is IOException or ArgumentException or UnauthorizedAccessException)
        {
            return $"{why} ({disk})";
        }
    }

    private async Task<MachineEnd> EndAsync()
    {
        var exitCode = await _qemu.Exited;
        return new MachineEnd(exitCode, await _monitor.ReasonAsync());
    }
}
