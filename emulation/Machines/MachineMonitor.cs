using System.Net.Sockets;
using System.Text;
using Lab.Emulation.Linux;

namespace Lab.Emulation.Machines;

/// <summary>
/// The other end of QEMU's monitor (QMP): a Unix socket that QEMU connects to. QEMU's exit code is 0 whether the machine reset itself or
/// powered itself off; here it says which.
/// </summary>
internal sealed class MachineMonitor : IDisposable
{
    /// <summary>QEMU tells no events before the client has said this.</summary>
    private static readonly byte[] Negotiation = Encoding.ASCII.GetBytes("""{"execute":"qmp_capabilities"}""" + "\n");

    private readonly CancellationTokenSource _stop = new();
    private readonly Socket _listener;
    private readonly Task<string?> _reading;
    private string? _diskError;
    private volatile bool _isConnected;

    /// <summary>Starts listening.</summary>
    /// <param name="path">Path of the socket; it must not exist.</param>
    public MachineMonitor(string path)
    {
        _listener = UnixSocket.Listen(path);
        _reading = ReadAsync();
    }

    /// <summary>Raised with why the machine was paused, a phrase, and with null when it goes on.</summary>
    public event Action<string?>? Paused;

    /// <summary>Why QEMU, which is no more, has ended; null where it did not say.</summary>
    public async Task<string?> ReasonAsync()
    {
        if (!_isConnected)
        {
            await _stop.CancelAsync();
        }

        return await _reading;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _stop.Dispose();
    }

    /// <summary>The reason in a line of the monitor; null for most lines, and for one that is not QEMU's.</summary>
    internal static string? Read(string line) => MonitorMessage.TryParse(line) is { Event: "SHUTDOWN" } message ? message.Text("reason") : null;

    /// <summary>
    /// QEMU pauses a machine whose disk cannot be written because the host has no space left, says so, and says that it has stopped
    /// (https://www.qemu.org/docs/master/interop/qemu-qmp-ref.html: BLOCK_IO_ERROR, STOP, RESUME).
    /// </summary>
    private void TellPause(MonitorMessage? message)
    {
        switch (message?.Event)
        {
            case "BLOCK_IO_ERROR" when message.Text("action") == "stop":
                _diskError = message.IsTrue("nospace")
                    ? "the host's disk is full"
                    : $"its disk cannot be read or written: {message.Text("reason") ?? "QEMU does not say why"}";
                break;
            case "STOP":
                Paused?.Invoke(_diskError ?? "QEMU has stopped it and does not say why");
                break;
            case "RESUME":
                _diskError = null;
                Paused?.Invoke(null);
                break;
        }
    }

    private async Task<string?> ReadAsync()
    {
        string? reason = null;
        try
        {
            using var qemu = await _listener.AcceptAsync(_stop.Token);
            _isConnected = true;
            await qemu.SendAsync(Negotiation, _stop.Token);
            using var lines = new StreamReader(new NetworkStream(qemu));
            while (await lines.ReadLineAsync(_stop.Token) is { } line)
            {
                reason = Read(line) ?? reason;
                TellPause(MonitorMessage.TryParse(line));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or IOException)
        {
            // QEMU was killed, in the middle of a line perhaps: what it has said before is all that there is.
        }

        return reason;
    }
}
