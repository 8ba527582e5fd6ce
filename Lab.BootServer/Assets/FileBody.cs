using Lab.BootServer.Http;
using Microsoft.Win32.SafeHandles;

namespace Lab.BootServer.Assets;

/// <summary>
/// A body that is an open file. It is read straight into the connection's buffers, as much at a time as the client takes: a slow
/// client holds a buffer, not a thread.
/// </summary>
internal sealed class FileBody(SafeFileHandle file) : IBody
{
    private const int ChunkSize = 32 * 1024;

    public async Task SendAsync(HttpContext context, Exchange exchange, ByteRange range)
    {
        var writer = context.Response.BodyWriter;
        var position = range.Start;
        var end = range.Start + range.Length;
        while (position < end)
        {
            var memory = writer.GetMemory(ChunkSize);
            var wanted = (int)Math.Min(memory.Length, end - position);
            var count = RandomAccess.Read(file, memory.Span[..wanted], position);
            if (count == 0)
            {
                // The file has become shorter than what was promised: only a broken connection says so.
                exchange.Reason = "the file was truncated while it was sent";
                context.Abort();
                return;
            }

            writer.Advance(count);
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
}
