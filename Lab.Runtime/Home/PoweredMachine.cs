using Lab.Emulation.Linux;
using Lab.Emulation.Machines;

namespace Lab.Runtime.Home;

/// <summary>A node's machine while it is on, with its serial line and the boot that it makes.</summary>
internal sealed class PoweredMachine : IAsyncDisposable
{
    private readonly CancellationTokenSource _off = new();
    private readonly SerialConsole _serial;
    private readonly LogFile _console;
    private readonly Func<string, Observation?> _read;
    private readonly Func<NodeBoot> _another;
    private TaskCompletionSource _anew = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Switches a machine on.</summary>
    /// <param name="boot">The boot that it begins.</param>
    /// <param name="serial">Its serial line.</param>
    /// <param name="console">Gets the lines of the serial line.</param>
    /// <param name="read">Finds what a line of the serial line says.</param>
    /// <param name="another">Begins the boot of a kernel that its Linux has started.</param>
    /// <param name="start">Starts QEMU.</param>
    /// <exception cref="Lab.Model.LabException">QEMU cannot be started.</exception>
    public PoweredMachine(
        NodeBoot boot,
        SerialConsole serial,
        LogFile console,
        Func<string, Observation?> read,
        Func<NodeBoot> another,
        Func<SerialConsole, Machine> start
    )
    {
        (Boot, _serial, _console, _read, _another) = (boot, serial, console, read, another);
        serial.Received += boot.Hear;
        console.LineWritten += Read;
        Machine = start(serial);
        Ended = EndAsync();
    }

    /// <summary>The boot; another one once its Linux has started another kernel.</summary>
    public NodeBoot Boot { get; private set; }

    /// <summary>Completes when another boot takes the place of this one.</summary>
    public Task Anew => _anew.Task;

    /// <summary>QEMU.</summary>
    public Machine Machine { get; }

    /// <summary>Cancelled when it is switched off.</summary>
    public CancellationToken Off => _off.Token;

    /// <summary>Completes when the machine is off, and the boot knows all that it wrote before.</summary>
    public Task<MachineEnd> Ended { get; }

    /// <summary>How the machine went off; null while it is on.</summary>
    public MachineEnd? End => Ended is { IsCompletedSuccessfully: true, Result: var end } ? end : null;

    /// <summary>Switches it off, as pulling the plug does.</summary>
    public async ValueTask DisposeAsync()
    {
        await _off.CancelAsync();
        await Boot.DisposeAsync();
        await Machine.DisposeAsync();
        await _serial.DisposeAsync();
        _console.LineWritten -= Read;
        _off.Dispose();
    }

    private async Task<MachineEnd> EndAsync()
    {
        var end = await Machine.Exited;
        if (end.Reason is not null)
        {
            await _serial.HungUp;
        }

        return end;
    }

    private void Read(string line)
    {
        if (ConsoleReader.StartsKernel(line))
        {
            StartKernel();
        }
        else if (_read(line) is { } seen)
        {
            Boot.Observe(seen);
        }
    }

    private void StartKernel()
    {
        var (before, anew) = (Boot, _anew);
        _serial.Received -= before.Hear;
        Boot = _another();
        _serial.Received += Boot.Hear;
        _anew = new(TaskCreationOptions.RunContinuationsAsynchronously);
        anew.SetResult();
        _ = before.DisposeAsync().AsTask();
    }
}
