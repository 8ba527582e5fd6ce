using System.Net;
using Lab.Emulation.Linux;
using Lab.Emulation.Network.Isolation;
using Lab.Model.Definition;
using Lab.Model.Services;

namespace Lab.Emulation.Network.Vpc;

/// <summary>What every VPC has beside its routes: DHCP, names and time, and the internet outside.</summary>
internal sealed class VpcServices : IAsyncDisposable
{
    private readonly VpcService _dhcp;
    private readonly VpcService _resolver;
    private readonly TimeService _time;
    private readonly Internet _internet;
    private readonly string _internetNames;
    private readonly Dictionary<IPAddress, MacAddress> _owners = [];

    private VpcServices(ILabFabric fabric, LabFolder folder, Journal journal, Internet internet, string internetNames)
    {
        (_internet, _internetNames) = (internet, internetNames);
        _dhcp = new VpcService(VpcDhcp.Name, LabHost.Router, fabric, folder, journal);
        _resolver = new VpcService(VpcNames.Resolver, LabHost.Router, fabric, folder, journal);
        _time = new TimeService(fabric, LabHost.Router, [AmazonAddresses.Time, AmazonAddresses.Time6], TimeService.Amazon);
    }

    /// <summary>What the VPC's DHCP said.</summary>
    public LogFile DhcpLog => _dhcp.Log;

    /// <summary>Starts what does not depend on the VPC's state.</summary>
    public static async Task<VpcServices> StartAsync(
        IReadOnlyList<Dependency> internet,
        ILabFabric fabric,
        INamespaces namespaces,
        LabFolder folder,
        Journal journal,
        CancellationToken cancellationToken
    ) => new(fabric, folder, journal, await Internet.StartAsync(internet, fabric, namespaces, folder, journal, cancellationToken), VpcNames.Table(internet));

    /// <summary>Makes leases and names what the state says.</summary>
    public Task ApplyAsync(VpcState vpc, CancellationToken cancellationToken) =>
        Task.WhenAll(
            _dhcp.ApplyAsync(VpcDhcp.Config(vpc, _dhcp.TablePath, _dhcp.LeasesPath), VpcDhcp.Hosts(vpc), HasMoved(vpc), cancellationToken),
            _resolver.ApplyAsync(
                VpcNames.Config(
                    [$"{AmazonAddresses.ResolverOf(vpc)}", $"{AmazonAddresses.Resolver}", $"{AmazonAddresses.Resolver6}"],
                    _resolver.TablePath,
                    VpcNames.InternalDomain(vpc)
                ),
                VpcNames.Table(vpc) + _internetNames,
                forgets: false,
                cancellationToken
            )
        );

    /// <summary>Whether an address has another interface than before: dnsmasq keeps it for the one that is gone until the lease ends.</summary>
    private bool HasMoved(VpcState vpc)
    {
        var moved = false;
        foreach (var (address, mac) in vpc.Interfaces.SelectMany(one => one.Addresses.Select(address => (address, one.Mac))))
        {
            moved |= _owners.TryGetValue(address, out var before) && before != mac;
            _owners[address] = mac;
        }

        return moved;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _dhcp.DisposeAsync();
        await _resolver.DisposeAsync();
        await _time.DisposeAsync();
        await _internet.DisposeAsync();
    }
}
