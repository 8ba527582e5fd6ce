using System.Net.Sockets;
using System.Text;
using Lab.Emulation.Linux;

namespace Lab.Emulation.Machines;

/// <summary>
/// The other end of a machine's serial lines: a Unix socket that QEMU connects to, once for each line. Lines of text go to the log as they
/// end; a prompt that does not end is kept until it does. What is typed goes to all lines: only the one that is in use is listened to.
/// </summary>
public sealed class SerialConsole : IAsyncDisposable
{
    /// <summary>A machine that writes byte by byte is read this seldom; what it wrote first is passed on at once.</summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(5);

    private readonly CancellationTokenSource _stop = new();
    private readonly Socket _listener;
    private readonly LogFile _log;
    private readonly Task _reading;
    private readonly TaskCompletionSource _hungUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private readonly List<Socket> _lines = [];

    /// <summary>Starts listening.</summary>
    /// <param name="path">Path of the socket; it must not exist.</param>
    /// <param name="log">Gets the lines, without terminal escapes.</param>
    public SerialConsole(string path, LogFile log)
    {
        Path = path;
        _log = log;
        _listener = UnixSocket.Listen(path);
        _reading = ReadAsync();
    }

    /// <summary>Raised for what the machine writes, as it comes: whole lines or not, with terminal escapes.</summary>
    public event Action<ReadOnlySpan<byte>>? Received;

    /// <summary>The socket's path.</summary>
    public string Path { get; }

    /// <summary>Completes when the machine has hung up, and all that it wrote was taken in.</summary>
    public Task HungUp => _hungUp.Task;

    /// <summary>Types something into the machine; nothing happens while it is off. What a line has no room for, because nobody reads it, is lost.</summary>
    public void Send(ReadOnlySpan<byte> input)
    {
        lock (_lock)
        {
            foreach (var line in _lines)
            {
                try
                {
                    if (line.Poll(0, SelectMode.SelectWrite))
                    {
                        line.Send(input);
                    }
                }
                catch (Exception e) when (e is SocketException or ObjectDisposedException)
                {
                    // The machine went off while it was typed into, which its reader notices.
                }
            }
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _reading;
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task ReadAsync()
    {
        var reading = new List<Task>();
        try
        {
            while (true)
            {
                var line = await _listener.AcceptAsync(_stop.Token);
                line.SendTimeout = 1;
                lock (_lock)
                {
                    _lines.Add(line);
                }

                reading.Add(ReadAsync(line));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(reading);
        }
        finally
        {
            _hungUp.TrySetResult();
        }
    }

    private async Task ReadAsync(Socket machine)
    {
        var lines = new LineSplitter(Write);
        var bytes = new byte[64 * 1024];
        var text = new char[bytes.Length + 1];
        var decoder = Encoding.UTF8.GetDecoder();
        try
        {
            while (await machine.ReceiveAsync(bytes, _stop.Token) is > 0 and var length)
            {
                lock (_lock)
                {
                    Received?.Invoke(bytes.AsSpan(0, length));
                    lines.Append(text.AsSpan(0, decoder.GetChars(bytes.AsSpan(0, length), text, flush: false)));
                }

                if (length < bytes.Length)
                {
                    await Task.Delay(Gathering, _stop.Token);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            // The machine was switched off.
        }

        HangUp(machine, lines);
    }

    private void HangUp(Socket machine, LineSplitter lines)
    {
        lock (_lock)
        {
            lines.End();
            _lines.Remove(machine);
            machine.Dispose();
            if (_lines.Count == 0)
            {
                _hungUp.TrySetResult();
            }
        }
    }

    private void Write(string line)
    {
        if (ConsoleReader.Plain(line) is { Length: > 0 } plain)
        {
            _log.Write(plain);
        }
    }
}
