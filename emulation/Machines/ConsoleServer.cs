using System.Net.Sockets;
using Lab.Emulation.Linux;

namespace Lab.Emulation.Machines;

/// <summary>
/// Lets terminals attach to a node's serial line through a Unix socket: each gets what was written last and all that comes, and may
/// type. It outlives the machine, so a terminal stays attached while the node is switched off and on.
/// </summary>
public sealed class ConsoleServer : IAsyncDisposable
{
    private const int KeptBytes = 64 * 1024;

    private readonly CancellationTokenSource _stop = new();
    private readonly Socket _listener;
    private readonly List<Socket> _terminals = [];
    private readonly Queue<byte> _last = new(KeptBytes);
    private readonly Lock _lock = new();
    private readonly Task _accepting;
    private SerialConsole? _serial;

    /// <summary>Starts listening.</summary>
    /// <param name="path">Path of the socket; it must not exist.</param>
    public ConsoleServer(string path)
    {
        _listener = UnixSocket.Listen(path);
        _accepting = AcceptAsync();
    }

    /// <summary>Path of a node's socket.</summary>
    public static string SocketPath(LabFolder lab, string node) => lab.Socket($"{node}.tty");

    /// <summary>Takes a machine's serial line, in place of the one before.</summary>
    public void Connect(SerialConsole serial)
    {
        if (_serial is { } before)
        {
            before.Received -= Show;
        }

        _serial = serial;
        serial.Received += Show;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var attached = new List<Task>();
        try
        {
            while (true)
            {
                var terminal = await _listener.AcceptAsync(_stop.Token);
                attached.RemoveAll(task => task.IsCompleted);
                attached.Add(AttachAsync(terminal));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(attached);
        }
    }

    private async Task AttachAsync(Socket terminal)
    {
        using (terminal)
        {
            // A terminal that does not read is not waited for: what it has no room for it misses.
            terminal.SendTimeout = 1;
            lock (_lock)
            {
                Send(terminal, [.. _last]);
                _terminals.Add(terminal);
            }

            try
            {
                var typed = new byte[1024];
                while (await terminal.ReceiveAsync(typed, _stop.Token) is > 0 and var length)
                {
                    _serial?.Send(typed.AsSpan(0, length));
                }
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException)
            {
                // The terminal has gone, or the lab ends.
            }

            lock (_lock)
            {
                _terminals.Remove(terminal);
            }
        }
    }

    private void Show(ReadOnlySpan<byte> written)
    {
        lock (_lock)
        {
            foreach (var each in written)
            {
                if (_last.Count == KeptBytes)
                {
                    _last.Dequeue();
                }

                _last.Enqueue(each);
            }

            foreach (var terminal in _terminals)
            {
                Send(terminal, written);
            }
        }
    }

    private static void Send(Socket terminal, ReadOnlySpan<byte> written)
    {
        try
        {
            terminal.Send(written);
        }
        catch (SocketException)
        {
            // It has gone, which its reader notices, or it is too slow.
        }
    }
}
