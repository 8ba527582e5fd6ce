using System.Net;
using Lab.Emulation.Linux;
using Lab.Emulation.Machines;
using Lab.Emulation.Network;
using Lab.Emulation.Network.Home;
using Lab.Emulation.Services;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Services;
using Lab.Runtime.State;
using Lab.Runtime.Supervision;

namespace Lab.Runtime.Lan;

/// <summary>The boots of real machines: hands what the services see to the machine that it concerns, and names those that are not served.</summary>
/// <param name="lab">The lab as it is served.</param>
/// <param name="nodes">Its nodes.</param>
/// <param name="services">Its services.</param>
/// <param name="timeout">How long a boot may take.</param>
/// <param name="events">Who is told.</param>
internal sealed class LanBoots(LabDefinition lab, IReadOnlyList<LanNode> nodes, IReadOnlyList<SupervisedService> services, TimeSpan timeout, EventStream events)
    : IAsyncDisposable
{
    private const int LinesForDiagnosis = 200;

    /// <summary>A guest can have as many MACs as it likes.</summary>
    private const int MostStrangers = 64;

    private readonly HomeDhcpReader _dnsmasq = new(Architectures.Of(lab), HostRoutes.MacOf) { ServesRaspberryPis = lab.Network.Home.RaspberryPi is not null };
    private readonly HashSet<MacAddress> _strangers = [];
    private readonly HashSet<MacAddress> _uBoots = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private Task _readingBootServer = Task.CompletedTask;

    /// <summary>Reads a line of dnsmasq's log.</summary>
    public void ReadDnsmasq(string line)
    {
        lock (_lock)
        {
            if (_dnsmasq.Read(line) is { } seen)
            {
                Hand(seen);
            }
        }
    }

    /// <summary>Takes in a line that somebody has sent as a log. What no machine of the lab has sent is dropped.</summary>
    public void ReadKernelLog(IPAddress from, string sent)
    {
        var node = HostRoutes.MacOf(from) is { } mac ? Node(mac) : nodes.FirstOrDefault(node => node.Address.Equals(from));
        if (node is not null && KernelLogLine.Of(sent) is { Length: > 0 } line)
        {
            lock (_lock)
            {
                node.Hear(line);
            }
        }
    }

    /// <summary>Begins to read what the boot server answers.</summary>
    public void ReadBootServer(LabFolder folder) => _readingBootServer = ReadBootServerAsync(folder);

    /// <summary>Follows a boot until it is ready or its time has run out.</summary>
    /// <param name="store">Where it is kept.</param>
    /// <param name="node">Whose boot it is.</param>
    /// <param name="boot">The boot.</param>
    public async Task FollowAsync(LabStore store, LanNode node, NodeBoot boot)
    {
        await Task.WhenAny(boot.Settled, Task.Delay(timeout, _stop.Token));
        if (node.IsUnderWay(boot) && !_stop.IsCancellationRequested)
        {
            store.Fail(node.Definition.Name, boot, Diagnose(node, boot));
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _readingBootServer;
        _stop.Dispose();
    }

    private Diagnosis Diagnose(LanNode node, NodeBoot boot)
    {
        // As at home: before the boot is held.
        var conditions = services.ToDictionary(service => service.Definition.Name, service => service.Condition);
        return boot.Read(timeline =>
            Diagnosis.FromOutside(
                lab,
                timeline,
                conditions,
                component =>
                    component == Observation.KernelLog
                        ? node.KernelLog(LinesForDiagnosis)
                        : services.FirstOrDefault(service => service.Definition.Name == component)?.Log.Last(LinesForDiagnosis) ?? [],
                OutOfTime.Of(boot, timeout)
            )
        );
    }

    private async Task ReadBootServerAsync(LabFolder folder)
    {
        await foreach (var request in BootRequests.ReadAsync(folder, _stop.Token))
        {
            // Firmware that boots over HTTP names no MAC.
            var asked =
                request.Mac is null && IPAddress.TryParse(request.Remote, out var from) ? request with { Mac = HostRoutes.MacOf(from)?.ToString() } : request;
            if (BootRequestReader.Read(asked) is not var (machine, observation))
            {
                continue;
            }

            lock (_lock)
            {
                Hand(new Sighting(machine, observation));
                if (Node(machine) is { } node && IPAddress.TryParse(request.Remote, out var address) && node.IsSeenAt(address))
                {
                    events.Add(
                        new LabEvent.Message(
                            $"{node.Definition.Name} has the address {address}; the lab file says {node.Node.Address}. Reservations for the router: {LabCommand.Line("reservations")}"
                        )
                    );
                }
            }
        }
    }

    private void Hand(Sighting seen)
    {
        if (Node(seen.Machine) is not { } node)
        {
            if (!DhcpDiscovery.IsQuestion(seen.Machine, seen.VendorClass) && _strangers.Count < MostStrangers && _strangers.Add(seen.Machine))
            {
                events.Add(new LabEvent.MachineSeen(seen.Machine, seen.VendorClass));
            }
        }
        else if (seen.Observation is { } observation)
        {
            if (Diagnosis.IsAskedAsUBoot(observation) && _uBoots.Add(seen.Machine))
            {
                var reason = Diagnosis.UBootBesideRouter(lab);
                events.Add(new LabEvent.Message($"{node.Definition.Name}: {reason.Cause} {reason.Remedy}"));
            }

            // Firmware that is left to the disk first tries what else it has for the network: boot over HTTP comes after PXE.
            node.Observe(observation, (seen.BeginsBoot || observation.Stage == BootStage.Tftp) && !(node.IsLeftToDisk && IsOverHttp(seen, observation)));
        }
    }

    private static bool IsOverHttp(Sighting seen, Observation observation) =>
        seen.VendorClass.StartsWith(BootClient.HttpClass, StringComparison.Ordinal)
        || (observation.Stage == BootStage.Tftp && observation.Source != Dnsmasq.Name);

    private LanNode? Node(MacAddress machine) => nodes.FirstOrDefault(node => node.Node.Mac == machine);
}
