using System.Net;
using System.Net.Sockets;

namespace Lab.Model.Network;

/// <summary>Ports of this machine's loopback that are free at this moment, for programs that want to be told theirs.</summary>
public static class FreePorts
{
    /// <summary>Finds one.</summary>
    public static int One() => Find(1)[0].Port;

    /// <summary>Finds as many, each another.</summary>
    public static IReadOnlyList<IPEndPoint> Find(int count)
    {
        var held = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        try
        {
            held.ForEach(listener => listener.Start());
            return [.. held.Select(listener => (IPEndPoint)listener.LocalEndpoint)];
        }
        finally
        {
            held.ForEach(listener => listener.Dispose());
        }
    }
}
