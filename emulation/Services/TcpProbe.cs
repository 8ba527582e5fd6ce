using System.Net;
using Lab.Emulation.Network;

namespace Lab.Emulation.Services;

/// <summary>Expects a TCP connection from the bastion to be taken.</summary>
public sealed class TcpProbe(ILabFabric fabric, IPAddress address, int port) : IHealthProbe
{
    /// <inheritdoc />
    public string Question => $"tcp {port}";

    /// <inheritdoc />
    public async Task AskAsync(CancellationToken cancellationToken)
    {
        using var connection = await fabric.ConnectAsync(address, port, cancellationToken);
    }
}
