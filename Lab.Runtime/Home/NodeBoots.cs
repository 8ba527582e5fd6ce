using System.Net;
using System.Net.Sockets;
using Lab.Emulation.Linux;
using Lab.Emulation.Machines;
using Lab.Emulation.Network;
using Lab.Emulation.Network.Isolation;
using Lab.Emulation.Services;
using Lab.Model.Definition;
using Lab.Model.Services;
using Lab.Runtime.State;
using Lab.Runtime.Supervision;

namespace Lab.Runtime.Home;

/// <summary>The boots of all nodes: hands what the services see to the node that it concerns, and says how each boot ended.</summary>
public sealed class NodeBoots : IAsyncDisposable
{
    private const int LinesForDiagnosis = 200;

    /// <summary>The firmware gives up after 17 s without a lease; a server may look for 3 s whether an address is free before it offers it.</summary>
    private static readonly TimeSpan LongForALease = TimeSpan.FromSeconds(4),
        OfferPatience = TimeSpan.FromSeconds(4),
        LanLook = TimeSpan.FromSeconds(1),
        LanPause = TimeSpan.FromSeconds(10);

    private readonly LabDefinition _lab;
    private readonly IReadOnlyList<NodeResource> _nodes;
    private readonly IReadOnlyList<SupervisedService> _services;
    private readonly EventStream _events;
    private readonly HomeLan? _home;

    /// <summary>Of the server that gives the addresses: Lab's own, or the router.</summary>
    private readonly DnsmasqReader _leases;

    private readonly HomeDhcpReader? _beside;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private Task _readingBootServer = Task.CompletedTask;
    private Task _watchingLan = Task.CompletedTask;
    private bool _readsDownloads;

    /// <summary>Begins to follow the nodes' boots.</summary>
    /// <param name="parts">The lab.</param>
    /// <param name="lab">What it should be.</param>
    /// <param name="home">The home whose router gives the addresses; null where Lab does.</param>
    /// <param name="events">Who is told how they ended.</param>
    public NodeBoots(HomeParts parts, LabDefinition lab, HomeLan? home, EventStream events)
    {
        (_lab, _home, _nodes, _services, _events) = (lab, home, parts.Nodes, parts.Services, events);
        _leases = home is null ? new DnsmasqReader() : new DnsmasqReader { Source = HomeRouter.Name, TellsOffers = true };
        _beside = home is null ? null : new HomeDhcpReader(Architectures.Of(lab), _leases.HolderOf);
    }

    /// <summary>What is known to be wrong with the network, and shows only once a machine is nearly ready; null for nothing.</summary>
    public string? Lacks { get; set; }

    /// <summary>Reads a line of dnsmasq's log.</summary>
    public void ReadDnsmasq(string line)
    {
        lock (_lock)
        {
            if (_beside is null)
            {
                Hand(_leases.Read(line), DateTimeOffset.UtcNow);
            }
            else if (_beside.Read(line) is { } seen)
            {
                Hand((seen.Machine, seen.Observation ?? Diagnosis.NotServed(seen.Machine)), DateTimeOffset.UtcNow);
            }
        }
    }

    /// <summary>Reads a line of the router's log.</summary>
    public void ReadRouter(string line)
    {
        lock (_lock)
        {
            Hand(_leases.Read(line), DateTimeOffset.UtcNow);
        }
    }

    /// <summary>Begins to read what the boot server answers or, where it does not tell, what it logs and the nodes say themselves.</summary>
    public void ReadBootServer(SupervisedService bootServer, bool tellsRequests, LabFolder folder)
    {
        if (tellsRequests)
        {
            _readingBootServer = ReadBootServerAsync(folder);
            return;
        }

        _readsDownloads = true;
        bootServer.Log.LineWritten += line =>
        {
            lock (_lock)
            {
                Hand(MatchboxReader.Read(line), DateTimeOffset.UtcNow);
            }
        };
    }

    /// <summary>Completes when every node is ready, has failed, or is off. One that boots again while others still boot is waited for once more.</summary>
    public async Task SettledAsync(CancellationToken cancellationToken)
    {
        while (!_nodes.All(node => node.HasSettled))
        {
            await Task.WhenAll(_nodes.Select(node => node.SettledAsync(cancellationToken)));
        }
    }

    /// <summary>Shows how each node's boot ended, its last one by now. Boots after them are told of as they end.</summary>
    /// <param name="elapsed">Time since the lab's start.</param>
    /// <returns>True when all nodes of the lab are ready.</returns>
    public bool Report(TimeSpan elapsed)
    {
        foreach (var node in _nodes.Where(node => node.Boot is { IsReady: false }))
        {
            node.Fail();
        }

        var results = _nodes
            .Select(node => new LabEvent.NodeResult(
                node.Definition.Name,
                node.Boot is { IsReady: true },
                node.Boot?.Stages ?? new Dictionary<BootStage, TimeSpan>()
            ))
            .ToList();
        _events.Add(new LabEvent.Summary(elapsed, results));
        return results.All(result => result.Ready);
    }

    /// <summary>What DHCP servers have offered before a machine was switched on.</summary>
    public IReadOnlyList<DhcpOffer> Offers { get; set; } = [];

