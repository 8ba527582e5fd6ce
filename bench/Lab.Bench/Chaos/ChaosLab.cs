using System.Diagnostics;
using Lab.Emulation.Linux;

namespace Lab.Bench.Chaos;

/// <summary>A lab of the bench's: the real program, with a scratch folder for everything that it keeps.</summary>
internal sealed class ChaosLab : IAsyncDisposable
{
    private readonly List<ChaosRun> _runs = [];
    private readonly List<string> _mounts = [];
    private readonly List<IDisposable> _held = [];

    public ChaosLab()
    {
        Scratch = Directory.CreateTempSubdirectory("chaos-").FullName;
        Environment["XDG_STATE_HOME"] = Path.Combine(Scratch, "state");
    }

    public string Scratch { get; }

    public string Name { get; set; } = "lab";

    /// <summary>Changes of the program's environment; null takes a variable away.</summary>
    public Dictionary<string, string?> Environment { get; } = [];

    /// <summary>What is put before the command of a start.</summary>
    public List<string> Prefix { get; } = [];

    /// <summary>Arguments of a start.</summary>
    public List<string> Arguments { get; } = ["up", "--json", "--port", "0"];

    /// <summary>Where the program keeps its state.</summary>
    public string State
    {
        get => field ?? Path.Combine(Environment["XDG_STATE_HOME"]!, "lab");
        set;
    }

    public LabFolder Folder => new(Name, Path.Combine(State, Name));

    public ChaosRun Start()
    {
        string[] name = Name == "lab" ? [] : ["--name", Name];
        return Run([.. Prefix, DotNet.Host, Program, .. Arguments, .. name]);
    }

    /// <summary>Starts <c>down</c>.</summary>
    public ChaosRun Down() => Run([DotNet.Host, Program, "down", "--name", Name]);

    /// <summary>Starts a lab and waits until its node is ready.</summary>
    public async Task<ChaosRun> StartAndWaitAsync()
    {
        var run = Start();
        await run.UntilAsync(() => run.Works, "the lab works");
        return run;
    }

    /// <summary>Starts a lab and waits until it works or has ended with a clear message.</summary>
    public async Task WorksOrSaysWhyAsync()
    {
        var run = await StartAndWaitAsync();
        if (run.HasEnded)
        {
            await run.EndedAsync();
        }

        run.RequireClear();
    }

    /// <summary>As the other, and to say why is not enough.</summary>
    public async Task WorksAsync()
    {
        var run = await StartAndWaitAsync();
        if (run.HasEnded)
        {
            throw new NotSurvivedException($"The lab does not work:\n{run.Transcript}");
        }
    }

    /// <summary>Processes of the lab, beside the program.</summary>
    public IReadOnlyList<ProcessIdentity> Components() => [.. ProcessMark.Find(Folder).OrderBy(process => process.StartTicks)];

    /// <summary>A folder of the scratch folder, whose path may hold anything.</summary>
    public string NewFolder(string name) => Directory.CreateDirectory(Path.Combine(Scratch, name)).FullName;

    /// <summary>A cache folder that has the packages of the user's, so that nothing is downloaded.</summary>
    public string CacheIn(string folder)
    {
        var cache = Directory.CreateDirectory(Path.Combine(folder, "lab")).FullName;
        foreach (var shared in new[] { "packages", "apt" })
        {
            Directory.CreateSymbolicLink(Path.Combine(cache, shared), Path.Combine(LabFolders.OfUser.Cache, shared));
        }

        return folder;
    }

    /// <summary>A folder that is a small disk.</summary>
    public async Task<string> DiskAsync(string name, string options)
    {
        var folder = NewFolder(name);
        await HostCommand.RunAsync("mount", "-t", "tmpfs", "-o", options, "chaos", folder);
        _mounts.Add(folder);
        return folder;
    }

    /// <summary>Keeps something until the lab has ended.</summary>
    public void Hold(IDisposable held) => _held.Add(held);

    /// <summary>Programs that still run, a phrase each.</summary>
    public IEnumerable<string> RunningPrograms()
    {
        foreach (var run in _runs)
        {
            run.AwaitEnd(TimeSpan.FromSeconds(5));
        }

        return _runs.Where(run => !run.HasEnded).Select(run => $"the program {run.Pid}");
    }

    /// <summary>Ends what still runs, and removes the files.</summary>
    public async ValueTask DisposeAsync()
    {
        _held.ForEach(held => held.Dispose());
        foreach (var run in _runs.Where(run => !run.HasEnded))
        {
            run.Signal("KILL");
        }

        foreach (var mount in _mounts)
        {
            await HostCommand.RunAsync("umount", "--lazy", mount);
        }

        Directory.Delete(Scratch, recursive: true);
    }

    private static string Program => Path.Combine(AppContext.BaseDirectory, "lab.dll");

    private ChaosRun Run(string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            WorkingDirectory = Scratch,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (variable, value) in Environment)
        {
            start.Environment[variable] = value;
        }

        var run = new ChaosRun(start);
        _runs.Add(run);
        return run;
    }
}
