using System.Text.Json.Nodes;
using CliWrap;
using CliWrap.Buffered;
using CliWrap.EventStream;
using Lab.Emulation.Linux;
using Lab.Runtime;

namespace Lab.Tests.Programs;

/// <summary>
/// Runs lab as users do, as a process of its own, with a state folder of the test's. What it needs of the host is provided
/// once into the user's cache, by the program itself.
/// </summary>
internal sealed class LabProgram : IAsyncDisposable
{
    /// <summary>Only what hangs is ended by it, on a busy machine too.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(10);

    private readonly TemporaryFolder _folder = new();

    /// <summary>The current folder of the program; without a <c>lab.yaml</c> at first.</summary>
    public TemporaryFolder Folder => _folder;

    /// <summary>Changes the environment of the program.</summary>
    public Dictionary<string, string?> Environment { get; } = [];

    /// <summary>What is put before the command, to run it as somebody else.</summary>
    public string[] Prefix { get; init; } = [];

    /// <summary>The program's files.</summary>
    public string Program { get; init; } = AppContext.BaseDirectory;

    /// <summary>The program: <c>lab</c>, or the lab as an Aspire application.</summary>
    public string Assembly { get; init; } = "lab.dll";

    /// <summary>The state folder that the program uses.</summary>
    public LabFolders Folders => new(Path.Combine(_folder.Path, "state", "lab"), LabFolders.OfUser.Cache);

    /// <summary>The option that says which network a lab rehearses.</summary>
    public static string In(string network) => network == "vpc" ? "--vpc" : "--home";

    /// <summary>Starts the program.</summary>
    public ProgramRun Start(params string[] arguments) => Start(Assembly, Prefix, arguments);

    /// <summary>Starts the program on a terminal of its own, on which nobody types.</summary>
    public ProgramRun StartOnTerminal(params string[] arguments) =>
        Run(["script", "-qec", string.Join(' ', [DotNet.Host, Path.Combine(Program, Assembly), .. arguments]), "/dev/null"]);

    private ProgramRun Start(string assembly, string[] prefix, string[] arguments) =>
        Run([.. prefix, DotNet.Host, Path.Combine(Program, assembly), .. arguments]);

    private ProgramRun Run(string[] command) =>
        new(
            Cli.Wrap(command[0])
                .WithArguments(command[1..])
                .WithWorkingDirectory(_folder.Path)
                .WithEnvironmentVariables(new Dictionary<string, string?>(Environment) { ["XDG_STATE_HOME"] = Path.Combine(_folder.Path, "state") })
                .WithValidation(CommandResultValidation.None),
            Deadline
        );

    /// <summary>Runs the program to its end.</summary>
    public async Task<ProgramRun> RunAsync(params string[] arguments)
    {
        var run = Start(arguments);
        await run.Ended;
        return run;
    }

    /// <summary>
    /// Boots once, to what is certain about a boot whose time runs out: on a busy machine it is still going on then, and gets twice the time.
    /// </summary>
    public async Task<ProgramRun> RunOutOfTimeAsync(params string[] arguments)
    {
        const int most = 180;
        for (var seconds = 45; ; seconds *= 2)
        {
            var run = await RunAsync([.. arguments, "--once", "--json", "--timeout", $"{seconds}"]);
            if (seconds >= most || !run.Of("failure").Any(failure => ((string)failure["cause"]!).StartsWith("It was still going on", StringComparison.Ordinal)))
            {
                return run;
            }
        }
    }

    /// <summary>Runs <c>lab</c> to its end, whichever program it is about.</summary>
    public async Task<ProgramRun> LabAsync(params string[] arguments)
    {
        var run = Start("lab.dll", Prefix, arguments);
        await run.Ended;
        return run;
    }

    /// <summary>Runs the program to its end, with the files of the lab's user, as somebody else.</summary>
    /// <param name="prefix">What is put before the command; empty for who runs the tests.</param>
    /// <param name="arguments">The arguments.</param>
    public async Task<ProgramRun> RunAsync(string[] prefix, string[] arguments)
    {
        var run = Start(Assembly, prefix, arguments);
        await run.Ended;
        return run;
    }

    /// <summary>Checks that nothing of a lab is left on the host.</summary>
    public async Task NothingIsLeftAsync(string lab = "lab")
    {
        var folder = Folders.Lab(lab);
        Assert.Empty(ProcessMark.Find(folder));
        Assert.False(Directory.Exists(folder.Run), "the run folder is left");
        Assert.Empty(Journal.Read(folder));
        var namespaces = new List<string>();
        await foreach (var happened in Cli.Wrap("ip").WithArguments(["netns", "list"]).ListenAsync(TestContext.Current.CancellationToken))
        {
            if (happened is StandardOutputCommandEvent { Text: var line })
            {
                namespaces.Add(line);
            }
        }

        Assert.DoesNotContain(namespaces, line => line.StartsWith($"lab.{folder.UniqueName}.", StringComparison.Ordinal));
    }

    /// <summary>Waits until nothing of a lab is left on the host, without a command.</summary>
    public async Task NothingIsLeftSoonAsync(string lab = "lab")
    {
        var folder = Folders.Lab(lab);
        await Eventually.TrueAsync(() => !folder.MayRun, "the guardian has taken the lab down");
        await NothingIsLeftAsync(lab);
    }

