using System.Net.Sockets;
using System.Text.Json;
using Lab.Emulation.Linux;

namespace Lab.Emulation.Network.Isolation;

/// <summary>
/// The process that keeps a lab's user namespace alive. The program that runs the lab cannot enter that namespace itself (setns(2)
/// wants a single thread), so this one makes the sockets inside and hands them out.
/// </summary>
public static class SocketBroker
{
    /// <summary>Serves until the process is ended.</summary>
    /// <param name="path">Where to listen: a Unix socket.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task ServeAsync(string path, CancellationToken cancellationToken)
    {
        using var listener = UnixSocket.Listen(path);
        while (!cancellationToken.IsCancellationRequested)
        {
            using var client = await listener.AcceptAsync(cancellationToken);
            client.Blocking = true;
            try
            {
                Answer(client);
            }
            catch (Exception e) when (e is IOException or SocketException or JsonException)
            {
                // The client sees its connection end without a socket; the reason goes to the log.
                Console.Error.WriteLine(e.Message);
            }
        }
    }

    private static void Answer(Socket client)
    {
        var buffer = new byte[1024];
        var length = client.Receive(buffer);
        if (length == 0)
        {
            // Somebody only wanted to know whether this process listens already.
            return;
        }

        var request = JsonSerializer.Deserialize<BrokerRequest>(buffer.AsSpan(0, length))!;
        if (request.Device is { } device)
        {
            NamespaceSockets.Run(request.Namespace, () => Offloads.TurnOff(device));
        }

        if (request.Type == SocketType.Raw)
        {
            var descriptor = NamespaceSockets.Run(request.Namespace, () => PacketSocket.Open(request.Device!));
            DescriptorPassing.Send(client, descriptor);
            _ = LinuxCalls.Close(descriptor);
        }
        else
        {
            using var socket = NamespaceSockets.Create(request.Namespace, request.Family, request.Type, ProtocolType.Unspecified);
            DescriptorPassing.Send(client, (int)socket.Handle);
        }
    }
}
