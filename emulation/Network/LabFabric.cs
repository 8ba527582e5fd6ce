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
    private readonly INamespaces _namespaces;
    private readonly MachinePlugs _plugs;

    /// <summary>What is not as in a lab elsewhere because this kernel does not let it be set.</summary>
    private readonly List<string> _open = [];

    private LabFabric(LabDefinition lab, LabFolder folder, INamespaces namespaces)
    {
        _lab = lab;
        _namespaces = namespaces;
        _plugs = new MachinePlugs(namespaces, folder, LabHost.Lan, Bridge);
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
    /// <param name="bastion">The process whose network the bastion is, as that of the lab's containers; null where it has one of its own.</param>
    public static async Task<LabFabric> CreateAsync(
        LabDefinition lab,
        LabFolder folder,
        Journal journal,
        Command broker,
        CancellationToken cancellationToken,
        BastionProcess? bastion = null
    )
    {
        var namespaces = Namespaces.Choose(folder, journal, broker, bastion);
        var fabric = new LabFabric(lab, folder, namespaces);
        try
        {
            await namespaces.CreateAsync([LabHost.Lan, LabHost.Bastion], cancellationToken);
            // A guest that says it is a router gets no traffic of the bastion's.
            await fabric.TrySetAsync(("ipv6/conf/default/accept_ra", 0), "a machine can say that it is the bastion's router", cancellationToken);
            // The bastion is the machines' router: what it knows no way for, it says at once (ICMP, network unreachable). A router that does
            // not forward drops such packets, and a machine waits for minutes.
            await fabric.TrySetAsync(("ipv4/ip_forward", 1), "a machine that asks for the internet gets no answer", cancellationToken);
            foreach (var command in fabric.Links())
            {
                await IpCommand.RunAsync(namespaces, command, cancellationToken);
            }

            if (await LanFilter.ApplyAsync(namespaces, lab.Bastion.Address, Bridge, BastionPlug, cancellationToken) is { } unfiltered)
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
    private async Task TrySetAsync((string Key, int Value) setting, string open, CancellationToken cancellationToken)
    {
        try
        {
            await KernelSettings.SetAsync(_namespaces, LabHost.Bastion, [setting], cancellationToken);
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
            $"-n {lan} link set {BastionPlug} master {Bridge} up",
            $"-n {bastion} address add {_lab.Bastion.Address}/{_lab.Network.PrivateSubnet.PrefixLength} dev {BastionDevice}",
            $"-n {bastion} link set {BastionDevice} up",
            $"-n {bastion} link set lo up",
        ];
    }
}
