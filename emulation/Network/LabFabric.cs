using System.Net;
using System.Net.Sockets;
using CliWrap;
using Lab.Emulation.Linux;
using Lab.Emulation.Network.Isolation;
using Lab.Model;
using Lab.Model.Definition;

namespace Lab.Emulation.Network;

/// <summary>
/// The lab's network on this machine: the private subnet with its real addresses, in two namespaces that have no contact with the
/// host's network. A bridge joins the machines and the bastion; sockets made inside are the only ways in and out.
/// </summary>
public sealed class LabFabric : ILabFabric
{
    /// <summary>The bastion's network interface.</summary>
    public const string BastionDevice = "eth0";

    private const string Bridge = "br0";

    /// <summary>The bridge's end of the bastion's cable.</summary>
    private const string BastionPlug = "bastion";

    private readonly LabDefinition _lab;
    private readonly LanPlan _plan;
    private readonly INamespaces _namespaces;
    private readonly MachinePlugs _plugs;

    /// <summary>What is not as in a lab elsewhere because this kernel does not let it be set.</summary>
    private readonly List<string> _open = [];

    private LabFabric(LabDefinition lab, LabFolder folder, INamespaces namespaces, LanPlan plan)
    {
        _lab = lab;
        _plan = plan;
        _namespaces = namespaces;
        _plugs = new MachinePlugs(namespaces, folder, LabHost.Lan, Bridge, lab.Network.Mtu);
    }

    /// <inheritdoc />
    public string Description => string.Join("; ", [_namespaces.Description, .. _open]);

    /// <inheritdoc />
    public Task Lost => _namespaces.Lost;

    /// <inheritdoc />
    public LabHost MachineHost => LabHost.Lan;

