using System.Net;
using System.Net.Sockets;
using Lab.Emulation.Network.Isolation;
using Lab.Model.Services;

namespace Lab.Emulation.Network.Vpc;

public sealed partial class VpcFabric
{
    /// <summary>A first packet and its two repetitions, after 1 and 3 seconds.</summary>
    private static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(4);

    private readonly IReadOnlyList<Dependency> _internet;
    private readonly Dictionary<string, LabHost> _hostOf = [];

    /// <summary>Tried for real: a connection through the VPC to what stands for the host. The reason is worked out when it fails.</summary>
    public async Task<string?> ObstacleAsync(string host, int port, CancellationToken cancellationToken)
    {
        if (_internet.FirstOrDefault(one => one.Name == host && one.Port == port) is not { } known)
        {
            return $"{host}:{port} is not part of the rehearsed internet, which has what lab.yaml names";
        }

        var tries = await Task.WhenAll(known.Addresses.Select(address => ConnectsAsync(address, port, cancellationToken)));
        return tries.Any(connected => connected) ? null : string.Join("; ", known.Addresses.Select(address => Reason(address, port)));
    }

    private string Reason(IPAddress address, int port)
    {
        var first = _state
            ?.Interfaces.Where(one => _pluggedIn.ContainsKey(one.Id) && _hostOf.GetValueOrDefault(one.Id) == LabHost.Bastion)
            .MinBy(one => one.DeviceIndex);
        return first is null
            ? "the bastion has no network interface"
            : Reachability.Of(_state!, first, address, "tcp", port) switch
            {
                { IsAllowed: false } verdict => verdict.Reason,
                _ => $"{address} does not answer",
            };
    }

    private async Task<bool> ConnectsAsync(IPAddress address, int port, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(ConnectPatience);
        try
        {
            using var connection = await this.ConnectAsync(LabHost.Bastion, address, port, patience.Token);
            return true;
        }
        catch (Exception e) when (e is SocketException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }
}
