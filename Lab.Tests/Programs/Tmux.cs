using System.Text.RegularExpressions;
using CliWrap;
using CliWrap.Buffered;
using Lab.Emulation.Linux;

namespace Lab.Tests.Programs;

/// <summary>A terminal of a given size with <c>lab</c> in it: somebody types, and somebody reads the screen.</summary>
internal sealed partial class Tmux : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    private static int _terminals;

    private readonly string _socket;

    private Tmux(string socket) => _socket = socket;

    /// <summary>Starts it. When the program has ended, its exit code and whether the terminal reads lines again stand below.</summary>
    public static async Task<Tmux> StartAsync(LabProgram program, int columns, int rows, params string[] arguments)
    {
        var tmux = new Tmux(Path.Combine(program.Folder.Path, $"tmux.{Interlocked.Increment(ref _terminals)}"));
        var lab = string.Join(' ', [DotNet.Host, Path.Combine(program.Program, program.Assembly), .. arguments]);
        string[] size = ["-x", $"{columns}", "-y", $"{rows}"];
        await tmux.RunAsync([
            "-f",
            "/dev/null",
            "new-session",
            "-d",
            .. size,
            "-c",
            program.Folder.Path,
            "-e",
            $"XDG_STATE_HOME={Path.Combine(program.Folder.Path, "state")}",
            $"TERM=xterm-256color {lab}; echo \"ended with $?: $(stty -a | grep -o -- '-\\?icanon')\"; cat",
        ]);
        return tmux;
    }

    /// <summary>The screen as text.</summary>
    public Task<string> ScreenAsync() => RunAsync("capture-pane", "-p");

    /// <summary>The screen with all that was scrolled out of it.</summary>
    public Task<string> HistoryAsync() => RunAsync("capture-pane", "-p", "-S", "-");

    /// <summary>Waits until the screen holds something.</summary>
    /// <returns>The screen.</returns>
    public async Task<string> WaitForAsync(Func<string, bool> wanted)
    {
        var screen = "";
        for (var waited = System.Diagnostics.Stopwatch.StartNew(); waited.Elapsed < Deadline; await Task.Delay(PollInterval))
        {
            screen = await ScreenAsync();
            if (wanted(screen))
            {
                return screen;
            }
        }

        throw new TimeoutException($"The terminal does not show it:\n{screen}");
    }

    /// <summary>Waits until the screen holds a text.</summary>
    public Task<string> WaitForAsync(string text) => WaitForAsync(screen => screen.Contains(text, StringComparison.Ordinal));

    /// <summary>Types keys, each by its name in tmux.</summary>
    public Task TypeAsync(params string[] keys) => RunAsync(["send-keys", .. keys]);

    /// <summary>Makes the terminal another size.</summary>
    public Task ResizeAsync(int columns, int rows) => RunAsync("resize-window", "-x", $"{columns}", "-y", $"{rows}");

    /// <summary>Whether a full-screen program has the terminal.</summary>
    public async Task<bool> IsFullScreenAsync() => (await RunAsync("display-message", "-p", "#{alternate_on}")).Trim() == "1";

    /// <summary>Seconds as <c>#.## s</c>, to compare lines of two runs.</summary>
    public static string Masked(string screen) => Seconds().Replace(screen, "#.## s");

    /// <inheritdoc />
    public async ValueTask DisposeAsync() =>
        await Cli.Wrap("tmux").WithArguments(["-S", _socket, "kill-server"]).WithValidation(CommandResultValidation.None).ExecuteAsync();

    private Task<string> RunAsync(params string[] arguments) => RunAsync([.. arguments], CancellationToken.None);

    private async Task<string> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken) =>
        (await Cli.Wrap("tmux").WithArguments(["-S", _socket, .. arguments]).ExecuteBufferedAsync(cancellationToken)).StandardOutput;

    [GeneratedRegex(@"\d+\.\d\d s")]
    private static partial Regex Seconds();
}
