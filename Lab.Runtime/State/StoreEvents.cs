using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Lab.Model.Resources;
using Lab.Model.Running;

namespace Lab.Runtime.State;

/// <summary>Reads the store and tells what happened: each state of a service and each step of a boot, once.</summary>
internal sealed class StoreEvents
{
    private readonly EventStream _events;
    private readonly Func<TimeSpan> _elapsed;
    private readonly Dictionary<string, ResourceState> _services = [];
    private readonly Dictionary<string, BootSnapshot> _boots = [];
    private readonly ConcurrentDictionary<string, string> _apis = new();
    private readonly ConcurrentDictionary<string, IReadOnlyDictionary<string, string>> _ports = new();
    private readonly ConcurrentDictionary<string, ResourceSnapshot> _nodes = new();
    private volatile bool _hasEnded;

    /// <summary>Begins to tell.</summary>
    /// <param name="store">What is read.</param>
    /// <param name="events">Who is told.</param>
    /// <param name="elapsed">Time since the lab's start.</param>
    public StoreEvents(LabStore store, EventStream events, Func<TimeSpan> elapsed)
    {
        (_events, _elapsed) = (events, elapsed);
        store.ResourceChanged += Tell;
        store.BootChanged += Tell;
    }

    /// <summary>What happens from now on is no news: the lab is being taken down, or has said its last word.</summary>
    public void End() => _hasEnded = true;

    private void Tell(ResourceSnapshot now)
    {
        if (now.Definition.Kind == ResourceKind.Node)
        {
            _nodes[now.Definition.Name] = now;
        }

        if (now.Definition.Kind == ResourceKind.Node && now.Forwards.Values.Cast<int?>().FirstOrDefault() is { } port)
        {
            _apis[now.Definition.Name] = $"{IPAddress.Loopback}:{port}";
            if (now.Definition.Endpoints.Count > 1)
            {
                _ports[now.Definition.Name] = now
                    .Definition.Endpoints.Skip(1)
                    .ToDictionary(
                        endpoint => endpoint.Port.ToString(CultureInfo.InvariantCulture),
                        endpoint => $"{IPAddress.Loopback}:{now.Forwards[endpoint.Name]}"
                    );
            }
        }

        if (now.Definition.Kind is not (ResourceKind.Service or ResourceKind.Cache or ResourceKind.Emulator))
        {
            return;
        }

        var name = now.Definition.Name;
        if (_services.GetValueOrDefault(name) != now.State && now.State is not (ResourceState.NotStarted or ResourceState.Waiting) && !_hasEnded)
        {
            _events.Add(
                new LabEvent.Service(
                    name,
                    now.State,
                    now.Detail,
                    now.Definition.Address is { Length: > 0 } address ? address : null,
                    now.Urls.Values.FirstOrDefault(),
                    _elapsed()
                )
                {
                    Since = now.StartedAt,
                    Restarts = now.Restarts,
                }
            );
        }

        _services[name] = now.State;
    }

    private void Tell(BootSnapshot now)
    {
        var before = _boots.GetValueOrDefault(now.Node) is { } known && known.SwitchedOn == now.SwitchedOn ? known : null;
        _boots[now.Node] = now;
        if (!_hasEnded)
        {
            foreach (var happened in Happened(before, now))
            {
                _events.Add(happened);
            }
        }
    }

    private LabStatus.MachineStatus? MachineOf(BootSnapshot boot) =>
        _nodes.GetValueOrDefault(boot.Node) is { Definition.Machine: { } machine } node
            ? new LabStatus.MachineStatus(machine)
            {
                Address = node.Definition.Endpoints.Select(endpoint => endpoint.Host).FirstOrDefault(),
                Mac = boot.Mac?.ToString(),
                Since = boot.SwitchedOn,
                Restarts = node.Restarts,
            }
            : null;

    private IEnumerable<LabEvent> Happened(BootSnapshot? before, BootSnapshot now)
    {
        if (before is null)
        {
            yield return new LabEvent.NodeStarted(now.Node)
            {
                Path = now.Path,
                Api = _apis.GetValueOrDefault(now.Node),
                Ports = _ports.GetValueOrDefault(now.Node),
                Machine = MachineOf(now),
            };
        }

        foreach (var reached in now.Stages.Skip(before?.Stages.Count ?? 0))
        {
            yield return new LabEvent.Milestone(now.Node, reached.Stage, reached.Elapsed, reached.Source) { Evidence = reached.Evidence };
        }

        var elapsed = now.EndedAfter ?? TimeSpan.Zero;
        if (now.Failure is { } failure && before?.Failure is null)
        {
            yield return new LabEvent.NodeFailed(now.Node, failure, elapsed);
        }

        if (now.HasReset && before is not { HasReset: true })
        {
            yield return new LabEvent.NodeReset(now.Node, elapsed);
        }

        if (now.HasStartedKernel && before is not { HasStartedKernel: true })
        {
            yield return new LabEvent.KernelStarted(now.Node, elapsed);
        }

        if (now.End is { } end && before?.End is null)
        {
            yield return new LabEvent.NodeOff(now.Node, end, now.OffAfter ?? elapsed);
        }
    }
}
