using System.Net;
using System.Net.Sockets;
using CliWrap;
using Lab.Emulation.Linux;
using Lab.Emulation.Network.Isolation;
using Lab.Model;
using Lab.Model.Services;

namespace Lab.Emulation.Network.Vpc;

/// <summary>
/// A VPC on this machine: each network interface is a link of its own into a router, so nothing is broadcast between instances. Routes,
/// gateways, security groups, DHCP, DNS and time act as the <see cref="VpcState"/> says that was applied last.
/// </summary>
public sealed partial class VpcFabric : ILabFabric
{
    private readonly INamespaces _namespaces;
    private readonly MachinePlugs _plugs;
    private readonly GuestPlugs _guests;
    private readonly RouterTables _tables;
    private readonly PacketFilter _filter;
    private readonly SemaphoreSlim _oneAtATime = new(1);
    private readonly Dictionary<string, Func<Task>> _pluggedIn = [];
    private VpcServices? _services;
    private VpcState? _state;

    private VpcFabric(LabFolder folder, INamespaces namespaces, IReadOnlyList<Dependency> internet)
    {
        _internet = internet;
        _namespaces = namespaces;
        _plugs = new MachinePlugs(namespaces, folder, LabHost.Router, bridge: null, mtu: null);
        _guests = new GuestPlugs(namespaces);
        _tables = new RouterTables(namespaces);
        _filter = new PacketFilter(namespaces);
    }

    /// <inheritdoc />
    public string Description => _namespaces.Description;

    /// <inheritdoc />
    public Task Lost => _namespaces.Lost;

    /// <inheritdoc />
    public LabHost MachineHost => LabHost.Router;

    /// <summary>What the VPC's DHCP said.</summary>
    public LogFile DhcpLog => _services!.DhcpLog;

    /// <summary>What was applied last; null before the first time.</summary>
    public VpcState? State => _state;

    /// <summary>
    /// Makes the router, the internet and the bastion, without a VPC yet. What was made is undone by disposing, or by
    /// <see cref="CleanUp"/> after a crash.
    /// </summary>
    /// <exception cref="LabException">The host does not allow it, or has no nftables.</exception>
    /// <param name="folder">The lab's files.</param>
    /// <param name="journal">Where side effects are announced.</param>
    /// <param name="broker">Starts this program as <see cref="SocketBroker"/>, given the path of its socket as last argument; used by others than root.</param>
    /// <param name="internet">What there is on the internet: <see cref="Dependency.Of"/> the lab.</param>
    /// <param name="cancellationToken">Stops the making.</param>
    public static Task<VpcFabric> CreateAsync(
        LabFolder folder,
        Journal journal,
        Command broker,
        IReadOnlyList<Dependency> internet,
        CancellationToken cancellationToken
    ) => CreateAsync(folder, journal, Namespaces.Choose(folder, journal, broker), internet, cancellationToken);

