using System.Globalization;
using System.Text.Json.Nodes;
using Lab.Emulation.Linux;
using Lab.Emulation.Network;
using Lab.Model.Definition;
using Lab.Model.Resources;

namespace Lab.Tests.Programs;

/// <summary>A lab's life: interruption at any moment, coming back, and the other verbs.</summary>
[Collection(VirtualMachines.Name)]
public sealed class LifeTests : IAsyncDisposable
{
    private readonly LabProgram _program = new();

    public static TheoryData<int> Moments { get; } = [.. Enumerable.Range(0, 10)];

    [Theory]
    [MemberData(nameof(Moments))]
    public async Task Killed_at_any_moment_down_leaves_nothing(int moment)
    {
        // Ten moments spread over the whole life, each moved by a fixed chance within its tenth.
        var random = new Random(20 + moment);
        var events = 2 + moment * 4 + random.Next(4);
        var run = _program.Start("up", "--json");
        await run.WaitForAsync(_ =>
            run.Events.Count(happened => happened["text"]?.ToString().StartsWith("On AWS", StringComparison.Ordinal) != true) >= events
        );
        await run.KillWithGuardianAsync();

        var down = await _program.RunAsync("down");
        Assert.True(down.ExitCode == 0, down.Transcript);
        await _program.NothingIsLeftAsync();
    }

    [Theory]
    [InlineData("lan", "dnsmasq")]
    [InlineData("lan", "tftp")]
    [InlineData("lan", "ready")]
    [InlineData("vpc", "user-data")]
    public async Task Killed_it_is_taken_down_without_a_command(string network, string moment)
    {
        var run = _program.Start("up", LabProgram.In(network), "--json", "--port", "0");
        await run.WaitForAsync(happened => (string?)happened["stage"] == moment || (string?)happened["name"] == moment);
        await run.SignalAsync("KILL");
        await run.Ended;
        await _program.NothingIsLeftSoonAsync();
    }

