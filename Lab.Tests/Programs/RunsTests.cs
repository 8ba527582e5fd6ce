using System.Text.Json.Nodes;

namespace Lab.Tests.Programs;

/// <summary><c>lab runs</c> and <c>lab compare</c>, of runs that really were.</summary>
[BootsMachines]
public sealed class RunsTests : IAsyncLifetime
{
    private readonly LabProgram _program = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Runs_are_kept_shown_and_compared_one_that_failed_too()
    {
        Assert.Contains("Lab lab has not run yet.", (await _program.RunAsync("runs")).Transcript);
        Assert.Equal(0, (await _program.RunAsync("up", "--once", "--nodes", "1")).ExitCode);
        _program.Folder.File("lab.yaml", "boot: { arguments: [net.ifnames=0] }");
        Assert.Equal(1, (await _program.RunAsync("up", "--once", "--nodes", "1", "--fault", "kernel-missing")).ExitCode);

        var runs = (await _program.RunAsync("runs", "--json")).Events;
        Assert.Equal([2, 1], runs.Select(run => (int)run["number"]!));
        Assert.All(runs, run => Assert.Equal(("home", "stand-in"), ((string?)run["place"], (string?)run["image"])));
        Assert.All(runs, run => Assert.True((DateTimeOffset)run["ended"]! > (DateTimeOffset)run["started"]!));
        var list = (await _program.RunAsync("runs")).Transcript;
        Assert.Contains("1 of 1 nodes ready", list);
        Assert.Contains("0 of 1 nodes ready", list);

        var first = await _program.RunAsync("runs", "show", "1");
        Assert.Matches(@"Run 1 of .*, home, stand-in: 1 of 1 nodes ready", first.Transcript);
        Assert.Matches(@"  dhcp +\d+\.\d\d s  \+\d+\.\d\d +dnsmasq +DHCPACK\(", first.Transcript);
        Assert.Equal((await _program.RunAsync("runs", "show", "2")).Transcript, (await _program.RunAsync("runs", "show", "home")).Transcript);
        Assert.Contains("RUN takes the number of a run, or home, vpc or lan", (await _program.RunAsync("runs", "show", "x")).Errors);
        var second = await _program.RunAsync("runs", "show", "2");
        Assert.Contains("cp1 stopped at stage kernel after", second.Transcript);
        Assert.Contains("-> 404", second.Transcript);

        Assert.Contains("cp1", (await _program.RunAsync("runs", "logs", "1")).Transcript.Split('\n'));
        Assert.Matches(@"(?m)^2\d{3}-\S+Z .*lab-node: stage=userspace", (await _program.RunAsync("runs", "logs", "1", "cp1")).Transcript);
        Assert.StartsWith("Run 1 has no log 'cp2'. Did you mean cp1? It has: ", (await _program.RunAsync("runs", "logs", "1", "cp2")).Errors);
        var kept = (await _program.RunAsync("runs", "show", "2", "--json")).Events[0]["boots"]![0]!["failedExchange"]!;
        Assert.Matches(@"^GET /assets/\S*vmlinuz HTTP/1.1\n", (string?)kept["request"]);
        Assert.StartsWith("404 Not Found (no such asset)", (string?)kept["answer"]);

        var compared = await _program.RunAsync("compare", "1", "2");
        Assert.Equal(0, compared.ExitCode);
        Assert.Matches(@"cp1: ready after \d+\.\d\d s -> stopped at kernel", compared.Transcript);
        Assert.Matches(@"  dhcp +\d+\.\d\d s +\d+\.\d\d s +[+-]?\d+\.\d\d s", compared.Transcript);
        Assert.Matches(@"(?s)Rendered files that differ:\n  matchbox/profiles/stand-in.json\n    .*    \+ +""net.ifnames=0""", compared.Transcript);
        Assert.DoesNotContain("dnsmasq.conf", compared.Transcript, StringComparison.Ordinal);
        var shape = JsonNode.Parse((await _program.RunAsync("compare", "1", "home", "--json")).Transcript)!;
        Assert.Equal("matchbox/profiles/stand-in.json", (string?)shape["files"]!.AsArray().Single()!["path"]);
        Assert.Contains("has kept no run of the place lan. It has kept: 2, 1.", (await _program.RunAsync("compare", "home", "lan")).Errors);
        Assert.Contains("RUN takes the number of a run, or home, vpc or lan", (await _program.RunAsync("compare", "cloud", "1")).Errors);
        var three = await _program.RunAsync("compare", "2", "1", "home");
        Assert.Matches(@"cp1: stopped at kernel -> ready after \d+\.\d\d s -> stopped at kernel", three.Transcript);
        Assert.Matches(@"  stage +run 2 +run 1 +difference +run 2 +difference\n", three.Transcript);
        Assert.Matches(
            @"(?s)Rendered files of run 1 that differ from run 2:\n  matchbox/profiles/stand-in.json\n    .*    - +""net.ifnames=0""",
            three.Transcript
        );
        Assert.EndsWith("Rendered files of run 2 that differ from run 2: none", three.Transcript.TrimEnd());
        var pairs = JsonNode.Parse((await _program.RunAsync("compare", "2", "1", "home", "--json")).Transcript)!.AsArray();
        Assert.Equal([(2, 1), (2, 2)], pairs.Select(pair => ((int)pair!["before"]!, (int)pair["after"]!)));
        Assert.Contains("THIRD takes the number of a run", (await _program.RunAsync("compare", "1", "2", "cloud")).Errors);
        var node = shape["nodes"]![0]!;
        Assert.Equal("stopped at kernel", (string?)node["after"]);
        Assert.Null((double?)node["longer"]);
    }

    [Fact]
    public async Task A_run_that_is_not_kept_is_said_with_those_that_are()
    {
        _program.Folder.File(
            "state/lab/lab/runs/3.json",
            """{ "number": 3, "lab": "lab", "place": "vpc", "image": "stand-in", "started": "2026-11-28T12:00:00Z" }"""
        );

        var run = await _program.RunAsync("compare", "3", "4");

        Assert.Equal((1, "Lab lab has kept no run 4. It has kept: 3."), (run.ExitCode, run.Errors));
        Assert.EndsWith(" runs show --help", (await _program.RunAsync("runs", "show")).Errors);
    }

    public ValueTask DisposeAsync() => _program.DisposeAsync();
}