    /// <summary>Why a node's boot does not go on.</summary>
    public Diagnosis Diagnose(NodeResource node)
    {
        if (IsWithoutAddress(node.Boot!.Read(timeline => timeline.Current)))
        {
            foreach (var wrong in Offers.Select(Wrong).OfType<Observation>())
            {
                node.Boot.Observe(wrong);
            }
        }

        var found = Find(node);
        return found.Stage == BootStage.Ready && Lacks is { } lacks ? found with { Reason = found.Reason with { Cause = $"{lacks} {found.Cause}" } } : found;
    }

    private Diagnosis Find(NodeResource node)
    {
        // Before the boot is held: the store, which knows, may be waiting for the boot.
        var conditions = _services.ToDictionary(service => service.Definition.Name, service => service.Condition);
        return node.Boot!.Read(timeline =>
            Diagnosis.Of(
                _lab,
                node.Node.Mac,
                timeline,
                conditions,
                component =>
                    component == Observation.SerialConsole
                        ? node.ConsoleOfBoot(LinesForDiagnosis)
                        : _services.FirstOrDefault(service => service.Definition.Name == component)?.Log.Last(LinesForDiagnosis) ?? [],
                node.End,
                OutOfTime.Of(node.Boot, node.Patience)
            )
        );
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _readingBootServer;
        await _watchingLan;
        _stop.Dispose();
    }

    /// <summary>Looks for other DHCP servers while a node waits for a lease longer than the lab's own takes to give one.</summary>
    public void WatchLan(ILabFabric fabric) => _watchingLan = WatchLanAsync(fabric);

    private async Task WatchLanAsync(ILabFabric fabric)
    {
        while (!_stop.IsCancellationRequested)
        {
            await Task.Delay(LanLook, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var waiting = _nodes
                .Select(node => node.Boot)
                .OfType<NodeBoot>()
                .Where(boot => boot is { IsReady: false } && boot.Elapsed > LongForALease && IsWithoutAddress(boot.Read(timeline => timeline.Current)))
                .ToList();
            if (waiting.Count == 0 || _stop.IsCancellationRequested)
            {
                continue;
            }

            try
            {
                var offers = await DhcpDiscovery.AskAsync(fabric, LabHost.Bastion, _home?.Interface ?? LabFabric.BastionDevice, OfferPatience, _stop.Token);
                foreach (var wrong in offers.Select(Wrong).OfType<Observation>())
                {
                    waiting.ForEach(boot => boot.Observe(wrong));
                }

                await Task.Delay(LanPause, _stop.Token);
            }
            catch (Exception e) when (e is SocketException or IOException or OperationCanceledException)
            {
                // The network is being taken down, or cannot be asked now: that says nothing of the boot.
            }
        }
    }

    /// <summary>A machine that a router gave an address needs the right one to fetch what Lab has told it.</summary>
    private bool IsWithoutAddress(BootStage current) => current is BootStage.Dhcp or BootStage.Lease || (current == BootStage.Tftp && _home is not null);

    /// <summary>What an offer says of a boot that does not go on; null for that of who should offer, and what it should.</summary>
    private Observation? Wrong(DhcpOffer offer) =>
        _home is { Dhcp: HomeDhcp.Proxy } home && offer.Server.Equals(home.Gateway)
            ? offer.BootFile is { } file
                ? Diagnosis.BootFileOfRouter(offer.Server, file)
                : null
            : offer.Server.Equals(_home?.Gateway ?? _lab.Bastion.Address)
                ? null
                : Diagnosis.OfferOfAnother(offer);

    private async Task ReadBootServerAsync(LabFolder folder)
    {
        await foreach (var request in BootRequests.ReadAsync(folder, _stop.Token))
        {
            lock (_lock)
            {
                // Who asks in another's name says nothing of that other.
                if (
                    BootRequestReader.Read(request) is { } seen
                    && !(IPAddress.TryParse(request.Remote, out var remote) && _leases.IsForeign(seen.Machine, remote))
                )
                {
                    Hand(seen, request.Time);
                }
            }
        }
    }

    /// <summary>What was seen before a machine was switched on anew belongs to the boot before.</summary>
    private void Hand((MacAddress Machine, Observation Observation)? seen, DateTimeOffset time)
    {
        if (seen is not { } known || _nodes.FirstOrDefault(node => node.Node.Mac == known.Machine)?.Boot is not { } boot || boot.SwitchedOn > time)
        {
            return;
        }

        // That it asks for an address is news of a machine only while it has none.
        if (known.Observation is not { Stage: BootStage.Dhcp, Kind: ObservationKind.Trouble } || !boot.Stages.ContainsKey(BootStage.Dhcp))
        {
            boot.Observe(known.Observation);
        }
    }

    /// <summary>What a line of a node's serial console says; null for most lines.</summary>
    /// <param name="line">The line.</param>
    /// <param name="image">What the node boots.</param>
    public Observation? ReadConsole(string line, BootImage image) =>
        (_readsDownloads ? BootProgramReader.Read(line, image) : null) ?? ConsoleReader.Read(line, _lab.Mirrors.Count);
}
