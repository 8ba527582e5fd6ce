using System.IO.Pipelines;
using Lab.BootServer.Http;
using Lab.Model.Services;
using Microsoft.Win32.SafeHandles;

namespace Lab.BootServer.Assets;

/// <summary>
/// A body that is an open file. It is read straight into the connection's blocks, as much at a time as the client takes: a slow
/// client holds blocks, not a thread.
/// </summary>
internal sealed class FileBody(SafeFileHandle file) : IBody
{
    /// <summary>How much goes to the socket at once.</summary>
    private const int PieceSize = 32 * 1024;

    /// <summary>A block of Kestrel's pool. Anything larger is an array of its own: quicker, but with hundreds of clients mostly garbage.</summary>
    private const int BlockSize = 4096;

    /// <summary>With more bodies than this under way they are read into blocks.</summary>
    private const int Many = 64;

    private static int _underWay;

    public async Task SendAsync(HttpContext context, Exchange exchange, ByteRange range)
    {
        Interlocked.Increment(ref _underWay);
        try
        {
            exchange.Body = Small(range);
            await SendPiecesAsync(context, exchange, range);
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }

    /// <summary>A whole file that is small enough to be shown to people, such as a configuration; empty for another one and for a part.</summary>
    private ReadOnlyMemory<byte> Small(ByteRange range)
    {
        if (range.Length > HttpExchange.LongestBody || range.Length != RandomAccess.GetLength(file))
        {
            return default;
        }

        var bytes = new byte[range.Length];
        return bytes.AsMemory(0, RandomAccess.Read(file, bytes, 0));
    }

    private async Task SendPiecesAsync(HttpContext context, Exchange exchange, ByteRange range)
    {
        var writer = context.Response.BodyWriter;
        var blocks = new List<Memory<byte>>(PieceSize / BlockSize);
        var position = range.Start;
        var end = range.Start + range.Length;
        while (position < end)
        {
            var count = Take(writer, blocks, end - position);
            if (!Fill(blocks, position))
            {
                // The file has become shorter than what was promised: only a broken connection says so.
                exchange.Reason = "the file was truncated while it was sent";
                context.Abort();
                return;
            }

            position += count;
            await writer.FlushAsync();
            if (context.RequestAborted.IsCancellationRequested)
            {
                exchange.ClientWentAway();
                return;
            }

            exchange.BytesSent += count;
        }
    }

    /// <summary>Takes blocks of the connection for the next piece. They go on their way with the next flush.</summary>
    /// <returns>How many bytes fit.</returns>
    private static int Take(PipeWriter writer, List<Memory<byte>> blocks, long wanted)
    {
        blocks.Clear();
        wanted = Math.Min(wanted, PieceSize);
        var total = 0;
        while (total < wanted)
        {
            var block = writer.GetMemory(Volatile.Read(ref _underWay) > Many ? BlockSize : PieceSize);
            block = block[..(int)Math.Min(block.Length, wanted - total)];
            writer.Advance(block.Length);
            blocks.Add(block);
            total += block.Length;
        }

        return total;
    }

    /// <summary>Reads into blocks, all with one call as a rule.</summary>
    /// <returns>False when the file ends before; what is missing is zeros then, not what was in the blocks before.</returns>
    private bool Fill(List<Memory<byte>> blocks, long position)
    {
        while (blocks.Count > 0)
        {
            var count = (int)RandomAccess.Read(file, blocks, position);
            if (count == 0)
            {
                blocks.ForEach(block => block.Span.Clear());
                return false;
            }

            position += count;
            while (blocks.Count > 0 && count >= blocks[0].Length)
            {
                count -= blocks[0].Length;
                blocks.RemoveAt(0);
            }

            if (count > 0)
            {
                blocks[0] = blocks[0][count..];
            }
        }

        return true;
    }
}
