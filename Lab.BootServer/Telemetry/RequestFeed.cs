using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Lab.Model.Services;

namespace Lab.BootServer.Telemetry;

/// <summary>
/// The requests since the start (the last <see cref="Capacity"/> of them) and those to come, for any number of readers. A reader
/// that is too slow loses the oldest ones and is told how many; it never holds up a request.
/// </summary>
internal sealed class RequestFeed(TimeProvider time)
{
    /// <summary>How many requests are kept, in all and for a slow reader.</summary>
    public const int Capacity = 4096;

    private readonly Lock _lock = new();
    private readonly Queue<BootRequest> _kept = new();
    private readonly List<Reader> _readers = [];

    public void Publish(BootRequest request)
    {
        lock (_lock)
        {
            if (_kept.Count == Capacity)
            {
                _kept.Dequeue();
            }

            _kept.Enqueue(request);
            foreach (var reader in _readers)
            {
                reader.Channel.Writer.TryWrite(request);
            }
        }
    }

    /// <summary>
    /// The requests kept so far, then each new one, until the token is cancelled. A loss is a record of status 0 whose reason says
    /// how many are missing.
    /// </summary>
    public async IAsyncEnumerable<BootRequest> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reader = new Reader();
        Add(reader);
        try
        {
            await foreach (var request in reader.Channel.Reader.ReadAllAsync(cancellationToken))
            {
                if (reader.TakeDropped() is > 0 and var dropped)
                {
                    yield return Loss(dropped);
                }

                yield return request;
            }
        }
        finally
        {
            Remove(reader);
        }
    }

    private void Add(Reader reader)
    {
        lock (_lock)
        {
            foreach (var request in _kept)
            {
                reader.Channel.Writer.TryWrite(request);
            }

            _readers.Add(reader);
        }
    }

    private void Remove(Reader reader)
    {
        lock (_lock)
        {
            _readers.Remove(reader);
        }
    }

    private BootRequest Loss(long dropped) =>
        new()
        {
            Time = time.GetUtcNow(),
            Remote = "",
            Method = "",
            Path = "",
            Status = 0,
            Bytes = 0,
            DurationMs = 0,
            Stage = BootRequestStage.Other,
            Reason = $"{dropped} requests dropped: this reader is too slow",
        };

    private sealed class Reader
    {
        private long _dropped;

        public Reader() =>
            Channel = System.Threading.Channels.Channel.CreateBounded<BootRequest>(
                new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true },
                _ => Interlocked.Increment(ref _dropped)
            );

        public Channel<BootRequest> Channel { get; }

        public long TakeDropped() => Interlocked.Exchange(ref _dropped, 0);
    }
}
