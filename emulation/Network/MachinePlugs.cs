using Lab.Emulation.Linux;
using Lab.Emulation.Network.Isolation;

namespace Lab.Emulation.Network;

/// <summary>
/// Plugs for machines: tap devices where <c>/dev/net/tun</c> may be opened, as everybody may on many hosts, else a veth with a packet
/// socket on its other end.
/// </summary>
/// <param name="namespaces">The lab's hosts.</param>
/// <param name="folder">The lab's files.</param>
/// <param name="host">The host that gets the plugs.</param>
/// <param name="bridge">The bridge that they belong to; null for none.</param>
/// <param name="mtu">The largest packet that the network carries; null for Ethernet's own.</param>
internal sealed class MachinePlugs(INamespaces namespaces, LabFolder folder, LabHost host, string? bridge, int? mtu) : IAsyncDisposable
{
    private readonly Dictionary<string, FrameRelay> _relays = [];

    /// <summary>False where frames go through packet sockets, so that no packet may leave its checksum to hardware.</summary>
    public static bool HasTaps { get; } = CanOpenTun();

    /// <summary>Makes a plug.</summary>
    /// <param name="port">Name of the device: at most 14 characters.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<MachineNetwork> AddAsync(string port, CancellationToken cancellationToken) =>
        (HasTaps ? await AddTapAsync(port, cancellationToken) : await AddRelayAsync(port, cancellationToken)) with
        {
            Mtu = mtu,
        };

    /// <summary>Takes a plug away.</summary>
    public async Task RemoveAsync(string port, CancellationToken cancellationToken)
    {
        if (_relays.Remove(port, out var relay))
        {
            await relay.DisposeAsync();
        }

        await IpAsync($"link delete {port}", cancellationToken);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var relay in _relays.Values)
        {
            await relay.DisposeAsync();
        }
    }

    private async Task<MachineNetwork> AddTapAsync(string port, CancellationToken cancellationToken)
    {
        var owner = ServiceUser.Of(folder, ServiceRole.Machines) is { } user ? $" user {user}" : "";
        await IpAsync($"tuntap add dev {port} mode tap{owner}", cancellationToken);
        await PlugInAsync(port, cancellationToken);
        return MachineNetwork.Tap(port);
    }

    private async Task<MachineNetwork> AddRelayAsync(string port, CancellationToken cancellationToken)
    {
        var wire = $"{port}w";
        await IpAsync($"link add {port} type veth peer name {wire}", cancellationToken);
        await PlugInAsync(port, cancellationToken);
        await IpAsync($"link set {wire}{IpCommand.Mtu(mtu)} up", cancellationToken);
        namespaces.TurnOffOffloads(host, port);

        var cable = folder.Socket(port);
        _relays.Add(port, new FrameRelay(cable, namespaces.OpenPacketSocket(host, wire)));
        return MachineNetwork.Stream(cable);
    }

    private Task PlugInAsync(string port, CancellationToken cancellationToken) =>
        IpAsync(bridge is null ? $"link set {port} up" : $"link set {port}{IpCommand.Mtu(mtu)} master {bridge} up", cancellationToken);

    private Task IpAsync(string arguments, CancellationToken cancellationToken) =>
        IpCommand.RunAsync(namespaces, $"-n {namespaces.NameOf(host)} {arguments}", cancellationToken);

    private static bool CanOpenTun()
    {
        try
        {
            using var tun = new FileStream("/dev/net/tun", FileMode.Open, FileAccess.ReadWrite);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
