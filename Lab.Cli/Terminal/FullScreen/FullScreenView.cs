using System.Net.Sockets;
using Lab.CommandLine;
using Lab.Dashboard.Live;
using Lab.Emulation.Linux;
using Lab.Emulation.Machines;
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
    private readonly Lock _lock = new();
    private readonly Queue<Action> _waiting = new();
    private LabScreen _screen = new();
    private readonly List<LabEvent> _ending = [];
    private readonly TextWriter _guarded = Console.Out;
    private readonly Task _drawing;
    private readonly CancellationTokenSource _left = new();
    private IApplication? _application;
    private LabFolder? _folder;
    private bool _isEnding;

    private FullScreenView() => _drawing = DrawAsync(Open16());

    /// <summary>Takes the terminal over.</summary>
    /// <exception cref="LabException">There is none.</exception>
    public static FullScreenView Open() =>
        Console.IsInputRedirected || Console.IsOutputRedirected || Environment.GetEnvironmentVariable("TERM") is null or "" or "dumb"
            ? throw new LabException($"--tui needs a terminal, and there is none here. Leave it out: {LabCommand.Line("up")}", exitCode: 2)
            : new FullScreenView();

    /// <summary>Shows a lab from now on.</summary>
    public void Attach(ILabResources lab, UsualBoots usual, LabFolder folder)
    {
        _folder = folder;
        Post(() => _screen.Attach(lab, usual));
    }

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
            Post(() => _screen.Show(happened));
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            _isEnding = true;
            _application?.Invoke(() => _application?.RequestStop(_screen));
        }

        await _left.CancelAsync();
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

    /// <summary>Takes the terminal. Terminal.Gui writes sequences; texts of others are escaped where the screen draws them.</summary>
    private static IApplication Open16()
    {
        Console.SetOut(VisibleTerminal.Raw);
        var application = Application.Create();
        application.Init();
        application.Driver!.Force16Colors = true;
        return application;
    }

    /// <summary>What comes while a console has the terminal is shown after it.</summary>
    private void Post(Action show)
    {
        lock (_lock)
        {
            if (_application is { } application)
            {
                application.Invoke(show);
            }
            else
            {
                _waiting.Enqueue(show);
            }
        }
    }

    private async Task DrawAsync(IApplication application)
    {
        try
        {
            while (true)
            {
                Begin(application);
                await Task.Factory.StartNew(() => Draw(application), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
                if (_isEnding || _screen.ConsoleOf is not { } node)
                {
                    return;
                }

                await AttachAsync(node);
                if (_isEnding)
                {
                    return;
                }

                lock (_lock)
                {
                    _screen = _screen.Again();
                }

                application = Open16();
            }
        }
        finally
        {
            _screen.Dispose();
        }
    }

    private void Begin(IApplication application)
    {
        lock (_lock)
        {
            _application = application;
            while (_waiting.TryDequeue(out var show))
            {
                application.Invoke(show);
            }
        }
    }

    private void Draw(IApplication application)
    {
        try
        {
            application.Run(_screen);
        }
        finally
        {
            lock (_lock)
            {
                _application = null;
            }

            application.Dispose();
            Console.SetOut(_guarded);
        }
    }

    private async Task AttachAsync(string node)
    {
        try
        {
            await using var line = await UnixSocket.ConnectAsync(ConsoleServer.SocketPath(_folder!, node), _left.Token);
            Console.WriteLine($"Serial console of {node}. Ctrl-] leaves it.");
            await AttachedConsole.RunAsync(line, _left.Token);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            // It was not switched on, or the lab ends.
        }
    }
}
