using Lab.Emulation.Linux;
using Lab.Emulation.Network;
using Lab.Model;
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
    /// <param name="name">The node's name.</param>
    /// <param name="hardware">What it is made of.</param>
    /// <param name="image">What it boots.</param>
    /// <param name="fabric">The lab's network.</param>
    /// <param name="site">Where the lab is made, with QEMU and firmware.</param>
    /// <param name="console">What is at the other end of its serial line.</param>
    public static Machine Start(string name, MachineHardware hardware, BootImage image, ILabFabric fabric, LabSite site, SerialConsole console)
    {
        var (folder, journal, tools) = site;
        var machine = tools.Of(hardware.Architecture);
        var monitorPath = folder.Socket($"{name}.monitor");
        var arguments = QemuArguments.For(
            hardware with
            {
                MemoryMib = hardware.MemoryMib ?? image.MemoryMib,
            },
            machine.Firmware,
            machine.Acceleration,
            console.Path,
            monitorPath,
            image.ToleratesFastClock
        );
        var qemuLog = new LogFile(folder.Log($"{name}.qemu"));
        var monitor = new MachineMonitor(monitorPath);
        try
        {
            var sandbox = new Sandbox(folder, ServiceRole.Machines)
            {
                Shows = [machine.Firmware, .. hardware.Tpm is null ? [] : new SandboxPath[] { Path.GetDirectoryName(tools.Swtpm)! }],
                Before = hardware.Tpm is null ? null : Tpm.Before,
                Variables = hardware.Tpm is null ? [] : Tpm.Variables(tools.Swtpm, hardware.Tpm),
                Writes =
                [
                    console.Path,
                    monitorPath,
                    .. new[] { hardware.Tpm }.OfType<string>().Select(path => (SandboxPath)path),
                    .. hardware.Files.Concat(hardware.Networks.Select(network => network.Socket).OfType<string>()).Select(path => (SandboxPath)path),
                ],
                Devices =
                [
                    .. hardware.Networks.Select(network => network.Device).OfType<string>().Distinct(),
                    .. machine.Acceleration.Accelerator == Accelerator.Kvm ? new[] { HostFacts.KvmDevice } : [],
                ],
            };
            return new Machine(
                qemuLog,
                LabProcess.Start($"qemu {name}", fabric.Confine(fabric.MachineHost, sandbox, machine.Qemu, arguments), folder, journal, qemuLog),
                monitor,
                hardware.Files.FirstOrDefault()
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
