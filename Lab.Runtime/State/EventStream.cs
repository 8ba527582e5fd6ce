using System.Threading.Channels;
using Lab.Emulation.Linux;
using Lab.Model.Running;

namespace Lab.Runtime.State;

/// <summary>Brings the events of many threads to the view, in order, and keeps the lab's status file up to date.</summary>
public sealed class EventStream : IAsyncDisposable
{
    private readonly Channel<LabEvent> _channel = Channel.CreateUnbounded<LabEvent>(new UnboundedChannelOptions { SingleReader = true });
    private readonly LabStatus _status = new();
    private readonly Task _showing;

    /// <summary>Begins to show.</summary>
    public EventStream(ILabView view) => _showing = ShowAsync(view);

    /// <summary>Where the status is written; null while there is no lab.</summary>
    public LabFolder? Folder { get; set; }

    /// <summary>Where the run is kept; null where it is not.</summary>
    public RunRecord? Record { get; set; }

    /// <summary>Adds an event, from any thread.</summary>
    public void Add(LabEvent happened) => _channel.Writer.TryWrite(happened);

    /// <summary>Shows what is left and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        _channel.Writer.TryComplete();
        await _showing;
        await TryAsync(() =>
        {
            Record?.End(DateTimeOffset.UtcNow);
            return ValueTask.CompletedTask;
        });
        await SaveLogsAsync();
    }

    private async Task ShowAsync(ILabView view)
    {
        await using (view)
        {
            while (await _channel.Reader.WaitToReadAsync())
            {
                // Who is shown an event finds it in the status already.
                var batch = new List<LabEvent>();
                while (_channel.Reader.TryRead(out var happened))
                {
                    _status.Add(happened);
                    batch.Add(happened);
                }

                await TryAsync(() =>
                {
                    if (Folder is { } folder && Directory.Exists(folder.Run))
                    {
                        _status.Save(folder.Root);
                    }

                    Record?.Save();
                    return ValueTask.CompletedTask;
                });
                foreach (var happened in batch)
                {
                    await TryAsync(() => view.ShowAsync(happened));
                }

                if (batch.OfType<LabEvent.Summary>().Any())
                {
                    // A program that is killed later keeps the logs of its boots all the same.
                    await SaveLogsAsync();
                }
            }
        }
    }

    private ValueTask SaveLogsAsync() => TryAsync(async () => await (Record?.SaveLogsAsync() ?? Task.CompletedTask));

    /// <summary>Nobody to show it to, or no room to write it, is no reason to end a lab.</summary>
    private static async ValueTask TryAsync(Func<ValueTask> action)
    {
        try
        {
            await action();
        }
        catch (IOException) { }
    }
}