    /// <summary>Takes down what a failed test has left.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Directory.Exists(Folders.State) && Folders.All().Any(lab => lab.MayRun))
        {
            await LabAsync("down", "--all");
        }

        _folder.Dispose();
    }
}

/// <summary>The program while it runs, and what it has said.</summary>
internal sealed class ProgramRun
{
    private readonly List<string> _output = [];
    private readonly List<string> _errors = [];
    private readonly CommandTask<CommandResult> _task;
    private readonly CancellationTokenSource _end = new();
    private TaskCompletionSource _said = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ProgramRun(Command command, TimeSpan deadline)
    {
        _task = command
            .WithStandardOutputPipe(PipeTarget.ToDelegate(line => Add(_output, line)))
            .WithStandardErrorPipe(PipeTarget.ToDelegate(line => Add(_errors, line)))
            .ExecuteAsync(_end.Token);
        Ended = EndAsync(deadline);
    }

    /// <summary>Process id.</summary>
    public int Pid => _task.ProcessId;

    /// <summary>Completes when the program has ended.</summary>
    public Task Ended { get; }

    /// <summary>Its exit code, after its end.</summary>
    public int ExitCode => _task.Task.IsCompletedSuccessfully ? _task.Task.Result.ExitCode : throw new InvalidOperationException(Transcript);

    /// <summary>What it wrote to standard error.</summary>
    public string Errors => Text(_errors);

    /// <summary>Everything, for the message of a failed test.</summary>
    public string Transcript => $"{Text(_output)}\n{Text(_errors)}";

    /// <summary>The events of <c>--json</c> so far.</summary>
    public IReadOnlyList<JsonObject> Events
    {
        get
        {
            lock (_output)
            {
                return [.. _output.Select(line => JsonNode.Parse(line)!.AsObject())];
            }
        }
    }

    /// <summary>Events of a kind.</summary>
    public IEnumerable<JsonObject> Of(string kind) => Events.Where(happened => (string?)happened["event"] == kind);

    /// <summary>What was told of the nodes, but for their stages.</summary>
    public IEnumerable<string> Course =>
        Events.Select(happened => (string)happened["event"]!).Where(kind => kind is "started" or "kexec" or "reset" or "failure" or "off" or "summary");

    /// <summary>Waits until an event of <c>--json</c> is there.</summary>
    public async Task<JsonObject> WaitForAsync(Func<JsonObject, bool> wanted, int times = 1)
    {
        while (true)
        {
            var said = _said.Task;
            if (Events.Where(wanted).ElementAtOrDefault(times - 1) is { } found)
            {
                return found;
            }

            if (await Task.WhenAny(said, Ended) == Ended && Events.Where(wanted).ElementAtOrDefault(times - 1) is null)
            {
                throw new InvalidOperationException($"The program ended without the event.\n{Transcript}");
            }
        }
    }

    /// <summary>Waits until what it wrote, in whatever form, holds a text as often as that.</summary>
    public async Task WaitForLineAsync(string text, int times = 1)
    {
        bool IsThere() => Transcript.Split(text).Length > times;
        while (!IsThere())
        {
            var said = _said.Task;
            if (!IsThere() && await Task.WhenAny(said, Ended) == Ended && !IsThere())
            {
                throw new InvalidOperationException($"The program ended without '{text}'.\n{Transcript}");
            }
        }
    }

    /// <summary>Sends a signal: <c>INT</c>, <c>TERM</c>, <c>KILL</c>.</summary>
    public Task SignalAsync(string name) => Cli.Wrap("kill").WithArguments([$"-{name}", $"{Pid}"]).WithValidation(CommandResultValidation.None).ExecuteAsync();

    /// <summary>Kills it, and before it the guardian that would take the lab down in its place: what is left then is for the next start, or for down.</summary>
    public async Task KillWithGuardianAsync()
    {
        await Cli.Wrap("pkill").WithArguments(["-KILL", "-P", $"{Pid}", "-f", Guardian.Mark]).WithValidation(CommandResultValidation.None).ExecuteAsync();
        await SignalAsync("KILL");
        await Ended;
    }

    /// <summary>A program that hangs is ended, and what ran then is told: its own processes, and those that have its output.</summary>
    private async Task EndAsync(TimeSpan deadline)
    {
        if (await Task.WhenAny(_task.Task, Task.Delay(deadline, CancellationToken.None)) != _task.Task)
        {
            var processes = await Cli.Wrap("ps").WithArguments(["-eo", "pid,ppid,stat,wchan:20,etimes,args", "--forest"]).ExecuteBufferedAsync();
            await _end.CancelAsync();
            await _task.Task.ContinueWith(_ => { }, TaskScheduler.Default);
            throw new TimeoutException($"{Pid} has not ended within {deadline.TotalMinutes} minutes.\n{Transcript}\n{processes.StandardOutput}");
        }

        await _task.Task;
    }

    private void Add(List<string> lines, string line)
    {
        lock (_output)
        {
            lines.Add(line);
        }

        Interlocked.Exchange(ref _said, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
    }

    private string Text(List<string> lines)
    {
        lock (_output)
        {
            return string.Join('\n', lines);
        }
    }
}
