using System.Net;
using System.Net.Sockets;

namespace Lab.Emulation.Network;

/// <summary>Finds a port of the host's loopback that is free.</summary>
internal static class LoopbackListener
{
    /// <summary>Listens on the wanted port where it is free, else on any other.</summary>
    public static TcpListener Open(int wanted)
    {
        var listener = new TcpListener(IPAddress.Loopback, wanted);
        try
        {
            listener.Start();
            return listener;
        }
        catch (SocketException) when (wanted != 0)
        {
            listener.Dispose();
            return Open(0);
        }
    }
}