    [Fact]
    public async Task Killed_and_started_again_at_once_it_boots()
    {
        var killed = _program.Start("up", "--json");
        await killed.WaitForAsync(happened => (string?)happened["stage"] == "tftp");
        await killed.SignalAsync("KILL");
        await killed.Ended;

        var run = await _program.RunAsync("up", "--once", "--json");
        Assert.True(run.ExitCode == 0, run.Transcript);
        await _program.NothingIsLeftAsync();
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    [InlineData("HUP")]
    public async Task Interrupted_while_booting_it_takes_everything_down(string signal)
    {
        Assert.SkipWhen(signal == "HUP" && IgnoresHangUp(), "nohup runs these tests: programs that they start are meant to survive a hang-up.");
        var run = _program.Start("up", "--once", "--json");
        await run.WaitForAsync(happened => (string?)happened["stage"] == "tftp");
        await run.SignalAsync(signal);
        await run.Ended;
        Assert.Equal(130, run.ExitCode);
        await _program.NothingIsLeftAsync();
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task Interrupted_right_after_its_first_word_it_says_so_and_leaves_nothing(string signal)
    {
        var run = _program.Start("up", "--once", "--json");
        await run.WaitForAsync(_ => true);
        await run.SignalAsync(signal);
        await run.Ended;
        Assert.True(run.ExitCode == 130, run.Transcript);
        Assert.Equal("Interrupted; nothing of the lab is left running.", (string?)run.Events[^1]["text"]);
        await _program.NothingIsLeftAsync();
    }

    [Fact]
    public async Task After_a_crash_the_next_start_removes_what_was_left_and_boots()
    {
        var crashed = _program.Start("up", "--json");
        await crashed.WaitForAsync(happened => (string?)happened["stage"] == "dhcp");
        await crashed.KillWithGuardianAsync();
        Assert.NotEmpty(ProcessMark.Find(_program.Folders.Lab("lab")));
        var disk = new FileInfo(_program.Folders.Lab("lab").Disk("cp1"));
        Assert.Equal(8L << 30, disk.Length);

        var run = await _program.RunAsync("up", "--once", "--json");
        Assert.True(run.ExitCode == 0, run.Transcript);
        Assert.Contains(run.Of("message"), message => ((string?)message["text"])!.StartsWith("Removed what an earlier run had left", StringComparison.Ordinal));
        disk.Refresh();
        Assert.False(disk.Exists, "the disk is left");
    }

    [Fact]
    public async Task A_running_lab_is_reached_from_the_host_listed_and_ended()
    {
        using var usual = LoopbackListener.Open(LabResources.AwsPort);
        var run = _program.Start("up", "--json", "--name", "garage");
        await run.WaitForAsync(happened => (string?)happened["event"] == "summary");

        using var client = new HttpClient();
        Assert.StartsWith("#!ipxe\n", await client.GetStringAsync($"{Url(run, "boot-server")}/boot.ipxe", TestContext.Current.CancellationToken));
        foreach (var registry in new[] { "docker.io", "gcr.io", "ghcr.io", "quay.io", "registry.k8s.io" })
        {
            using var answer = await client.GetAsync($"{Url(run, $"registry-{registry}")}/v2/", TestContext.Current.CancellationToken);
            Assert.Equal(200, (int)answer.StatusCode);
        }

        var aws = new Uri(Url(run, "aws"));
        Assert.NotEqual(LabResources.AwsPort, aws.Port);
        Assert.Contains(
            "moto",
            await client.GetStringAsync(new Uri(aws, "/moto-api/"), TestContext.Current.CancellationToken),
            StringComparison.OrdinalIgnoreCase
        );
        Assert.All(run.Of("service").Where(service => (string?)service["name"] == "aws"), service => Assert.Null(service["address"]));
        Assert.Contains(
            (await _program.RunAsync("ps")).Transcript.Split('\n'),
            line => line.TrimStart().StartsWith("aws ", StringComparison.Ordinal) && line.EndsWith($" http://{aws.Authority}", StringComparison.Ordinal)
        );

        var second = await _program.RunAsync("up", "--once", "--name", "garage");
        Assert.Equal(1, second.ExitCode);
        Assert.Contains("Lab garage is already running", second.Errors);

        var listed = Assert.Single((await _program.RunAsync("ps", "--json")).Events);
        Assert.Equal(("garage", "running", "ready"), ((string?)listed["name"], (string?)listed["state"], (string?)listed["status"]!["nodes"]!["cp1"]));

        var down = await _program.RunAsync("down", "--name", "garage");
        Assert.Equal(0, down.ExitCode);
        await run.Ended;
        Assert.Equal(0, run.ExitCode);
        await _program.NothingIsLeftAsync("garage");
    }

    [Fact]
    public async Task A_service_that_dies_is_started_again_and_a_node_that_goes_off_after_it_was_ready_is_told()
    {
        var run = _program.Start("up", "--json");
        await run.WaitForAsync(happened => IsState(happened, "registry-quay.io", "Healthy"));
        var registry = ProcessMark
            .Find(_program.Folders.Lab("lab"))
            .Single(process => File.ReadAllText($"/proc/{process.Pid}/cmdline").Contains("registry-quay.io.yaml", StringComparison.Ordinal));
        registry.Kill();

        var died = await run.WaitForAsync(happened => IsState(happened, "registry-quay.io", "Exited"));
        Assert.Equal("exit code 137", (string?)died["detail"]);
        await run.WaitForAsync(happened => IsState(happened, "registry-quay.io", "Healthy") && Seconds(happened) > Seconds(died));

        await run.WaitForAsync(happened => (string?)happened["event"] == "summary");
        ProcessMark
            .Find(_program.Folders.Lab("lab"))
            .Single(process => File.ReadAllText($"/proc/{process.Pid}/cmdline").Contains("qemu-system", StringComparison.Ordinal))
            .Kill();

        var off = await run.WaitForAsync(happened => (string?)happened["event"] == "off");
        Assert.Equal(("cp1", 137), ((string?)off["node"], (int)off["exitCode"]!));
        var down = await _program.RunAsync("down");
        Assert.Equal(0, down.ExitCode);
        await run.Ended;
    }

    [Fact]
    public async Task Labs_with_the_same_addresses_and_of_the_same_name_in_another_state_folder_do_not_touch_each_other()
    {
        await using var other = new LabProgram();
        var runs = await Task.WhenAll(
            _program.RunAsync("up", "--once", "--json", "--name", "north"),
            _program.RunAsync("up", "--once", "--json", "--name", "south"),
            other.RunAsync("up", "--once", "--json", "--name", "north")
        );
        Assert.All(runs, run => Assert.True(run.ExitCode == 0, run.Transcript));
        await _program.NothingIsLeftAsync("north");
        await _program.NothingIsLeftAsync("south");
        await other.NothingIsLeftAsync("north");
    }

    [Theory]
    [InlineData("../lab", "cannot be a lab's name")]
    [InlineData("/", "cannot be a lab's name")]
    [InlineData("", "--name takes a value, found an empty one.")]
    public async Task Down_takes_a_name_and_no_path(string name, string message)
    {
        var down = await _program.RunAsync("down", "--name", name);
        Assert.Equal(1, down.ExitCode);
        Assert.Contains(message, down.Errors);
    }

    [Fact]
    public async Task A_lab_file_with_a_mistake_is_refused_before_anything_starts()
    {
        _program.Folder.File("lab.yaml", "name: lab\nnodes:\n- { name: cp1, mac: '52:54:00:13:00:01', address: 10.20.14.11 }\n");
        var run = await _program.RunAsync("up", "--once");
        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith("lab.yaml:3:51: 10.20.14.11 is not an address of the private subnet 10.20.13.0/24", run.Errors);
        await _program.NothingIsLeftAsync();
    }

    [Theory]
    [InlineData("--nodes", "0", "--nodes takes a number from 1")]
    [InlineData("--nodes", "many", "--nodes takes a number from 1, found 'many'.\nSee: dotnet run --project Lab.Cli -- up --help")]
    [InlineData("--port", "x", "--port takes 0 (any) to 65535, found 'x'.")]
    [InlineData("--port", "70000", "--port takes 0 (any) to 65535, found '70000'.")]
    [InlineData("--vpc", "--home", "--vpc and --home contradict each other")]
    [InlineData("--speed", "9", "up has no option --speed.")]
    [InlineData("--node", "3", "up has no option --node. Did you mean --nodes?")]
    [InlineData("power-of", "cp1", "There is no verb 'power-of'. Did you mean power-off? There are: adopt, check, cluster, compare, completion, console, ")]
    [InlineData("help", "dow", "There is no verb 'dow'. Did you mean down?")]
    [InlineData("ps", "--output=json", "--output takes wide, found 'json'.")]
    [InlineData("ps", "all", "ps takes no 'all'.\nSee: dotnet run --project Lab.Cli -- ps --help")]
    [InlineData("--name", "No", "--name: 'No' cannot be a lab's name")]
    [InlineData("--timeout", "0", "--timeout takes 1 to 86400 seconds, found '0'.")]
    [InlineData("--fault", "fire", "--fault: there is no fault 'fire'")]
    [InlineData("--file", "nothing.yaml", "Cannot read the lab file nothing.yaml")]
    [InlineData("--file", "", "--file takes a value, found an empty one.\nSee: dotnet run --project Lab.Cli -- up --help")]
    [InlineData("render", "", "DIR takes a value, found an empty one.")]
    [InlineData("--image", "nowhere", "--image: there is no folder nowhere")]
    public async Task A_wrong_option_is_named(string option, string value, string message)
    {
        var run = await _program.RunAsync(option.StartsWith('-') ? ["up", option, value] : [option, value]);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(message, run.Transcript);
    }

    [Fact]
    public async Task A_wrong_option_is_an_event_for_programs()
    {
        var run = await _program.RunAsync("up", "--json", "--nodes", "many");
        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith("--nodes takes a number from 1, found 'many'.", (string?)Assert.Single(run.Of("error"))["text"]);
    }

    [Fact]
    public async Task Without_permission_to_install_the_commands_are_printed()
    {
        _program.Environment["XDG_CACHE_HOME"] = Path.Combine(_program.Folder.Path, "cache");
        var run = await _program.RunAsync("up", "--once", "--no-install");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("This machine lacks", run.Errors);
        Assert.Contains("dotnet run --project Lab.Cli -- doctor --install", run.Errors);
        Assert.False(Directory.Exists(Path.Combine(_program.Folder.Path, "cache", "lab", "packages")));
    }

    [Theory]
    [InlineData("ps")]
    [InlineData("runs")]
    [InlineData("down", "--all")]
    public async Task A_file_where_the_labs_are_kept_is_no_answer(params string[] arguments)
    {
        _program.Folder.File("state", "");
        var run = await _program.LabAsync(arguments);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("state is a file, so nothing can be in", run.Errors);
    }

    [Fact]
    public async Task The_doctor_tells_versions_and_places()
    {
        await new HostInstaller(LabFolders.OfUser, _ => { }).ProvideAsync(install: true, tryAgain: false, TestContext.Current.CancellationToken);
        var run = await _program.RunAsync("doctor", "--format", "json");
        Assert.True(run.ExitCode == 0, run.Transcript);
        Assert.Equal(1, (await _program.RunAsync("doctor", "--file", "nothing.yaml")).ExitCode);
        var all = JsonNode.Parse(run.Transcript)!.AsArray();
        var machines = Assert.Single(all, line => line!["machines"] is not null)!;
        Assert.Equal("arm64", (string?)machines["machines"]);
        Assert.Equal(Acceleration.Of(HostFacts.Read(), Architecture.Arm64).Id, (string?)machines["accelerator"]);
        Assert.NotEmpty((string)machines["why"]!);
        var report = all.Where(line => line!["name"] is not null).ToList();
        Assert.Equal(
            [
                "qemu",
                "firmware",
                "dnsmasq",
                "iproute2",
                "util-linux",
                "nftables",
                "docker-registry",
                "ipxe",
                "kernel",
                "busybox",
                "bash",
                "mtools",
                "systemd-boot",
                "aws-emulator",
            ],
            report.Select(line => (string)line!["name"]!)
        );
        Assert.All(
            report.Where(line => !(bool)line!["optional"]!),
            line => Assert.True(File.Exists((string?)line!["found"]) && ((string?)line["version"])!.Length > 0)
        );
    }

    public ValueTask DisposeAsync() => _program.DisposeAsync();

    private static bool IsState(JsonObject happened, string service, string state) =>
        (string?)happened["name"] == service && (string?)happened["state"] == state;

    private static double Seconds(JsonObject happened) => Convert.ToDouble((double)happened["seconds"]!, CultureInfo.InvariantCulture);

    private static string Url(ProgramRun run, string service) => (string)run.Events.Last(happened => IsState(happened, service, "Healthy"))["url"]!;

    /// <summary>SIGHUP is the lowest bit of the mask of ignored signals.</summary>
    private static bool IgnoresHangUp() =>
        (Convert.ToUInt64(File.ReadLines("/proc/self/status").Single(line => line.StartsWith("SigIgn:", StringComparison.Ordinal))[7..].Trim(), 16) & 1) != 0;
}