    /// <summary>Makes the network. What was made is undone by disposing, or by <see cref="CleanUp"/> after a crash.</summary>
    /// <exception cref="LabException">The host does not allow it.</exception>
    /// <param name="lab">The lab.</param>
    /// <param name="folder">Its files.</param>
    /// <param name="journal">Where side effects are announced.</param>
    /// <param name="broker">Starts this program as <see cref="SocketBroker"/>, given the path of its socket as last argument; used by others than root.</param>
    /// <param name="cancellationToken">Stops the making.</param>
    /// <param name="plan">What it is made of; null for machines and a bastion.</param>
    public static async Task<LabFabric> CreateAsync(
        LabDefinition lab,
        LabFolder folder,
        Journal journal,
        Command broker,
        CancellationToken cancellationToken,
        LanPlan? plan = null
    )
    {
        plan ??= new LanPlan();
        var namespaces = Namespaces.Choose(folder, journal, broker, plan.Bastion);
        var fabric = new LabFabric(lab, folder, namespaces, plan);
        try
        {
            await namespaces.CreateAsync(plan.Hosts, cancellationToken);
            // A guest that says it is a router gets no traffic of the bastion's.
            await fabric.TrySetAsync(("ipv6/conf/default/accept_ra", 0), "a machine can say that it is the bastion's router", cancellationToken);
            // The bastion is the machines' router: what it knows no way for, it says at once (ICMP, network unreachable). A router that does
            // not forward drops such packets, and a machine waits for minutes.
            foreach (var router in plan.Hosts.Where(host => host != LabHost.Lan && host != LabHost.OtherServer))
            {
                await fabric.TrySetAsync(("ipv4/ip_forward", 1), "a machine that asks for the internet gets no answer", cancellationToken, router);
            }

            if (lab.Network.Ipv6 is not null)
            {
                // An engine takes IPv6 from a container that it gives no network.
                await fabric.TrySetAsync(("ipv6/conf/all/disable_ipv6", 0), "the bastion may be without IPv6", cancellationToken);
            }

            foreach (var command in fabric.Links())
            {
                await IpCommand.RunAsync(namespaces, command, cancellationToken);
            }

            var ipv6 = lab.Network.Ipv6Of(lab.Bastion.Address);
            if (await LanFilter.ApplyAsync(namespaces, lab.Bastion.Address, ipv6, Bridge, BastionPlug, cancellationToken) is { } unfiltered)
            {
                fabric._open.Add($"a machine can say by ARP that it is the bastion ({unfiltered})");
            }

            return fabric;
        }
        catch
        {
            await fabric.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc />
    public Command Wrap(LabHost host, string program, IEnumerable<string> arguments) => _namespaces.WrapIn(host, program, arguments);

    /// <inheritdoc />
    public Socket CreateSocket(LabHost host, AddressFamily family, SocketType type) => _namespaces.CreateSocket(host, family, type);

    /// <summary>On a LAN nothing is in the way: what the bastion asks of the internet leaves through this program.</summary>
    public Task<string?> ObstacleAsync(string host, int port, CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    /// <summary>Makes a plug of the bridge for a machine.</summary>
    /// <param name="port">Name of the device: at most 14 characters.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<MachineNetwork> AttachAsync(string port, CancellationToken cancellationToken)
    {
        if (!MachinePlugs.HasTaps)
        {
            _namespaces.TurnOffOffloads(LabHost.Bastion, BastionDevice);
        }

        return await _plugs.AddAsync(port, cancellationToken);
    }

    /// <summary>Pulls a machine's cable: its network card stays, and leads nowhere.</summary>
    /// <param name="port">Name of the device.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task UnplugAsync(string port, CancellationToken cancellationToken) =>
        IpCommand.RunAsync(_namespaces, $"-n {_namespaces.NameOf(LabHost.Lan)} link set {port} nomaster", cancellationToken);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _plugs.DisposeAsync();
        await _namespaces.DisposeAsync();
    }

    /// <summary>Sets a setting of the bastion's kernel. A lab runs without, as a home does.</summary>
    /// <param name="setting">The setting.</param>
    /// <param name="open">What a machine can do where it cannot be set.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <param name="host">Whose setting; the bastion's when null.</param>
    private async Task TrySetAsync((string Key, int Value) setting, string open, CancellationToken cancellationToken, LabHost? host = null)
    {
        try
        {
            await KernelSettings.SetAsync(_namespaces, host ?? LabHost.Bastion, [setting], cancellationToken);
        }
        catch (LabException e)
        {
            _open.Add($"{open} ({e.Message})");
        }
    }

    private IEnumerable<string> Links()
    {
        var (lan, bastion) = (_namespaces.NameOf(LabHost.Lan), _namespaces.NameOf(LabHost.Bastion));
        return
        [
            $"-n {lan} link add {Bridge} type bridge stp_state 0 forward_delay 0 mcast_snooping 0",
            $"-n {lan} link set {Bridge} up",
            $"link add {BastionDevice} netns {bastion} type veth peer name {BastionPlug} netns {lan}",
            $"-n {lan} link set {BastionPlug}{OwnMtu} master {Bridge} up",
            $"-n {bastion} link set {BastionDevice}{OwnMtu} up",
            .. Served == BastionDevice ? Array.Empty<string>() : CableToNowhere(bastion, lan),
            .. Addresses(bastion, _lab.Bastion.Address, _lab.Network.PrivateSubnet, Served),
            $"-n {bastion} link set lo up",
            .. _plan.Home is { Gateway: { } router } home
                ?
                [
                    .. Server(LabHost.Router, "router", router, home.Network),
                    // What is not for the home goes out by the bastion, the only way that a lab has.
                    $"-n {_namespaces.NameOf(LabHost.Router)} route add default via {home.Address}",
                ]
                : Array.Empty<string>(),
            .. _plan.OtherNetwork is { } other ? Server(LabHost.OtherServer, "other", LanPlan.ServerOf(other), other) : [],
        ];
    }

    /// <summary>The addresses of a host of Lab's. No machine has the one of IPv6, so nobody has to be asked whether it is free.</summary>
    private string[] Addresses(string host, IPAddress address, IPNetwork network, string device) =>
        [
            $"-n {host} address add {address}/{network.PrefixLength} dev {device}",
            .. network == _lab.Network.PrivateSubnet && _lab.Network.Ipv6Of(address) is { } ipv6
                ? new[] { $"-n {host} address add {ipv6}/{Ipv6Prefix.Length} dev {device} nodad" }
                : [],
        ];

    /// <summary>A bridge follows its ports.</summary>
    private string OwnMtu => IpCommand.Mtu(_lab.Network.Mtu);

    /// <summary>The bastion's network interface that has its address.</summary>
    private string Served => _plan.Home?.Interface ?? BastionDevice;

    /// <summary>A second network interface of the bastion, to which no machine is plugged.</summary>
    private string[] CableToNowhere(string bastion, string lan) =>
        [$"link add {Served} netns {bastion} type veth peer name nowhere netns {lan}", $"-n {lan} link set nowhere up", $"-n {bastion} link set {Served} up"];

    /// <summary>A host that serves DHCP, plugged in.</summary>
    private string[] Server(LabHost host, string plug, IPAddress address, IPNetwork network)
    {
        var (lan, server) = (_namespaces.NameOf(LabHost.Lan), _namespaces.NameOf(host));
        return
        [
            $"link add {BastionDevice} netns {server} type veth peer name {plug} netns {lan}",
            $"-n {lan} link set {plug}{OwnMtu} master {Bridge} up",
            .. Addresses(server, address, network, BastionDevice),
            $"-n {server} link set {BastionDevice}{OwnMtu} up",
            $"-n {server} link set lo up",
        ];
    }
}
