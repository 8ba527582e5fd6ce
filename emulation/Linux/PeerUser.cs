using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Lab.Emulation.Linux;

/// <summary>Which user of this machine is at the other end of a connection.</summary>
public static class PeerUser
{
    private const int SocketLevel = 1;
    private const int PeerCredentials = 17;

    /// <summary>TCP_ESTABLISHED. In later states the kernel may have forgotten the owner and then names root.</summary>
    private const string Established = "01";

    /// <summary>True for the user of this program and for root; false where the user is not known.</summary>
    public static bool IsTrusted(uint? user) => user == 0 || user == LinuxCalls.EffectiveUser();

    /// <summary>True where the client of a connection over this machine's loopback is the user of this program, or root.</summary>
    /// <param name="client">The client's end.</param>
    /// <param name="server">The server's end.</param>
    public static bool IsTrustedOnLoopback(EndPoint? client, EndPoint? server) => IsTrusted(OfLoopback(client as IPEndPoint, server as IPEndPoint));

    /// <summary>The user at the other end of a Unix socket (unix(7), SO_PEERCRED): who connected, or who listened.</summary>
    public static uint? OfUnix(Socket socket) => Credentials(socket) is { } credentials ? BitConverter.ToUInt32(credentials, 4) : null;

    /// <summary>The process at the other end of a Unix socket: which connected, or which listened.</summary>
    public static int? ProcessOfUnix(Socket socket) => Credentials(socket) is { } credentials ? BitConverter.ToInt32(credentials) : null;

    /// <summary>The owner of the client's socket of a connection over this machine's loopback (proc_net_tcp); null when the kernel does not list it.</summary>
    /// <param name="client">The client's end.</param>
    /// <param name="server">The server's end.</param>
    public static uint? OfLoopback(IPEndPoint? client, IPEndPoint? server)
    {
        if (client is null || server is null)
        {
            return null;
        }

        return Owner("/proc/net/tcp", Text(client, isMapped: false), Text(server, isMapped: false))
            ?? Owner("/proc/net/tcp6", Text(client, isMapped: true), Text(server, isMapped: true));
    }

    /// <summary>struct ucred: pid, uid, gid.</summary>
    private static byte[]? Credentials(Socket socket)
    {
        var credentials = new byte[12];
        return socket.GetRawSocketOption(SocketLevel, PeerCredentials, credentials) == credentials.Length ? credentials : null;
    }

    private static uint? Owner(string table, string local, string remote)
    {
        try
        {
            foreach (var line in File.ReadLines(table))
            {
                // sl, local, remote, state, queues, timer, retransmits, uid.
                var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (fields.Length > 7 && fields[1] == local && fields[2] == remote && fields[3] == Established)
                {
                    return uint.Parse(fields[7], CultureInfo.InvariantCulture);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Without IPv6 there is no second table.
        }

        return null;
    }

    /// <summary>An end as the tables write it: the address in words of the host's byte order, in hexadecimal digits.</summary>
    private static string Text(IPEndPoint end, bool isMapped)
    {
        var bytes = (isMapped ? end.Address.MapToIPv6() : end.Address).GetAddressBytes();
        var words = Enumerable
            .Range(0, bytes.Length / 4)
            .Select(i => BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(4 * i)).ToString("X8", CultureInfo.InvariantCulture));
        return $"{string.Concat(words)}:{end.Port:X4}";
    }
}
