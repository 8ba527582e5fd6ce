using System.Net;
using System.Net.Sockets;
using Lab.Emulation.Network;
using Lab.Emulation.Network.Isolation;

namespace Lab.Tests.Fabric.Vpc;

/// <summary>A server on the internet that remembers who came.</summary>
internal sealed record OutsideServer(VpcLab Lab, IPAddress Address, Socket Listener)
{
    /// <summary>Who the server sees when a host connects.</summary>
    public async Task<IPAddress> VisitorAsync(LabHost host)
    {
        using var connection = await Lab.Fabric.ConnectAsync(host, Address, 80, TestContext.Current.CancellationToken);
        using var accepted = await Listener.AcceptAsync(TestContext.Current.CancellationToken);
        return ((IPEndPoint)accepted.RemoteEndPoint!).Address;
    }
}
