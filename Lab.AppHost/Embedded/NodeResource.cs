using Lab.Dashboard.Running;
using Lab.Emulation.Fabric;
using Lab.Emulation.Host;
using Lab.Emulation.Machines;
using Lab.Emulation.Services;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Resources;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Lab.AppHost.Embedded;

/// <summary>A node: its machine, switched on and off, and the boot of each time that it was switched on.</summary>
/// <param name="definition">What it is.</param>
/// <param name="node">The node, with the MAC that its machine gets.</param>
/// <param name="folder">The lab's files.</param>
/// <param name="read">Finds what a line of the serial console says.</param>
/// <param name="diagnose">Finds out why a boot does not go on.</param>
/// <param name="patience">How long a boot may take.</param>
/// <param name="health">Has a registration of its name.</param>
public sealed partial class NodeResource(
    LabResource definition, NodeDefinition node, LabFolder folder, Func<string, Observation?> read, Func<NodeResource, Diagnosis> diagnose, TimeSpan patience, HealthCheckService health)
    : RunningResource(definition, new LogFile(folder.Log($"{definition.Name}.console")), health)
{
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ProbePause = TimeSpan.FromSeconds(5);

    private PoweredMachine? _on;
    private ConsoleServer? _console;
    private int? _lastExitCode;
    private Func<SerialConsole, Machine>? _start;
    private ILabFabric? _fabric;

    /// <summary>The node, with the MAC of its machine.</summary>
    public NodeDefinition Node => node;

    /// <summary>QEMU's exit code when the machine went off by itself; null while it is on.</summary>
    public int? ExitCode => _on?.ExitCode;

    /// <summary>Notes that what it needs is not there yet.</summary>
    public void Wait() => Change(now => now with { State = ServiceState.Waiting });

    /// <summary>Switches it on for the first time.</summary>
    /// <param name="fabric">The lab's network.</param>
    /// <param name="start">Starts QEMU, given its serial line.</param>
    /// <exception cref="LabException">QEMU cannot be started.</exception>
    public Task StartAsync(ILabFabric fabric, Func<SerialConsole, Machine> start)
    {
        (_fabric, _start) = (fabric, start);
        return PowerOnAsync();
    }

    /// <inheritdoc />
    public override async ValueTask DisposeAsync()
    {
        await PowerOffAsync();
        NoteOff();
        await (_console?.DisposeAsync() ?? ValueTask.CompletedTask);
        Log.Dispose();
    }

    /// <inheritdoc />
    protected override bool CanExecute(string command, ResourceSnapshot now) => command switch
    {
        ResourceCommand.Start => _start is not null && now.Pid is null,
        ResourceCommand.PowerOff or ResourceCommand.PowerCycle => now.Pid is not null,
        _ => true,
    };

    /// <inheritdoc />
    protected override async Task<string?> DoAsync(string command, CancellationToken cancellationToken)
    {
        if (command == ResourceCommand.Console)
        {
            return $"A console is opened where it is looked at: on the dashboard's page, or by: dotnet run --project Lab.AppHost -- console {Definition.Name}";
        }

        await PowerOffAsync();
        if (command == ResourceCommand.PowerOff)
        {
            NoteOff();
            if (_lastExitCode is { } exitCode)
            {
                WentOff?.Invoke(this, exitCode);
            }

            return null;
        }

        try
        {
            await PowerOnAsync();
            return null;
        }
        catch (LabException e)
        {
            return e.Message;
        }
    }

    /// <inheritdoc />
    protected override Task<string?> ProbeAsync(CancellationToken cancellationToken) => _fabric is { } fabric
        ? new TcpProbe(fabric, node.Address, LabResources.NodePort).TryAsync(ProbeTimeout, cancellationToken)
        : Task.FromResult<string?>("not started");

    private async Task PowerOnAsync()
    {
        var boot = Begin();
        var serial = new SerialConsole(folder.Socket($"{Definition.Name}.console"), Log);
        _console ??= new ConsoleServer(ConsoleServer.SocketPath(folder, Definition.Name));
        _console.Connect(serial);
        try
        {
            _on = new PoweredMachine(boot, serial, Log, read, _start!);
        }
        catch (LabException e)
        {
            await serial.DisposeAsync();
            Change(now => now with { State = ServiceState.FailedToStart, Detail = e.Message });
            throw;
        }

        Change(now => now with { State = ServiceState.Running, Pid = _on.Machine.Pid, StartedAt = boot.SwitchedOn, StoppedAt = null, ExitCode = null });
        boot.Probe(_fabric!);
        _ = WatchAsync(_on, _on.Off);
    }

    private async Task PowerOffAsync()
    {
        if (_on is { } on)
        {
            _on = null;
            await on.DisposeAsync();
            _lastExitCode = await on.Machine.Exited;
        }
    }

    /// <summary>Follows a machine until it is switched off: how its boot ends, and whether it goes off by itself.</summary>
    private async Task WatchAsync(PoweredMachine on, CancellationToken off)
    {
        await Task.WhenAny(on.Boot.Settled, on.Machine.Exited, Task.Delay(patience, off));
        if (off.IsCancellationRequested)
        {
            return;
        }

        if (!on.Boot.IsReady)
        {
            Fail();
        }

        await Task.WhenAny(on.Machine.Exited, WatchHealthAsync(on.Boot, off));
        if (!off.IsCancellationRequested)
        {
            _lastExitCode = await on.Machine.Exited;
            NoteOff();
            WentOff?.Invoke(this, _lastExitCode.Value);
        }
    }

    /// <summary>A node that was ready is asked whether it still is, until it is switched off.</summary>
    private async Task WatchHealthAsync(NodeBoot boot, CancellationToken off)
    {
        while (!off.IsCancellationRequested)
        {
            await Task.Delay(ProbePause, off).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (boot.IsReady && !off.IsCancellationRequested)
            {
                var failure = await AskAsync(CancellationToken.None);
                Change(now => now.State is ServiceState.Healthy or ServiceState.Unhealthy && !off.IsCancellationRequested
                    ? now with { State = failure is null ? ServiceState.Healthy : ServiceState.Unhealthy, Detail = failure }
                    : now);
            }
        }
    }

    private void NoteOff()
    {
        if (_lastExitCode is not { } exitCode)
        {
            return;
        }

        ChangeBoot(boot => boot with { EndedAfter = boot.EndedAfter ?? Boot!.Elapsed });
        Change(now => now with
        {
            State = ServiceState.Exited, Detail = $"off: QEMU ended with exit code {exitCode}", ExitCode = exitCode, Pid = null, StartedAt = null, StoppedAt = DateTimeOffset.UtcNow,
        });
    }
}
