using Lab.Emulation.Machines;
using Lab.Model;
using Lab.Model.Resources;
using Lab.Model.Running;
using Lab.Runtime.State;

namespace Lab.Runtime.Home;

/// <summary>What is done with its machine: on, off, and made blank.</summary>
public sealed partial class NodeResource
{
    /// <inheritdoc />
    protected override bool CanExecute(string command, ResourceSnapshot now) =>
        command switch
        {
            ResourceCommand.Start => _start is not null && now.Pid is null,
            ResourceCommand.ResetDisk or ResourceCommand.ResetFirmware => _start is not null,
            ResourceCommand.PowerOff or ResourceCommand.PowerCycle => now.Pid is not null,
            _ => true,
        };

    /// <inheritdoc />
    protected override async Task<string?> DoAsync(string command, CancellationToken cancellationToken)
    {
        // Once begun it is done to its end, whether or not somebody still waits for it.
        var wasOn = Snapshot.Pid is not null;
        _resets.Forget();
        await PowerOffAsync();
        return command switch
        {
            ResourceCommand.PowerOff => StayOff(),
            ResourceCommand.ResetDisk => await ResetAsync(storage.MakeDisksBlank, SayDisksBlank, wasOn),
            ResourceCommand.ResetFirmware => await ResetAsync(
                storage.MakeFirmwareBlank,
                () => Log.Write($"The UEFI variables{(storage.Tpm is null ? "" : " and the TPM")} of {Definition.Name} were emptied."),
                wasOn
            ),
            _ => await TryAsync(PowerOnAsync),
        };
    }

    private string? StayOff()
    {
        NoteOff(_lastEnd);
        return null;
    }

    /// <summary>The machine is off. It is on again afterwards if it was, also with what it had before, where that could not be replaced.</summary>
    private async Task<string?> ResetAsync(Action makeBlank, Action say, bool wasOn)
    {
        var problem = await TryAsync(() =>
        {
            makeBlank();
            say();
            return Task.CompletedTask;
        });
        return (wasOn ? await TryAsync(PowerOnAsync) : null) ?? problem;
    }

    private void SayDisksBlank()
    {
        var sizes = string.Join(", ", Disks.Select(disk => $"{disk.Gib} GiB"));
        Log.Write(Disks.Count == 1 ? $"The disk of {Definition.Name} was made blank: {sizes}." : $"The disks of {Definition.Name} were made blank: {sizes}.");
    }

    private static async Task<string?> TryAsync(Func<Task> work)
    {
        try
        {
            await work();
            return null;
        }
        catch (LabException e)
        {
            return e.Message;
        }
    }

    private async Task PowerOnAsync()
    {
        var boot = Begin();
        var serial = new SerialConsole(folder.Socket($"{Definition.Name}.console"), Log);
        _console ??= new ConsoleServer(ConsoleServer.SocketPath(folder, Definition.Name));
        _console.Connect(serial);
        try
        {
            _on = new PoweredMachine(boot, serial, Log, watch.Read, BeginKernel, _start!);
        }
        catch (LabException e)
        {
            await serial.DisposeAsync();
            Change(now => now with { State = ResourceState.FailedToStart, Detail = e.Message });
            throw;
        }

        var on = _on;
        on.Machine.Paused += why => TakePause(on.Boot, why);
        Change(now => now with { State = ResourceState.Running, Pid = _on.Machine.Pid, StartedAt = boot.SwitchedOn, StoppedAt = null, ExitCode = null });
        boot.Probe(_fabric!);
        _ = GuardedWatchAsync(_on, _on.Off);
    }

    /// <summary>QEMU has paused it, or lets it go on: a node that was ready is that no longer.</summary>
    private void TakePause(NodeBoot boot, string? why)
    {
        if (boot != Boot)
        {
            return;
        }

        if (why is null)
        {
            // Not under the store's lock: whoever reads a boot may ask the store.
            var goesOn = boot.IsReady ? ResourceState.Healthy : ResourceState.Running;
            Change(now => now.State == ResourceState.Unhealthy ? now with { State = goesOn, Detail = null } : now);
            return;
        }

        if (boot.IsReady)
        {
            Change(now => now.Pid is null ? now : now with { State = ResourceState.Unhealthy, Detail = $"paused: {why}" });
        }
        else
        {
            boot.Pause(why);
        }
    }

    private async Task PowerOffAsync()
    {
        if (_on is { } on)
        {
            _on = null;
            await on.DisposeAsync();
            _lastEnd = await on.Machine.Exited;
        }
    }

    /// <summary>The machine went off by itself, unless somebody was faster in switching it off.</summary>
    private async Task TakeEndAsync(PoweredMachine on, CancellationToken off)
    {
        if (off.IsCancellationRequested)
        {
            return;
        }

        var end = await on.Ended;
        if (end.IsReset && on.Boot.Read(_resets.BootsAgain))
        {
            await RebootAsync(on.Boot);
            return;
        }

        // Why it failed is told before the node is seen to have settled, and so is that it is off: a summary comes after both.
        var why = Store.BootOf(Definition.Name) is { IsReady: false, Failure: null } ? watch.Diagnose(this) : null;
        _lastEnd = end;
        NoteOff(end, why);
    }

    private async Task RebootAsync(NodeBoot before)
    {
        Log.Write($"{Definition.Name} reset itself and boots again.");
        Store.Reset(Definition.Name, before);
        await PowerOffAsync();
        await TryAsync(PowerOnAsync);
    }

    /// <param name="told">How it went off; null where that is no news.</param>
    /// <param name="why">Why its boot failed; null where it did not, or where that was told.</param>
    private void NoteOff(MachineEnd? told, Diagnosis? why = null)
    {
        if (_lastEnd is not { } end)
        {
            return;
        }

        Store.End(Definition.Name, Boot!, told, why);
        Change(now =>
            now with
            {
                State = ResourceState.Exited,
                Detail = $"off: {end.Text}",
                ExitCode = end.ExitCode,
                Pid = null,
                StartedAt = null,
                StoppedAt = DateTimeOffset.UtcNow,
            }
        );
    }
}
