using Lab.CommandLine;
using Lab.Dashboard.Live;
using Lab.Model;
using Lab.Runtime.State;
using Terminal.Gui.App;

namespace LabCli.Terminal.FullScreen;

/// <summary>
/// The whole terminal as a place to work in. It reads the lab's store, as the page does; the events bring what is not in there: lines
/// of the preparation, and the end, which is written below when the terminal is as before.
/// </summary>
internal sealed class FullScreenView : ILabView
{
    private readonly IApplication _application = Application.Create();
    private readonly LabScreen _screen = new();
    private readonly List<LabEvent> _ending = [];
    private readonly TextWriter _guarded = Console.Out;
    private readonly Task _drawing;

    private FullScreenView()
    {
        // Terminal.Gui writes sequences; texts of others are escaped where the screen draws them.
        Console.SetOut(VisibleTerminal.Raw);
        _application.Init();
        _application.Driver!.Force16Colors = true;
        _drawing = Task.Factory.StartNew(Draw, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Takes the terminal over.</summary>
    /// <exception cref="LabException">There is none.</exception>
    public static FullScreenView Open() =>
        Console.IsInputRedirected || Console.IsOutputRedirected || Environment.GetEnvironmentVariable("TERM") is null or "" or "dumb"
            ? throw new LabException($"--tui needs a terminal, and there is none here. Leave it out: {LabCommand.Line("up")}", exitCode: 2)
            : new FullScreenView();

    /// <summary>Shows a lab from now on.</summary>
    public void Attach(ILabResources lab, UsualBoots usual) => _application.Invoke(() => _screen.Attach(lab, usual));

    /// <inheritdoc />
    public ValueTask ShowAsync(LabEvent happened)
    {
        if (
            happened
            is LabEvent.NodeFailed
                or LabEvent.Summary
                or LabEvent.ClusterFailed
                or LabEvent.ClusterSummary
                or LabEvent.Error
                or LabEvent.Message { IsLast: true }
        )
        {
            _ending.Add(happened);
        }
        else
        {
            _application.Invoke(() => _screen.Show(happened));
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _application.Invoke(() => _application.RequestStop(_screen));
        try
        {
            await _drawing;
        }
        finally
        {
            foreach (var happened in _ending)
            {
                var target = happened is LabEvent.Error ? Console.Error : _guarded;
                var lines = happened is LabEvent.Summary summary ? EventLines.Summary(summary, Console.WindowWidth - 1) : EventLines.Of(happened);
                await target.WriteLineAsync(string.Join('\n', lines));
            }
        }
    }

    private void Draw()
    {
        try
        {
            _application.Run(_screen);
        }
        finally
        {
            _screen.Dispose();
            _application.Dispose();
            Console.SetOut(_guarded);
        }
    }
}
