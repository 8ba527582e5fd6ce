using Lab.Dashboard.Live;
using Lab.Model;
using Lab.Model.Resources;
using Lab.Runtime.State;
using Terminal.Gui.Input;
using Terminal.Gui.ViewBase;
using Terminal.Gui.Views;

namespace LabCli.Terminal.FullScreen;

/// <summary>The screen and what its keys do. Everything in here happens on the thread of Terminal.Gui.</summary>
internal sealed partial class LabScreen : Runnable
{
    private const string TakeDown = "Take the lab down?";

    private readonly DateTimeOffset _since;
    private readonly List<string> _events;
    private (ILabResources Lab, UsualBoots Usual)? _source;
    private ShownLog? _log;
    private IReadOnlyList<Row> _rows = [];
    private string? _selected;
    private string _filter = "";
    private string? _dashboard;
    private string? _notice;
    private (string Text, Action Do)? _question;
    private bool _isTyping;
    private bool _isLogOpen;
    private bool _isServicesOpen;
    private bool _isHelpOpen;
    private bool _isEnding;

    /// <summary>An empty screen.</summary>
    public LabScreen()
        : this(TimeProvider.System.GetUtcNow(), []) { }

    private LabScreen(DateTimeOffset since, List<string> events) => (CanFocus, _since, _events) = (true, since, events);

    /// <summary>The node whose serial console is to have the terminal; null when the screen is to end for good.</summary>
    public string? ConsoleOf { get; private set; }

    private string Filter
    {
        get => _isLogOpen ? _log!.Filter : _filter;
        set
        {
            if (_isLogOpen)
            {
                _log!.Filter = value;
            }
            else
            {
                _filter = value;
            }
        }
    }

    /// <summary>The same screen for another application: one that has ended does not run again. This one is disposed.</summary>
    public LabScreen Again()
    {
        var again = new LabScreen(_since, _events)
        {
            _source = _source,
            _log = _log,
            _selected = _selected,
            _filter = _filter,
            _dashboard = _dashboard,
            _notice = _notice,
            _isLogOpen = _isLogOpen,
            _isServicesOpen = _isServicesOpen,
        };
        _log = null;
        Dispose();
        return again;
    }

    /// <summary>Shows a lab from now on.</summary>
    public void Attach(ILabResources lab, UsualBoots usual)
    {
        _source = (lab, usual);
        _log = new ShownLog(lab);
    }

    /// <summary>Takes in what the store does not hold.</summary>
    public void Show(LabEvent happened)
    {
        if (happened is LabEvent.Serving { Dashboard: { } link })
        {
            _dashboard = link;
            return;
        }

        _events.AddRange(EventLines.Of(happened));
        _notice = happened is LabEvent.Message ? _events[^1] : _notice;
    }