    /// <summary>The same in namespaces of one's choice.</summary>
    internal static async Task<VpcFabric> CreateAsync(
        LabFolder folder,
        Journal journal,
        INamespaces namespaces,
        IReadOnlyList<Dependency> internet,
        CancellationToken cancellationToken
    )
    {
        var fabric = new VpcFabric(folder, namespaces, internet);
        try
        {
            await namespaces.CreateAsync([LabHost.Router, LabHost.Internet, LabHost.Bastion], cancellationToken);
            await RouterSettings.ApplyAsync(namespaces, cancellationToken);
            fabric._services = await VpcServices.StartAsync(internet, fabric, namespaces, folder, journal, cancellationToken);
            return fabric;
        }
        catch
        {
            await fabric.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Makes the network what the state says: links, routes, filters, leases, names. May be called at each change, and again with the
    /// same. The filter changes at once as a whole; connections that it let through before go on, as AWS's tracked connections do.
    /// </summary>
    /// <exception cref="LabException">The kernel refuses something.</exception>
    public Task ApplyAsync(VpcState state, CancellationToken cancellationToken) => ChangeAsync(() => _state = state, cancellationToken);

    /// <summary>Plugs a machine into an interface. Its namespace is <see cref="MachineHost"/>.</summary>
    /// <exception cref="LabException">The state that was applied has no such interface.</exception>
    public async Task<MachineNetwork> AttachMachineAsync(string interfaceId, CancellationToken cancellationToken)
    {
        MachineNetwork? network = null;
        await PlugInAsync(
            interfaceId,
            async (device, _) =>
            {
                network = await _plugs.AddAsync(device, cancellationToken);
                return () => _plugs.RemoveAsync(device, CancellationToken.None);
            },
            cancellationToken
        );
        return network!;
    }

    /// <summary>
    /// Plugs a namespace of this machine into an interface: the bastion, or a <see cref="LabHost.Guest"/>, which is made when it is not
    /// there. It gets the interface's MAC address and addresses and routes by source, as Amazon's images set it up.
    /// </summary>
    /// <returns>The device's name in the namespace: <c>eth0</c>, and so on by the interface's place in the instance.</returns>
    /// <exception cref="LabException">The state that was applied has no such interface.</exception>
    public async Task<string> AttachHostAsync(string interfaceId, LabHost host, CancellationToken cancellationToken)
    {
        var name = "";
        await PlugInAsync(
            interfaceId,
            async (device, one) =>
            {
                name = await _guests.AddAsync(device, host, one, _state!.SubnetOf(one)!, cancellationToken);
                _hostOf[interfaceId] = host;
                return () => _guests.RemoveAsync(device, host, one, CancellationToken.None);
            },
            cancellationToken
        );
        return name;
    }

    /// <summary>Pulls the plug of an interface; a route to it leads nowhere from then on. Does nothing when nothing is plugged in.</summary>
    public async Task DetachAsync(string interfaceId, CancellationToken cancellationToken)
    {
        if (_pluggedIn.TryGetValue(interfaceId, out var remove))
        {
            await ChangeAsync(() => _pluggedIn.Remove(interfaceId), cancellationToken);
            await remove();
        }
    }

    /// <summary>What the filter has let through and dropped since each rule is there.</summary>
    public async Task<IReadOnlyList<VpcCount>> CountersAsync(CancellationToken cancellationToken)
    {
        await _oneAtATime.WaitAsync(cancellationToken);
        try
        {
            return await _filter.CountersAsync(cancellationToken);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <summary>Lets a host forward for others with its own address, as the bastion's user data does where it is the nodes' way out.</summary>
    public async Task ForwardAsync(LabHost host, CancellationToken cancellationToken)
    {
        await KernelSettings.SetAsync(
            _namespaces,
            host,
            [("ipv4/ip_forward", 1), ("ipv4/conf/all/rp_filter", 0), ("ipv4/conf/default/rp_filter", 0)],
            cancellationToken
        );
        await _filter.MasqueradeAsync(host, cancellationToken);
    }

    /// <summary>Gives the internet an address more: the operator's at home, or a server's.</summary>
    public Task AddInternetAddressAsync(IPAddress address, CancellationToken cancellationToken) =>
        IpCommand.RunAsync(_namespaces, $"-n {_namespaces.NameOf(LabHost.Internet)} {RouterEntry.Hold(address, "lo")}", cancellationToken);

    /// <inheritdoc />
    public Command Wrap(LabHost host, string program, IEnumerable<string> arguments) => _namespaces.WrapIn(host, program, arguments);

    /// <inheritdoc />
    public Socket CreateSocket(LabHost host, AddressFamily family, SocketType type) => _namespaces.CreateSocket(host, family, type);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await (_services?.DisposeAsync() ?? ValueTask.CompletedTask);
        await _plugs.DisposeAsync();
        await _namespaces.DisposeAsync();
        _oneAtATime.Dispose();
    }

    private async Task PlugInAsync(string interfaceId, Func<string, VpcInterface, Task<Func<Task>>> plugIn, CancellationToken cancellationToken)
    {
        var one =
            _state?.Interfaces.FirstOrDefault(one => one.Id == interfaceId)
            ?? throw new LabException($"The VPC has no network interface {interfaceId}, so nothing can be plugged into it.");
        if (_pluggedIn.ContainsKey(interfaceId))
        {
            throw new LabException($"Something is plugged into the network interface {interfaceId} already.");
        }

        var remove = await plugIn(VpcDevices.Of(interfaceId), one);
        await ChangeAsync(() => _pluggedIn[interfaceId] = remove, cancellationToken);
    }

    /// <summary>The filter comes first: what is reachable a moment later is filtered already.</summary>
    private async Task ChangeAsync(Action change, CancellationToken cancellationToken)
    {
        await _oneAtATime.WaitAsync(cancellationToken);
        try
        {
            change();
            if (_state is { } state)
            {
                await _filter.ApplyAsync(new FilterRules(state, _pluggedIn.ContainsKey), cancellationToken);
                await _tables.ApplyAsync(
                    new RouterPlan(state, _pluggedIn.ContainsKey, _tables.NumberOf).Entries(_namespaces.NameOf(LabHost.Internet)),
                    cancellationToken
                );
                await _services!.ApplyAsync(state, cancellationToken);
            }
        }
        finally
        {
            _oneAtATime.Release();
        }
    }
}
