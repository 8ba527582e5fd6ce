using System.Buffers.Binary;
using System.Net.Sockets;
using Lab.Emulation.Linux;

namespace Lab.Emulation.Network;

/// <summary>
/// A machine's network cable where tap devices cannot be had: QEMU's stream socket (each frame after its length, 4 bytes, big-endian)
/// on one side, a packet socket on a device of the bridge on the other.
/// </summary>
internal sealed class FrameRelay : IAsyncDisposable
{
    private const int LargestFrame = 65536;
    private const int LengthBytes = 4;
    private const int PollMilliseconds = 200;

    private readonly CancellationTokenSource _stop = new();
    private readonly Socket _listener;
    private readonly int _packets;
    private readonly Task _running;

    /// <summary>Waits for QEMU to connect and begins to relay.</summary>
    /// <param name="path">Where QEMU connects.</param>
    /// <param name="packets">Descriptor of the packet socket; it is closed with the relay.</param>
    public FrameRelay(string path, int packets)
    {
        _packets = packets;
        _listener = UnixSocket.Listen(path);
        _running = RunAsync();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _listener.Dispose();
        _ = LinuxCalls.Close(_packets);
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                using var machine = await _listener.AcceptAsync(_stop.Token);
                using var unplugged = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
                var toMachine = Task.Factory.StartNew(() => CopyToMachine(machine, unplugged.Token), TaskCreationOptions.LongRunning);
                try
                {
                    await CopyFromMachineAsync(machine, unplugged.Token);
                }
                finally
                {
                    await unplugged.CancelAsync();
                    await toMachine;
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            // The relay ends, or the machine was switched off in the middle of a frame.
        }
    }

    private async Task CopyFromMachineAsync(Socket machine, CancellationToken cancellationToken)
    {
        await using var stream = new NetworkStream(machine);
        var buffer = new byte[LargestFrame];
        try
        {
            while (true)
            {
                await stream.ReadExactlyAsync(buffer.AsMemory(0, LengthBytes), cancellationToken);
                var length = BinaryPrimitives.ReadInt32BigEndian(buffer);
                await stream.ReadExactlyAsync(buffer.AsMemory(0, length), cancellationToken);
                Write(buffer.AsSpan(0, length));
            }
        }
        catch (Exception e) when (e is IOException or ArgumentOutOfRangeException)
        {
            // QEMU has ended.
        }
    }

    private unsafe void Write(ReadOnlySpan<byte> frame)
    {
        fixed (byte* start = frame)
        {
            // A frame that the device does not take is lost, as on a wire.
            _ = LinuxCalls.Send(_packets, start, (nuint)frame.Length, 0);
        }
    }

    private unsafe void CopyToMachine(Socket machine, CancellationToken cancellationToken)
    {
        var buffer = new byte[LengthBytes + LargestFrame];
        fixed (byte* start = buffer)
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                if (!LinuxCalls.WaitReadable(_packets, PollMilliseconds))
                {
                    continue;
                }

                var length = LinuxCalls.Receive(_packets, start + LengthBytes, LargestFrame, 0);
                if (length <= 0)
                {
                    // The device is gone, or was down for a moment.
                    cancellationToken.WaitHandle.WaitOne(PollMilliseconds);
                    continue;
                }

                BinaryPrimitives.WriteInt32BigEndian(buffer, (int)length);
                try
                {
                    machine.Send(buffer.AsSpan(0, LengthBytes + (int)length));
                }
                catch (Exception e) when (e is SocketException or ObjectDisposedException)
                {
                    return;
                }
            }
        }
    }
}
