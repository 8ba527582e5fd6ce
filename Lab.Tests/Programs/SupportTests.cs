using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json.Nodes;

namespace Lab.Tests.Programs;

/// <summary><c>lab support</c>, as a process: what it takes, and that no secret is among it.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class SupportTests : IAsyncLifetime
{
    private const string Secret = "s3cr3tS3cr3t0123";

    private readonly LabProgram _program = new();

    private string Archive => Path.Combine(_program.Folder.Path, "help.tar.gz");

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_lab_that_AWS_cannot_have_says_why_in_the_place_of_its_files_there()
    {
        _program.Folder.File("lab.yaml", "mirrors: [{ registry: '*', upstream: 'https://mirror.example', port: 5050 }]\n");
        var run = await _program.LabAsync("support", "help.tar.gz");
        Assert.True(run.ExitCode == 0, run.Transcript);
        Assert.Contains("one of lab up and lab serve only", Read()["rendered/aws/none.txt"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Definition_rendered_files_logs_and_runs_are_in_it_and_no_secret()
    {
        _program.Folder.File("lab.yaml", $"name: lab\n# token: {Secret}\nnodes:\n  - {{ name: cp1, mac: \"52:54:00:13:00:01\", address: 10.20.13.11 }}\n");
        _program.Folder.File("state/lab/lab/last-run.json", """{ "nodes": { "cp1": "ready" } }""");
        _program.Folder.File("state/lab/lab/runs/1.json", "{}");
        _program.Folder.File("state/lab/lab/logs/boot-server.log", $"GET /login?t={Secret} -> 200\n");
        _program.Folder.File("state/lab/lab/logs/long.log", $"first\n{new string('x', 3 << 20)}\nlast\n");
        _program.Folder.File("state/lab/lab/run/dnsmasq.conf", "port=0\n");
        _program.Folder.File("state/lab/lab/run/access.json", """{ "key": { "anything": "s3cr3tS3cr3t0123" } }""");
        _program.Folder.File("state/lab/lab/run/matchbox/groups/cp1.json", "{}");
        _program.Folder.File("state/lab/lab/run/matchbox/generic/node-cp1.yaml", $"machine:\n  x: {Secret}\n");
        _program.Folder.File("state/lab/lab/cluster/secrets.yaml", $"x: {Secret}\n");
        _program.Folder.File("state/lab/lab/talosconfig", $"x: {Secret}\n");
        _program.Folder.File("elsewhere.txt", "not the lab's");
        File.CreateSymbolicLink(Path.Combine(_program.Folder.Path, "state/lab/lab/logs/link.log"), Path.Combine(_program.Folder.Path, "elsewhere.txt"));

        var run = await _program.LabAsync("support", "help.tar.gz");
        Assert.True(run.ExitCode == 0, run.Transcript);
        Assert.Contains("help.tar.gz: ", run.Transcript);
        var files = Read();
        Assert.Superset(
            new HashSet<string>
            {
                "versions.txt",
                "lab.yaml",
                "checks.txt",
                "rendered/home/matchbox/groups/cp1.json",
                "rendered/aws/bastion/lab.sh",
                "last-run.json",
                "runs/1.json",
                "logs/boot-server.log",
                "running/dnsmasq.conf",
                "running/matchbox/groups/cp1.json",
            },
            files.Keys.ToHashSet()
        );
        Assert.Contains("mac: \"52:54:00:13:00:01\"", files["lab.yaml"]);
        Assert.Contains("qemu ", files["versions.txt"]);
        Assert.StartsWith("(the first ", files["logs/long.log"]);
        Assert.EndsWith("last\n", files["logs/long.log"]);
        Assert.All(files, file => Assert.DoesNotContain(Secret, file.Value));
        Assert.DoesNotContain(files.Keys, path => path.Contains("link", StringComparison.Ordinal) || path.Contains("generic/node", StringComparison.Ordinal));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Archive));
    }

    [Fact]
    public async Task A_lab_file_that_cannot_be_read_is_in_it_with_its_mistake()
    {
        _program.Folder.File("lab.yaml", "nodez: 3\n");
        var run = await _program.LabAsync("support", "help.tar.gz", "--json");
        Assert.True(run.ExitCode == 0, run.Transcript);
        var said = JsonNode.Parse(run.Transcript)!;
        Assert.Equal(Archive, (string?)said["file"]);
        Assert.Contains("mistake.txt", said["files"]!.AsArray().Select(file => (string?)file));
        var files = Read();
        Assert.Equal("nodez: 3\n", files["lab.yaml"]);
        Assert.Contains("nodez", files["mistake.txt"]);
    }

    [Fact]
    public async Task Without_a_name_it_is_called_after_the_lab_and_the_time()
    {
        var run = await _program.LabAsync("support");
        Assert.True(run.ExitCode == 0, run.Transcript);
        Assert.Matches(@"^lab-lab-\d{8}-\d{6}\.tar\.gz$", Path.GetFileName(Assert.Single(Directory.GetFiles(_program.Folder.Path, "*.tar.gz"))));
    }

    [Theory]
    [InlineData("help.zip", "support writes an archive whose name ends in .tar.gz; help.zip does not.")]
    [InlineData("nowhere/help.tar.gz", "nowhere/help.tar.gz cannot be written: ")]
    public async Task What_cannot_be_written_is_refused(string file, string message)
    {
        var run = await _program.LabAsync("support", file);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(message, run.Errors);
        Assert.False(Directory.Exists(Path.Combine(_program.Folder.Path, "nowhere")));
    }

    public ValueTask DisposeAsync() => _program.DisposeAsync();

    private Dictionary<string, string> Read()
    {
        using var file = File.OpenRead(Archive);
        using var gzip = new GZipStream(file, CompressionMode.Decompress);
        using var tar = new TarReader(gzip);
        Dictionary<string, string> files = [];
        while (tar.GetNextEntry() is { } entry)
        {
            Assert.StartsWith("help/", entry.Name);
            using var content = new StreamReader(entry.DataStream ?? Stream.Null);
            files[entry.Name["help/".Length..]] = content.ReadToEnd();
        }

        return files;
    }
}