    /// <inheritdoc />
    protected override bool OnKeyDown(Key key)
    {
        Press(key);
        SetNeedsDraw();
        return true;
    }

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        _log?.Dispose();
        base.Dispose(disposing);
    }

    private void Press(Key key)
    {
        if (key == Key.C.WithCtrl)
        {
            End();
        }
        else if (_question is { } question)
        {
            _question = null;
            if (key == Key.Y)
            {
                question.Do();
            }
        }
        else if (_isHelpOpen)
        {
            _isHelpOpen = false;
        }
        else if (_isTyping)
        {
            Type(key);
        }
        else if (key == Key.Q)
        {
            _question = (TakeDown, End);
        }
        else if (key == '?')
        {
            _isHelpOpen = true;
        }
        else if (_source is not null)
        {
            Work(key);
        }
    }

    private void End()
    {
        _isEnding = true;
        Interruption.Raise();
    }

    private void Type(Key key)
    {
        if (key == Key.Enter || key == Key.Esc)
        {
            (_isTyping, Filter) = (false, key == Key.Esc ? "" : Filter);
        }
        else if (key == Key.Backspace)
        {
            Filter = Filter.Length > 0 ? Filter[..^1] : "";
        }
        else if (key.GetPrintableText() is { Length: > 0 } text)
        {
            Filter += text;
        }
    }

    private void Work(Key key)
    {
        if (key == Key.J || key == Key.CursorDown)
        {
            Move(1);
        }
        else if (key == Key.K || key == Key.CursorUp)
        {
            Move(-1);
        }
        else if (key == Key.PageDown)
        {
            Move(LogHeight);
        }
        else if (key == Key.PageUp)
        {
            Move(-LogHeight);
        }
        else if (key == Key.G || key == Key.Home)
        {
            Move(-int.MaxValue);
        }
        else if (key == Key.G.WithShift || key == Key.End)
        {
            Move(int.MaxValue / 2);
        }
        else if (key == Key.Enter || key == Key.L)
        {
            Open();
        }
        else if (key == Key.Esc)
        {
            Back();
        }
        else if (key == '/')
        {
            _isTyping = true;
        }
        else if (key == Key.R)
        {
            Run(ResourceCommand.Restart, ResourceCommand.PowerCycle);
        }
        else if (key == Key.C)
        {
            OpenConsole();
        }
        else if (key == Key.S)
        {
            Run(ResourceCommand.Start, ResourceCommand.Stop, ResourceCommand.PowerOff);
        }
    }

    private void Move(int by)
    {
        if (_isLogOpen)
        {
            _log!.Scroll(by, LogHeight);
            return;
        }

        var at = _rows.ToList().FindIndex(row => row.Name == _selected);
        _selected = _rows.Count == 0 ? null : _rows[(int)Math.Clamp((long)at + by, 0, _rows.Count - 1)].Name;
    }

    private void Open()
    {
        if (_selected == Row.Services)
        {
            _isServicesOpen = true;
        }
        else
        {
            _isLogOpen = _selected is not null;
        }
    }

    /// <summary>The terminal is the node's until Ctrl-]; the screen ends and is shown again.</summary>
    private void OpenConsole()
    {
        var resource = _source!.Value.Lab.Current.FirstOrDefault(known => known.Definition.Name == _selected);
        if (resource?.EnabledCommands.Contains(ResourceCommand.Console) != true)
        {
            _notice = $"{_selected} has no serial console now.";
            return;
        }

        ConsoleOf = resource.Definition.Name;
        App!.RequestStop(this);
    }

    /// <summary>One step back: from the filter, from the open log, from the open services.</summary>
    private void Back()
    {
        if (Filter.Length > 0)
        {
            Filter = "";
        }
        else if (_isLogOpen)
        {
            _isLogOpen = false;
        }
        else
        {
            _isServicesOpen = false;
        }
    }

    /// <summary>Runs the first of these commands that the selected resource can be given now.</summary>
    private void Run(params string[] commands)
    {
        if (_source!.Value.Lab.Current.FirstOrDefault(known => known.Definition.Name == _selected) is not { } resource)
        {
            return;
        }

        var known = commands
            .Where(resource.EnabledCommands.Contains)
            .Select(name => resource.Definition.Commands.FirstOrDefault(command => command.Name == name));
        if (known.FirstOrDefault() is not { } command)
        {
            _notice = $"{resource.Definition.Name} has no such command now. It has: {string.Join(", ", resource.EnabledCommands.DefaultIfEmpty("none"))}.";
        }
        else if (command.Confirmation is { } confirmation)
        {
            _question = (confirmation, () => Execute(resource, command));
        }
        else
        {
            Execute(resource, command);
        }
    }

    private void Execute(ResourceSnapshot resource, ResourceCommand command)
    {
        var what = $"{command.DisplayName} of {resource.Definition.Name}";
        _notice = $"{what} …";
        var (lab, application) = (_source!.Value.Lab, App!);
        _ = Task.Run(async () =>
        {
            var problem = await lab.ExecuteAsync(resource.Definition.Name, command.Name, CancellationToken.None);
            application.Invoke(() => _notice = $"{what}: {problem ?? "done."}");
        });
    }
}
