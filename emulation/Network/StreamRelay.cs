using System.Net.Sockets;

namespace Lab.Emulation.Network;

/// <summary>Carries bytes between two connections until both sides have ended.</summary>
internal static class StreamRelay
{
    /// <summary>
    /// Runs until both directions have ended; the end of one is passed on, so half-closed connections work. A failure of one direction
    /// closes both.
    /// </summary>
    public static async Task RunAsync(Socket one, Socket other, CancellationToken cancellationToken)
    {
        Task[] directions = [CopyAsync(one, other, cancellationToken), CopyAsync(other, one, cancellationToken)];
        if (await Task.WhenAny(directions) is { IsCompletedSuccessfully: false })
        {
            one.Dispose();
            other.Dispose();
        }

        await Task.WhenAll(directions);
    }

    private static async Task CopyAsync(Socket from, Socket to, CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        while (await from.ReceiveAsync(buffer, cancellationToken) is > 0 and var length)
        {
            for (var sent = 0; sent < length; )
            {
                sent += await to.SendAsync(buffer.AsMemory(sent, length - sent), cancellationToken);
            }
        }

        to.Shutdown(SocketShutdown.Send);
    }
}
