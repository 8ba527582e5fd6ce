using Lab.Dashboard.Looks;
using Lab.Model;
using Terminal.Gui.Drawing;
using Terminal.Gui.ViewBase;
using Attribute = Terminal.Gui.Drawing.Attribute;

namespace LabCli.Terminal.FullScreen;

/// <summary>What the screen shows.</summary>
internal sealed partial class LabScreen
{
    private static readonly TimeSpan FrameTime = TimeSpan.FromMilliseconds(200);

    private static readonly string[] Help =
    [
        "j k ↑ ↓     select a resource, or move in the open log; g G  first, last",
        "Enter l     open the log of the selected resource, or the services",
        "/           filter the list, or the open log; Enter keeps it, Esc clears it",
        "r           restart a service, power-cycle a node",
        "s           start what is off; stop a service, switch a node off",
        "c           the serial console of a node, until Ctrl-]",
        "Esc         one step back",
        "q           take the lab down, after a question; Ctrl-C without",
        "",
        "A bar is a boot: firmware, network boot, downloads, Linux, services;",
        "░ how much longer the node's usual boot takes, × where it stopped.",
    ];

    private int _listHeight;

    private int LogHeight => Math.Max(1, Viewport.Height - _listHeight - 5);

    /// <inheritdoc />
    public override void EndInit()
    {
        base.EndInit();
        App!.AddTimeout(
            FrameTime,
            () =>
            {
                SetNeedsDraw();
                return true;
            }
        );
    }

    /// <inheritdoc />
    protected override bool OnDrawingContent(DrawContext? context)
    {
        var (width, height) = (Viewport.Width, Viewport.Height);
        Line(0, State());
        Line(1, [new(Dashboard(width), Look.Quiet)]);
        if (_isHelpOpen)
        {
            Lines(3, Help);
        }
        else if (_source is { } source)
        {
            Select(new LabRows(source.Lab, source.Usual, width).Of(_filter, _isServicesOpen, TimeProvider.System.GetUtcNow()));
            _listHeight = _isLogOpen ? 0 : List(2, Math.Max(1, height / 2 - 2));
            Log(2 + _listHeight);
        }
        else
        {
            Lines(3, _events.SelectMany(line => WrappedText.Of(line, width)).TakeLast(Math.Max(0, height - 5)));
        }

        Line(height - 2, [new(_notice ?? "", Look.Quiet)]);
        Line(height - 1, Prompt());
        return true;
    }

    private Span[] State() =>
        [
            new(_source is { } source ? LabRows.Count(source.Lab) : "Preparing", Look.Strong),
            new($", {Texts.Duration(TimeProvider.System.GetUtcNow() - _since)}"),
            new(_isEnding ? ", taking it down" : "", Look.Busy),
        ];

    /// <summary>A link that is cut opens nothing.</summary>
    private string Dashboard(int width) =>
        _dashboard is null ? ""
        : $"Dashboard: {_dashboard}" is var link && link.Length <= width ? link
        : $"Dashboard: {LabCommand.Line("dashboard")}";

    private Span[] Prompt() =>
        _question is { } question ? [new($"{question.Text} y/n", Look.Busy)]
        : _isHelpOpen ? [new("Any key: back", Look.Quiet)]
        : _isTyping ? [new($"/{Filter}▏", Look.Busy)]
        : Filter.Length > 0 ? [new($"/{Filter}  ", Look.Busy), new("Esc all  ? help  q quit", Look.Quiet)]
        : _isLogOpen ? [new("j/k scroll  G end  / filter  r restart  s start/stop  Esc back  ? help  q quit", Look.Quiet)]
        : [new("j/k select  Enter log  / filter  r restart  s start/stop  ? help  q quit", Look.Quiet)];

    /// <summary>The selected resource stays selected wherever it moves in the list; one that is gone from it gives its place to the first.</summary>
    private void Select(IReadOnlyList<Row> rows)
    {
        _rows = rows;
        if (!_isLogOpen && rows.All(row => row.Name != _selected))
        {
            _selected = rows.Count > 0 ? rows[0].Name : null;
        }

        _log!.Show(_selected == Row.Services ? null : _selected);
    }

    /// <returns>How many lines the list takes.</returns>
    private int List(int top, int most)
    {
        var lines = _rows.SelectMany(row => row.Lines.Select((spans, i) => (row.Name, Spans: spans, IsFirst: i == 0))).ToList();
        var (first, last) = (lines.FindIndex(line => line.Name == _selected), lines.FindLastIndex(line => line.Name == _selected));
        var from = Math.Max(0, Math.Min(first, last + 1 - most));
        var shown = lines.Skip(from).Take(most).ToList();
        for (var i = 0; i < shown.Count; i++)
        {
            Line(top + i, [new(shown[i].Name == _selected && shown[i].IsFirst ? "▸" : " ", Look.Strong), .. shown[i].Spans]);
        }

        return shown.Count;
    }

    private void Log(int top)
    {
        if (_log!.Of is not { } resource)
        {
            return;
        }

        var (lines, count) = _log.Window(LogHeight);
        var title = $"── Log of {resource}, {Texts.Count(count, _log.Filter.Length > 0 ? "match" : "line")}{(_log.IsAtEnd ? "" : ", scrolled back")} ";
        Line(top, [new(title.PadRight(Viewport.Width, '─'), Look.Quiet)]);
        var wrapped = lines.SelectMany(line => WrappedText.Of(line, Viewport.Width)).ToList();
        wrapped = [.. _log.IsAtEnd ? wrapped.TakeLast(LogHeight) : wrapped.Take(LogHeight)];
        Lines(top + 1, wrapped.Count > 0 ? wrapped : [_log.Filter.Length > 0 ? "No line holds that." : "It has written nothing yet."]);
    }

    private void Lines(int top, IEnumerable<string> lines)
    {
        foreach (var text in lines)
        {
            Line(top++, [new(text)]);
        }
    }

    /// <summary>The one place where text gets to the terminal: what others have written is shown with escapes.</summary>
    private void Line(int row, IEnumerable<Span> spans)
    {
        Move(0, row);
        foreach (var span in spans)
        {
            SetAttribute(AttributeOf(span.Look));
            AddStr(VisibleText.Of(span.Text));
        }
    }

    /// <summary>The sixteen colours of the terminal's own theme.</summary>
    private static Attribute AttributeOf(Look look) =>
        look switch
        {
            Look.Quiet => new Attribute(ColorName16.DarkGray, Color.None),
            Look.Strong => new Attribute(Color.None, Color.None, TextStyle.Bold),
            Look.Good or Look.Serving => new Attribute(ColorName16.Green, Color.None),
            Look.Busy => new Attribute(ColorName16.Yellow, Color.None),
            Look.Bad => new Attribute(ColorName16.Red, Color.None),
            Look.Firmware => new Attribute(ColorName16.DarkGray, Color.None),
            Look.Netboot => new Attribute(ColorName16.Blue, Color.None),
            Look.Download => new Attribute(ColorName16.Magenta, Color.None),
            Look.Linux => new Attribute(ColorName16.Cyan, Color.None),
            _ => new Attribute(Color.None, Color.None),
        };
}
