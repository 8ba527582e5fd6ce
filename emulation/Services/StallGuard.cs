using System.Buffers;
using Lab.Model.Registries;

namespace Lab.Emulation.Services;

/// <summary>Gives up on a peer that sends nothing for a while. The time that our own side takes does not count.</summary>
internal sealed class StallGuard : IDisposable
{
    private const int PieceSize = 256 * 1024;

    private readonly CancellationTokenSource _source;
    private readonly TimeSpan _patience;
    private readonly CancellationToken _cancellationToken;

    /// <summary>The clock runs from here on.</summary>
    public StallGuard(TimeSpan patience, CancellationToken cancellationToken)
    {
        (_patience, _cancellationToken) = (patience, cancellationToken);
        _source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _source.CancelAfter(patience);
    }

    /// <summary>Cancelled when the peer has sent nothing for too long, or the caller has lost interest.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Reads once.</summary>
    /// <exception cref="OperationCanceledException">Nothing came.</exception>
    public async ValueTask<int> ReadAsync(Stream source, Memory<byte> buffer)
    {
        _source.CancelAfter(_patience);
        var length = await source.ReadAsync(buffer, Token);
        _source.CancelAfter(Timeout.InfiniteTimeSpan);
        return length;
    }

    /// <summary>Copies all.</summary>
    /// <exception cref="OperationCanceledException">Nothing came.</exception>
    public async Task CopyAsync(Stream source, Stream target)
    {
        _source.CancelAfter(Timeout.InfiniteTimeSpan);
        using var buffer = MemoryPool<byte>.Shared.Rent(PieceSize);
        while (await ReadAsync(source, buffer.Memory) is > 0 and var length)
        {
            await target.WriteAsync(buffer.Memory[..length], _cancellationToken);
        }
    }

    /// <summary>Copies all when it has a digest; its last piece is kept back until the digest is known to be right.</summary>
    /// <returns>False when the digest is another one; then the last piece was not written.</returns>
    /// <exception cref="OperationCanceledException">Nothing came.</exception>
    public async Task<bool> CopyVerifiedAsync(Stream source, Stream target, Digest digest)
    {
        _source.CancelAfter(Timeout.InfiniteTimeSpan);
        using var hash = digest.CreateHash();
        using IMemoryOwner<byte> first = MemoryPool<byte>.Shared.Rent(PieceSize),
            second = MemoryPool<byte>.Shared.Rent(PieceSize);
        var (next, held, heldLength) = (first.Memory, second.Memory, 0);
        while (await ReadAsync(source, next) is > 0 and var length)
        {
            hash.AppendData(next.Span[..length]);
            if (heldLength > 0)
            {
                await target.WriteAsync(held[..heldLength], _cancellationToken);
            }

            (held, next, heldLength) = (next, held, length);
        }

        if (digest.With(hash.GetHashAndReset()) != digest)
        {
            return false;
        }

        await target.WriteAsync(held[..heldLength], _cancellationToken);
        return true;
    }

    /// <inheritdoc />
    public void Dispose() => _source.Dispose();
}
