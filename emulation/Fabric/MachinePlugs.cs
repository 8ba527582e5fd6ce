using Lab.Emulation.Host;
using Lab.Emulation.Machines;

namespace Lab.Emulation.Fabric;

/// <summary>
/// The bridge's plugs for machines: tap devices where <c>/dev/net/tun</c> may be opened, as everybody may on many hosts, else a veth
/// with a packet socket on it.
/// </summary>
internal sealed class MachinePlugs(INamespaces namespaces, LabFolder folder) : IAsyncDisposable
{
    private readonly List<FrameRelay> _relays = [];

    /// <summary>Makes a plug.</summary>
    /// <param name="port">Name of the device: at most 14 characters.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<MachineNetwork> AddAsync(string port, CancellationToken cancellationToken) =>
        CanOpenTun() ? AddTapAsync(port, cancellationToken) : AddRelayAsync(port, cancellationToken);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var relay in _relays)
        {
            await relay.DisposeAsync();
        }
    }

    private async Task<MachineNetwork> AddTapAsync(string port, CancellationToken cancellationToken)
    {
        var lan = namespaces.NameOf(LabHost.Lan);
        await IpCommand.RunAsync(namespaces, $"-n {lan} tuntap add dev {port} mode tap", cancellationToken);
        await IpCommand.RunAsync(namespaces, $"-n {lan} link set {port} master br0 up", cancellationToken);
        return MachineNetwork.Tap(port);
    }

    private async Task<MachineNetwork> AddRelayAsync(string port, CancellationToken cancellationToken)
    {
        var (lan, wire) = (namespaces.NameOf(LabHost.Lan), $"{port}w");
        await IpCommand.RunAsync(namespaces, $"-n {lan} link add {port} type veth peer name {wire}", cancellationToken);
        await IpCommand.RunAsync(namespaces, $"-n {lan} link set {wire} master br0 up", cancellationToken);
        await IpCommand.RunAsync(namespaces, $"-n {lan} link set {port} up", cancellationToken);
        namespaces.TurnOffOffloads(LabHost.Lan, wire);
        namespaces.TurnOffOffloads(LabHost.Bastion, LabFabric.BastionDevice);

        var cable = folder.Socket(port);
        _relays.Add(new FrameRelay(cable, namespaces.OpenPacketSocket(LabHost.Lan, port)));
        return MachineNetwork.Stream(cable);
    }

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
