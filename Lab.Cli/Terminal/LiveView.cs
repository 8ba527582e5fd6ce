using System.Globalization;
using Lab.CommandLine;
using Lab.Emulation.Machines;
using Lab.Model;
using Lab.Model.Running;
using Lab.Model.Services;
using Lab.Runtime.State;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace LabCli.Terminal;

/// <summary>A table of services and one of nodes that change in place, for a terminal; the end is written below them to stay.</summary>
public sealed class LiveView : ILabView
{
    private static readonly TimeSpan FrameTime = TimeSpan.FromMilliseconds(100);

    private readonly IAnsiConsole _console;
    private readonly OrderedDictionary<string, LabEvent.Service> _services = [];
    private readonly Dictionary<string, Dictionary<BootStage, TimeSpan>> _nodes = [];
    private readonly Dictionary<string, IReadOnlyList<BootStage>> _paths = [];
    private readonly Dictionary<string, LabEvent.NodeFailed> _failed = [];
    private readonly Lock _lock = new();
    private LabEvent.Serving? _serving;
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _drawing = Task.CompletedTask;

    /// <summary>A view on a terminal.</summary>
    public LiveView(IAnsiConsole console) => _console = console;

    /// <inheritdoc />
    public async ValueTask ShowAsync(LabEvent happened)
    {
        lock (_lock)
        {
            switch (happened)
            {
                case LabEvent.Service service:
                    _services[service.Name] = service;
                    break;
                case LabEvent.NodeStarted started:
                    _nodes[started.Node] = [];
                    _paths[started.Node] = started.Path;
                    break;
                case LabEvent.Milestone milestone:
                    _nodes[milestone.Node][milestone.Stage] = milestone.Elapsed;
                    _paths[milestone.Node] = _paths[milestone.Node].With(milestone.Stage);
                    break;
                case LabEvent.Serving serving:
                    _serving = serving;
                    break;
                case LabEvent.NodeFailed failed:
                    _failed[failed.Node] = failed;
                    break;
            }
        }

        if (happened is LabEvent.Summary or LabEvent.Error or LabEvent.Message { IsLast: true })
        {
            await StopDrawingAsync();
            Write(happened is LabEvent.Summary summary ? Ending(summary) : EventLines.Of(happened));
        }
        else if (
            happened
                is LabEvent.Message
                    or LabEvent.Serving
                    or LabEvent.NodeReset
                    or LabEvent.KernelStarted
                    or LabEvent.MachineSeen
                    or LabEvent.Installed
                    or LabEvent.NotInstalled
            || _end.Task.IsCompleted
        )
        {
            Write(EventLines.Of(happened));
        }
        else if (_drawing.IsCompleted)
        {
            _drawing = DrawAsync();
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync() => await StopDrawingAsync();

    /// <summary>The display of Spectre.Console belongs to one task; its last picture stays on the screen.</summary>
    private Task StopDrawingAsync()
    {
        _end.TrySetResult();
        return _drawing;
    }

    private void Write(IEnumerable<string> lines)
    {
        // Above tables that are being drawn, what a line leaves of the one that it takes the place of would stay.
        var width = _console.Profile.Width;
        foreach (var line in lines.Select(VisibleText.Of))
        {
            _console.WriteLine(_drawing.IsCompleted ? line : line.PadRight((line.Length / width + 1) * width - 1));
        }
    }

    private Task DrawAsync() =>
        _console
            .Live(Picture())
            .AutoClear(false)
            .StartAsync(async live =>
            {
                while (!_end.Task.IsCompleted)
                {
                    live.UpdateTarget(Picture());
                    await Task.WhenAny(_end.Task, Task.Delay(FrameTime));
                }

                live.UpdateTarget(Picture());
            });

    /// <summary>The link was written before the tables, which have pushed it out of a small terminal.</summary>
    private IEnumerable<string> Ending(LabEvent.Summary summary) =>
        [
            .. _failed.Values.SelectMany(EventLines.Failure),
            .. EventLines.Summary(summary, _console.Profile.Width - 1),
            .. _serving is { } serving ? EventLines.Of(serving) : [],
        ];

    private Rows Picture()
    {
        lock (_lock)
        {
            return new Rows(Nodes(), Services());
        }
    }

    private Table Services()
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns("Service", "State", "In the lab", "On this machine");
        foreach (var row in _services.Values.GroupBy(Row))
        {
            var service = row.First();
            table.AddRow(
                Text(row.Key),
                new Markup($"[{Color(service.State)}]{StateWords.Of(service.State)}[/] {Markup.Escape(VisibleText.Of(service.Detail ?? ""))}"),
                Text(Range(row, each => each.Address ?? "")),
                Text(Range(row, each => each.Url?.Replace("http://", "", StringComparison.Ordinal) ?? ""))
            );
        }

        return table;
    }

    /// <summary>Healthy caches share a row.</summary>
    private static string Row(LabEvent.Service service) =>
        service.State == ResourceState.Healthy && service.Name.StartsWith(RegistryCache.NamePrefix, StringComparison.Ordinal)
            ? "registry caches"
            : service.Name;

    /// <summary><c>10.20.13.140:5050…5054</c></summary>
    private static string Range(IEnumerable<LabEvent.Service> services, Func<LabEvent.Service, string> address)
    {
        var all = services.Select(address).Order(StringComparer.Ordinal).ToList();
        return all.Count == 1 ? all[0] : $"{all[0]}…{all[^1][(all[^1].LastIndexOf(':') + 1)..]}";
    }

    private Table Nodes()
    {
        var ready = _nodes.Values.Count(stages => stages.ContainsKey(BootStage.Ready));
        var table = new Table().Border(TableBorder.Rounded).Title(ReadyCount.Of(ready, _nodes.Count)).AddColumns("Node", "Boot", "Seconds to each stage");
        foreach (var (node, stages) in _nodes)
        {
            var state =
                _failed.TryGetValue(node, out var failed) ? $"[red]{StateWords.NotReady(failed.Diagnosis.WentOn, failed.Diagnosis.Stage.Id())}[/]"
                : stages.ContainsKey(BootStage.Ready) ? "[green]ready[/]"
                : $"[yellow]at {_paths[node].FirstOrDefault(stage => !stages.ContainsKey(stage), BootStage.Ready).Id()}[/]";
            table.AddRow(Text(node), new Markup(state), Steps(_paths[node], stages, failed?.Diagnosis.Stage));
        }

        return table;
    }

    /// <summary>Every stage with its time; those to come in grey, one that failed in red.</summary>
    private static Markup Steps(IReadOnlyList<BootStage> path, Dictionary<BootStage, TimeSpan> stages, BootStage? failed) =>
        new(
            string.Join(
                "  ",
                path.Select(stage =>
                    stages.TryGetValue(stage, out var time) ? string.Create(CultureInfo.InvariantCulture, $"[green]{stage.Id()}[/] {time.TotalSeconds:0.0}")
                    : stage == failed ? $"[red]{stage.Id()}[/]"
                    : $"[grey]{stage.Id()}[/]"
                )
            )
        );

    private static string Color(ResourceState state) =>
        state switch
        {
            ResourceState.Healthy => "green",
            ResourceState.Unhealthy or ResourceState.FailedToStart or ResourceState.Exited => "red",
            _ => "yellow",
        };

    /// <summary>Escaped here already, so that the cell is as wide as what is shown.</summary>
    private static IRenderable Text(string text) => new Text(VisibleText.Of(text));
}
