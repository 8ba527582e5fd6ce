using System.Net.Sockets;

namespace Lab.Emulation.Linux;

/// <summary>Connections to a Unix socket.</summary>
public static class UnixSocket
{
    /// <summary>Connects.</summary>
    /// <exception cref="SocketException">Nobody listens there.</exception>
    public static async ValueTask<Stream> ConnectAsync(string path, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Listens; only this program's user can connect, whatever the umask was.</summary>
    /// <param name="path">Must not exist.</param>
    public static Socket Listen(string path)
    {
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            listener.Bind(new UnixDomainSocketEndPoint(path));
            SecretFile.Restrict(path);
            listener.Listen();
            return listener;
        }
        catch
        {
            listener.Dispose();
            throw;
        }
    }

    /// <summary>HTTP over a Unix socket, whatever host the URL names.</summary>
    public static SocketsHttpHandler HttpHandler(string path) =>
        new() { UseProxy = false, ConnectCallback = (_, cancellationToken) => ConnectAsync(path, cancellationToken) };
}
