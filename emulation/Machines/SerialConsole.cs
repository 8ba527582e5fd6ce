using System.Net.Sockets;
using System.Text;
using Lab.Emulation.Services;

namespace Lab.Emulation.Machines;

/// <summary>
/// The other end of a machine's serial line: a Unix socket that QEMU connects to. Lines go to the log as they end; a prompt that does
/// not end is kept until it does.
/// </summary>
public sealed class SerialConsole : IAsyncDisposable
{
    private const int LongestLine = 16 * 1024;

    private readonly CancellationTokenSource _stop = new();
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly LogFile _log;
    private readonly Task _reading;
    private readonly TaskCompletionSource _hungUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Socket? _machine;

    /// <summary>Starts listening.</summary>
    /// <param name="path">Path of the socket; it must not exist.</param>
    /// <param name="log">Gets the lines, without terminal escapes.</param>
    public SerialConsole(string path, LogFile log)
    {
        Path = path;
        _log = log;
        _listener.Bind(new UnixDomainSocketEndPoint(path));
        _listener.Listen();
        _reading = ReadAsync();
    }

    /// <summary>Raised for what the machine writes, as it comes: whole lines or not, with terminal escapes.</summary>
    public event Action<ReadOnlySpan<byte>>? Received;

    /// <summary>The socket's path.</summary>
    public string Path { get; }

    /// <summary>Completes when the machine has hung up, and all that it wrote was taken in.</summary>
    public Task HungUp => _hungUp.Task;

    /// <summary>Types something into the machine; nothing happens while it is off.</summary>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> input, CancellationToken cancellationToken)
    {
        if (_machine is { } machine)
        {
            await machine.SendAsync(input, cancellationToken);
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
        var line = new StringBuilder();
        var bytes = new byte[4096];
        var text = new char[bytes.Length];
        try
        {
            while (true)
            {
                using var machine = await _listener.AcceptAsync(_stop.Token);
                _machine = machine;
                var decoder = Encoding.UTF8.GetDecoder();
                while (await machine.ReceiveAsync(bytes, _stop.Token) is > 0 and var length)
                {
                    Received?.Invoke(bytes.AsSpan(0, length));
                    Split(line, text.AsSpan(0, decoder.GetChars(bytes.AsSpan(0, length), text, flush: false)));
                }

                _hungUp.TrySetResult();
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            Split(line, "\n");
        }
        finally
        {
            _machine = null;
            _hungUp.TrySetResult();
        }
    }

    private void Split(StringBuilder line, ReadOnlySpan<char> text)
    {
        foreach (var character in text)
        {
            if (character is '\n' || line.Length >= LongestLine)
            {
                Write(line);
            }
            else
            {
                line.Append(character);
            }
        }
    }

    private void Write(StringBuilder line)
    {
        if (ConsoleReader.Plain(line.ToString()) is { Length: > 0 } plain)
        {
            _log.Write(plain);
        }

        line.Clear();
    }
}
