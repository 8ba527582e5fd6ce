using Lab.Emulation.Linux;
using Lab.Tests.Programs;

namespace Lab.Tests.Cluster;

/// <summary>Runs <c>lab cluster</c> with the test's talosctl on PATH.</summary>
internal sealed class ClusterProgram : IAsyncDisposable
{
    /// <summary>Three control planes and a worker.</summary>
    public const string Four = """
        name: garage
        cluster: { talos: v1.12.3, vip: 10.20.13.10 }
        roles: { worker: { disks: [{ gib: 20, bus: nvme }] } }
        nodes:
          - { name: cp1, mac: "52:54:00:13:00:01", address: 10.20.13.11 }
          - { name: cp2, mac: "52:54:00:13:00:02", address: 10.20.13.12 }
          - { name: cp3, mac: "52:54:00:13:00:03", address: 10.20.13.13 }
          - { name: w1, mac: "52:54:00:13:00:04", address: 10.20.13.14, role: worker }

        """;

    /// <summary>One control plane.</summary>
    public const string One = "name: garage\ncluster: { talos: v1.12.3 }\n";

    /// <summary>Writes the lab file, and makes the program.</summary>
    /// <param name="lab">The lab file's text.</param>
    /// <param name="program">The program, where it runs in a place of its own; null for one that runs here.</param>
    public ClusterProgram(string lab, LabProgram? program = null)
    {
        Lab = program ?? new LabProgram();
        Lab.Folder.File("lab.yaml", lab);
        State = Directory.CreateDirectory(Path.Combine(Lab.Folder.Path, "talos")).FullName;
        Lab.Environment["PATH"] = $"{TestPrograms.Put(Lab.Folder.Path, TestTalosctl.Word)}:{Environment.GetEnvironmentVariable("PATH")}";
        Lab.Environment[TestTalosctl.Folder] = State;
    }

    public LabProgram Lab { get; }

    /// <summary>Where the nodes of the test's talosctl are.</summary>
    public string State { get; }

    public LabFolder Files => Lab.Folders.Lab("garage");

    public string Secrets => Path.Combine(Files.Cluster, "secrets.yaml");

    public string[] Calls => Lines("calls");

    public string[] Bootstraps => Lines("bootstraps");

    /// <summary>What goes wrong from now on; an empty text for nothing.</summary>
    public void Break(string fault) => File.WriteAllText(Path.Combine(State, "fault"), fault);

    /// <summary>Runs a verb of <c>cluster</c> for nodes that are reached directly.</summary>
    public Task<ProgramRun> RunAsync(string verb, params string[] options) => Lab.RunAsync(["cluster", verb, "--direct", .. options]);

    public ValueTask DisposeAsync() => Lab.DisposeAsync();

    private string[] Lines(string file) => Path.Combine(State, file) is var path && File.Exists(path) ? File.ReadAllLines(path) : [];
}
