using CliWrap;
using Lab.Emulation.Linux;
using Lab.Model;

namespace Lab.Emulation.Aws.Bastion;

/// <summary>A process that is started again when it ends by itself: compose's <c>restart: unless-stopped</c>.</summary>
internal sealed class RestartedProcess : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    /// <summary>Starts it.</summary>
    public RestartedProcess(string name, Func<Command> command, LabFolder folder, Journal journal)
    {
        Name = name;
        Log = new LogFile(folder.Log(name));
        _running = RunAsync(command, folder, journal);
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>What it writes.</summary>
    public LogFile Log { get; }

    /// <summary>running, or how it ended last.</summary>
    public string State { get; private set; } = "starting";

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        Log.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync(Func<Command> command, LabFolder folder, Journal journal)
    {
        while (!_stop.IsCancellationRequested)
        {
            State = await RunOnceAsync(command, folder, journal);
            await Task.Delay(Pause, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <returns>What became of it.</returns>
    private async Task<string> RunOnceAsync(Func<Command> command, LabFolder folder, Journal journal)
    {
        LabProcess process;
        try
        {
            process = LabProcess.Start(Name, command(), folder, journal, Log);
        }
        catch (LabException e)
        {
            Log.Write($"lab: {e.Message}");
            return $"not started: {e.Message}";
        }

        State = "running";
        await Task.WhenAny(process.Exited, Task.Delay(Timeout.Infinite, _stop.Token));
        if (_stop.IsCancellationRequested)
        {
            await process.StopAsync();
        }

        return $"ended with exit code {await process.Exited}";
    }
}
