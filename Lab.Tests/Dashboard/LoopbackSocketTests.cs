using System.Net;
using System.Net.Sockets;
using Lab.Dashboard.Serving;

namespace Lab.Tests.Dashboard;

public sealed class LoopbackSocketTests
{
    [Fact]
    public void A_port_is_taken_from_the_moment_on_that_it_is_bound()
    {
        var first = LoopbackSockets.Bind(0);
        var wanted = Port(first);

        var second = LoopbackSockets.Bind(wanted);

        Assert.NotEqual(wanted, Port(second));
        Assert.All([.. first, .. second], socket => socket.Listen());
        Assert.All([.. first, .. second], socket => socket.Dispose());
    }

    private static int Port(IReadOnlyList<Socket> sockets) => Assert.Single(sockets.Select(socket => ((IPEndPoint)socket.LocalEndPoint!).Port).Distinct());
}
