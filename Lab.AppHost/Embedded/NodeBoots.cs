using Lab.Emulation.Fabric;
using Lab.Emulation.Host;
using Lab.Emulation.Machines;
using Lab.Emulation.Services;
using Lab.Model.Definition;
using Lab.Model.Services;

namespace Lab.AppHost.Embedded;

/// <summary>The boots of all nodes: hands what the services see to the node that it concerns, and says how each boot ended.</summary>
public sealed class NodeBoots(LabDefinition lab, BootImage image, Func<IReadOnlyList<SupervisedService>> services, EventStream events) : IAsyncDisposable
{
    private const int LinesForDiagnosis = 200;

    private readonly DnsmasqReader _dnsmasq = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly List<(NodeBoot Boot, Machine Machine)> _nodes = [];
    private Task _readingBootServer = Task.CompletedTask;
    private bool _readsDownloads;

    /// <summary>Reads a line of dnsmasq's log.</summary>
    public void ReadDnsmasq(string line)
    {
        lock (_lock)
        {
            Hand(_dnsmasq.Read(line));
        }
    }

    /// <summary>Begins to read what the boot server answers or, where it does not tell, what it logs and the nodes say themselves.</summary>
    public void ReadBootServer(SupervisedService bootServer, LabFolder folder)
    {
        if (bootServer.Spec.TellsRequests)
        {
            _readingBootServer = ReadBootServerAsync(folder);
            return;
        }

        _readsDownloads = true;
        bootServer.Log.LineWritten += line =>
        {
            lock (_lock)
            {
                Hand(MatchboxReader.Read(line));
            }
        };
    }

    /// <summary>Switches a node on.</summary>
    /// <param name="node">The node, with the MAC that its machine gets.</param>
    /// <param name="start">Starts the machine; its second argument gets the console's lines.</param>
    /// <param name="fabric">The lab's network.</param>
    public void Start(NodeDefinition node, Func<NodeDefinition, Action<string>, Machine> start, LabFabric fabric)
    {
        var boot = new NodeBoot(node, node.Mac);
        boot.StageReached += (_, stage, time, seen) => events.Add(new LabEvent.Milestone(node.Name, stage, time, seen.Source));
        events.Add(new LabEvent.NodeStarted(node.Name));
        lock (_lock)
        {
            _nodes.Add((boot, start(node, line => ReadConsole(boot, line))));
        }

        boot.Probe(fabric);
    }

    /// <summary>Completes when every node is ready, has failed, or is off.</summary>
    public Task SettledAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_nodes.Select(node => Task.WhenAny(node.Boot.Settled, node.Machine.Exited))).WaitAsync(cancellationToken);

    /// <summary>Tells of nodes that go off, until cancelled.</summary>
    public async Task WatchAsync(CancellationToken cancellationToken)
    {
        var on = _nodes.ToDictionary(node => (Task)node.Machine.Exited, node => node.Boot);
        var cancelled = Task.Delay(Timeout.Infinite, cancellationToken);
        while (await Task.WhenAny(on.Keys.Append(cancelled)) is var ended && ended != cancelled)
        {
            events.Add(new LabEvent.NodeOff(on[ended].Node.Name, await (Task<int>)ended, on[ended].Elapsed));
            on.Remove(ended);
        }
    }

    /// <summary>Shows how each boot ended.</summary>
    /// <returns>True when all nodes of the lab are ready.</returns>
    public bool Report(TimeSpan elapsed)
    {
        foreach (var (boot, machine) in _nodes.Where(node => !node.Boot.IsReady))
        {
            events.Add(new LabEvent.NodeFailed(boot.Node.Name, Diagnose(boot, machine), boot.Elapsed));
        }

        var results = lab.Nodes.Select(node => _nodes.FirstOrDefault(started => started.Boot.Node.Name == node.Name) is { Boot: { } boot }
            ? new LabEvent.NodeResult(node.Name, boot.IsReady, boot.Stages)
            : new LabEvent.NodeResult(node.Name, false, new Dictionary<BootStage, TimeSpan>())).ToList();
        events.Add(new LabEvent.Summary(elapsed, results));
        return results.All(result => result.Ready);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _readingBootServer;
        foreach (var (boot, machine) in _nodes)
        {
            await boot.DisposeAsync();
            await machine.DisposeAsync();
        }

        _stop.Dispose();
    }

    private async Task ReadBootServerAsync(LabFolder folder)
    {
        await foreach (var request in BootRequests.ReadAsync(folder, _stop.Token))
        {
            lock (_lock)
            {
                Hand(BootRequestReader.Read(request));
            }
        }
    }

    private void Hand((MacAddress Machine, Observation Observation)? seen)
    {
        if (seen is { } known && _nodes.FirstOrDefault(node => node.Boot.Mac == known.Machine) is { Boot: { } boot })
        {
            boot.Observe(known.Observation);
        }
    }

    private void ReadConsole(NodeBoot boot, string line)
    {
        if (((_readsDownloads ? BootProgramReader.Read(line, image) : null) ?? ConsoleReader.Read(line, lab.Mirrors.Count)) is { } seen)
        {
            boot.Observe(seen);
        }
    }

    private Diagnosis Diagnose(NodeBoot boot, Machine machine)
    {
        var all = services();
        return boot.Read(timeline => Diagnosis.Of(
            lab, boot.Mac, timeline,
            all.ToDictionary(service => service.Spec.Name, service => service.Status),
            component => component == Observation.SerialConsole ? machine.Console.Last(LinesForDiagnosis)
                : all.FirstOrDefault(service => service.Spec.Name == component)?.Log.Last(LinesForDiagnosis) ?? [],
            machine.Exited is { IsCompletedSuccessfully: true, Result: var code } ? code : null));
    }
}
