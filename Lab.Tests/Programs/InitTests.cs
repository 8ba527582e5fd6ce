using Lab.Emulation.Linux;
using Lab.Model.Input;

namespace Lab.Tests.Programs;

/// <summary><c>lab init</c>, as a process, on a terminal and without one.</summary>
public sealed class InitTests : IAsyncLifetime
{
    private readonly LabProgram _program = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Without_a_terminal_options_and_defaults_decide_and_the_check_passes()
    {
        var run = await _program.LabAsync("init", "garage", "--nodes", "3", "--subnet", "192.168.50.0/24", "--name", "no");
        Assert.True(run.ExitCode == 0, run.Transcript);
        Assert.Contains("lab no with 3 nodes in 192.168.50.0/24.", run.Transcript);
        var file = Path.Combine(_program.Folder.Path, "garage", "lab.yaml");
        Assert.StartsWith("# yaml-language-server: $schema=./lab.schema.json\n", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        Assert.Equal(
            await File.ReadAllTextAsync(Repository.PathOf("lab.schema.json"), TestContext.Current.CancellationToken),
            await File.ReadAllTextAsync(Path.Combine(_program.Folder.Path, "garage", "lab.schema.json"), TestContext.Current.CancellationToken)
        );
        var check = await _program.LabAsync("check", "--file", file);
        Assert.True(check.ExitCode == 0, check.Transcript);
    }

    [Fact]
    [System.Runtime.Versioning.SupportedOSPlatform("linux")]
    public async Task Adopting_the_first_machine_of_a_file_says_what_is_no_longer_part_of_the_lab_and_follows_a_link()
    {
        var file = _program.Folder.File("north.yaml", "name: north # mine\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.CreateSymbolicLink(Path.Combine(_program.Folder.Path, "lab.yaml"), "north.yaml");

        var run = await _program.LabAsync("adopt", "52:54:00:aa:bb:cc", "cp9", "--address", "10.20.13.19");

        Assert.True(run.ExitCode == 0, run.Transcript);
        Assert.Contains("The file named no nodes before: cp1 (52:54:00:13:00:01), which a lab has then, is no longer part of it.", run.Transcript);
        Assert.Equal(
            "name: north # mine\nnodes:\n  - { name: cp9, mac: \"52:54:00:aa:bb:cc\", address: 10.20.13.19 }\n",
            await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)
        );
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.DoesNotContain(
            "no longer part",
            (await _program.LabAsync("adopt", "52:54:00:aa:bb:cd", "cp10", "--address", "10.20.13.20")).Transcript,
            StringComparison.Ordinal
        );
        Assert.Equal(["lab.yaml", "north.yaml"], Directory.EnumerateFiles(_program.Folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Machines_that_are_adopted_at_once_are_all_in_the_file()
    {
        _program.Folder.File("lab.yaml", "network: { subnet: 10.20.13.0/24 }\n");
        var runs = await Task.WhenAll(Enumerable.Range(2, 4).Select(number => _program.LabAsync("adopt", $"52:54:00:aa:bb:0{number}", $"n{number}")));
        Assert.All(runs, run => Assert.True(run.ExitCode == 0, run.Transcript));
        Assert.Equal(["n2", "n3", "n4", "n5"], LabFile.Load(Path.Combine(_program.Folder.Path, "lab.yaml")).Nodes.Select(node => node.Name).Order());
    }

    [Fact]
    public async Task A_file_that_is_there_stays_unless_force_is_given()
    {
        var file = _program.Folder.File("lab.yaml", "name: mine\n");
        var refused = await _program.LabAsync("init");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("lab.yaml is there already and stays as it is. Name another file, or replace it with --force.", refused.Errors);
        Assert.Equal("name: mine\n", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));

        Assert.Equal(0, (await _program.LabAsync("init", "--force", "--yes")).ExitCode);
        Assert.Contains("name: lab\n", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task An_inventory_is_taken_over_and_what_is_left_out_is_said()
    {
        _program.Folder.File(
            "nodes.yaml",
            "nodes:\n- { name: k8s-0, address: 192.168.42.10, controller: true, disk: /dev/sda, mac_addr: \"52:54:00:aa:00:01\" }\n- { name: k8s-1, address: 192.168.42.11 }\n"
        );
        var run = await _program.LabAsync("init", "--from", "nodes.yaml");
        Assert.True(run.ExitCode == 0, run.Transcript);
        Assert.Contains("of nodes: disk: lab.yaml has no such key", run.Transcript);
        Assert.Contains(
            "  - { name: k8s-0, mac: \"52:54:00:aa:00:01\", address: 192.168.42.10, role: controlplane }\n",
            await File.ReadAllTextAsync(Path.Combine(_program.Folder.Path, "lab.yaml"), TestContext.Current.CancellationToken)
        );
    }

    [Fact]
    public async Task On_a_terminal_it_asks_and_enter_takes_the_default()
    {
        var lab = $"{DotNet.Host} {Path.Combine(_program.Program, "lab.dll")} init --nodes 2";
        var answers = "asked.yaml\n\n192.168.7.0/24\ny\n";
        var run = await CliWrap
            .Cli.Wrap("script")
            .WithArguments(["-qec", lab, "/dev/null"])
            .WithWorkingDirectory(_program.Folder.Path)
            .WithEnvironmentVariables(new Dictionary<string, string?> { ["TERM"] = "xterm" })
            .WithStandardInputPipe(CliWrap.PipeSource.FromString(answers))
            .ExecuteAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, run.ExitCode);
        var text = await File.ReadAllTextAsync(Path.Combine(_program.Folder.Path, "asked.yaml"), TestContext.Current.CancellationToken);
        Assert.Contains("  subnet: 192.168.7.0/24 ", text);
        Assert.Contains("as: vpc ", text);
        Assert.Contains("name: cp2", text);
    }

    public ValueTask DisposeAsync() => _program.DisposeAsync();
}
