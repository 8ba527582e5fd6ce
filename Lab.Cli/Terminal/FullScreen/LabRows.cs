using Lab.Dashboard.Drawing;
using Lab.Dashboard.Live;
using Lab.Dashboard.Looks;
using Lab.Model;
using Lab.Model.Resources;
using Lab.Model.Running;
using Lab.Runtime.State;

namespace LabCli.Terminal.FullScreen;

/// <summary>The list of a lab's resources as rows of text: a lane a node, then the services. Its words are those of the page.</summary>
/// <param name="Lab">The lab.</param>
/// <param name="Usual">How its nodes have booted before.</param>
/// <param name="Width">Columns of the screen.</param>
internal sealed record LabRows(ILabResources Lab, UsualBoots Usual, int Width)
{
    private const int LongestName = 20;
    private const int StateWidth = 30;
    private const int ShortestBar = 8;
    private const string Indent = "  ";

    /// <summary>The rows from the top of the list.</summary>
    /// <param name="filter">What a resource must hold to be in the list; empty for all, with the healthy services in one row.</param>
    /// <param name="isOpen">True to list the healthy services too.</param>
    /// <param name="now">The moment to show.</param>
    public IReadOnlyList<Row> Of(string filter, bool isOpen, DateTimeOffset now)
    {
        var all = new ResourceOrder(filter).Groups(Lab.Current).SelectMany(group => group.Resources).ToList();
        var services = all.Where(resource => resource.Definition.Kind != ResourceKind.Node).ToList();
        var open = filter.Length > 0 || isOpen ? services : [.. services.Where(NeedsAttention)];
        return
        [
            .. Lanes([.. all.Where(resource => resource.Definition.Kind == ResourceKind.Node)], now),
            .. open.Select(service => new Row(service.Definition.Name, [Service(service)])),
            .. services.Count > open.Count ? [Quiet(services.Except(open).ToList(), open.Count == 0)] : Array.Empty<Row>(),
        ];
    }

    /// <summary><c>2 of 3 nodes ready, 1 failed</c></summary>
    public static string Count(ILabResources lab)
    {
        var failed = lab.Boots.Count(boot => boot.Failure is not null);
        return ReadyCount.Of(lab.Boots.Count(boot => boot.IsReady), lab.Current.Count(resource => resource.Definition.Kind == ResourceKind.Node))
            + (failed == 0 ? "" : $", {failed} failed");
    }

    private static bool NeedsAttention(ResourceSnapshot service) => service.State is not (ResourceState.Healthy or ResourceState.NotStarted);

    private static Row Quiet(IReadOnlyList<ResourceSnapshot> services, bool isAll)
    {
        var healthy = services.Count(service => service.State == ResourceState.Healthy);
        return new Row(
            Row.Services,
            [
                [Sign(isAll && healthy == services.Count ? "good" : "idle"), new($"{Texts.Count(healthy, isAll ? "service" : "other service")} healthy")],
            ]
        );
    }

    private IEnumerable<Row> Lanes(IReadOnlyList<ResourceSnapshot> nodes, DateTimeOffset now)
    {
        var boots = Lab.Boots.ToDictionary(boot => boot.Node);
        var lanes = nodes
            .Select(node => (Node: node, Lane: boots.TryGetValue(node.Definition.Name, out var boot) ? new LaneView(boot, Usual.Of(boot), now) : null))
            .OrderBy(each => each.Lane?.Rank ?? int.MaxValue)
            .ToList();
        var end = lanes.Max(each => each.Lane?.Length) ?? TimeSpan.Zero;
        return lanes.Select(each => new Row(each.Node.Definition.Name, each.Lane is { } lane ? Lane(lane, end) : [Service(each.Node)]));
    }

    private IReadOnlyList<IReadOnlyList<Span>> Lane(LaneView lane, TimeSpan end)
    {
        List<Span> line = [Sign(lane.Tone), new(Name(lane.Boot.Node)), new($" {BootWords.Of(lane.Boot, lane.Now).PadRight(StateWidth)} ", LookOf(lane.Tone))];
        var left = Width - 1 - line.Sum(span => span.Text.Length);
        if (left >= ShortestBar && end > TimeSpan.Zero)
        {
            line.AddRange(Bar(lane, end, left));
        }

        (string Text, Look Look)[] notes = lane.Boot.Failure is { } failure
            ? [(failure.Cause, Look.Bad), (failure.Remedy.Length > 0 ? $"What to do: {failure.Remedy}" : "", Look.Plain)]
            : [(lane.Note ?? "", Look.Quiet)];
        return
        [
            line,
            .. notes
                .Where(note => note.Text.Length > 0)
                .SelectMany(note =>
                    WrappedText.Of(VisibleText.Of(note.Text), Width - Indent.Length).Select(text => new Span[] { new(Indent), new(text, note.Look) })
                ),
        ];
    }

    /// <summary>The stages one after another; what the usual boot is longer follows as a shadow.</summary>
    private static IEnumerable<Span> Bar(LaneView lane, TimeSpan end, int width)
    {
        int Column(TimeSpan time) => (int)Math.Round(time / end * width);
        var filled = 0;
        foreach (var row in lane.Rows)
        {
            var to = Math.Min(Column(row.To!.Value), width);
            var hasFailed = row.State == StageState.Failed;
            var look =
                hasFailed ? Look.Bad
                : row.State == StageState.Left ? Look.Quiet
                : Enum.Parse<Look>(row.Phase, ignoreCase: true);
            yield return new(new string(hasFailed ? '×' : Shade(look), Math.Max(0, to - filled)), look);
            filled = Math.Max(filled, to);
        }

        yield return new(new string('░', Math.Max(0, Math.Min(Column(lane.Length), width) - filled)), Look.Quiet);
    }

    /// <summary>Neighbours differ without their colours too.</summary>
    private static char Shade(Look phase) => phase is Look.Netboot or Look.Linux ? '█' : '▓';

    private Span[] Service(ResourceSnapshot resource)
    {
        var look = StateLook.Of(resource.State);
        return
        [
            Sign(look.Tone),
            new(Name(resource.Definition.Name)),
            new($" {look.Text.PadRight(StateWidth)} ", LookOf(look.Tone)),
            new(resource.Detail ?? resource.Definition.Address, Look.Quiet),
        ];
    }

    private string Name(string name)
    {
        var width = Math.Min(LongestName, Lab.Current.Max(resource => resource.Definition.Name.Length));
        return name.Length > width ? $"{name[..(width - 1)]}…" : name.PadRight(width);
    }

    private static Span Sign(string tone) =>
        new(
            tone switch
            {
                "good" => "✓ ",
                "bad" => "! ",
                "busy" => "● ",
                _ => "○ ",
            },
            LookOf(tone)
        );

    private static Look LookOf(string tone) =>
        tone switch
        {
            "good" => Look.Good,
            "bad" => Look.Bad,
            "busy" => Look.Busy,
            _ => Look.Quiet,
        };
}
