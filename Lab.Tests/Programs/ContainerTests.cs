using System.Text.Json.Nodes;
using CliWrap;
using Lab.Emulation.Linux;
using Lab.Emulation.Machines;

namespace Lab.Tests.Programs;

/// <summary>Services of the lab as containers of a real Docker engine.</summary>
[Collection(VirtualMachines.Name)]
public sealed class ContainerTests : IClassFixture<DockerEngine>, IAsyncDisposable
{
    private static readonly string[] Services =
    [
        "boot-server",
        "dns",
        "dnsmasq",
        "network",
        "registry-docker.io",
        "registry-gcr.io",
        "registry-ghcr.io",
        "registry-quay.io",
        "registry-registry.k8s.io",
    ];

    private readonly DockerEngine _engine;
    private readonly LabProgram _program = new();

    public ContainerTests(DockerEngine engine)
    {
        _engine = engine;
        Assert.SkipWhen(engine.Missing is not null, engine.Missing ?? "");
        _program.Environment["DOCKER_HOST"] = engine.Host;
    }

    [Theory]
    [InlineData("auto", null)]
    [InlineData("container", "fd00:10:20:13::/64")]
    public async Task A_node_boots_from_containers_which_have_the_homes_IPv6_and_every_stage_is_seen(string services, string? ipv6)
    {
        Define(services, further: ipv6 is null ? "" : $"network: {{ ipv6: '{ipv6}' }}\n");
        var run = _program.Start("up", "--json", "--port", "0");
        await run.WaitForAsync(happened => (string?)happened["stage"] == "lease");
        Assert.Equal(Services, (await _engine.ContainersAsync()).Select(name => name[(name.IndexOf('.', "lab.lab.".Length) + 1)..]).Order());
        await run.WaitForAsync(happened => (string?)happened["event"] == "summary");
        Assert.Equal(BootStages.All.Select(BootStages.Id), run.Of("milestone").Select(milestone => (string)milestone["stage"]!));
        Assert.Contains(
            run.Of("message"),
            message =>
                Text(message)
                == $"Services: dnsmasq, dns in containers of {DockerEngine.DnsmasqImage}; boot-server in containers of {DockerEngine.MatchboxImage}; caches in containers of {DockerEngine.RegistryImage}."
        );
        foreach (var (url, answer) in ipv6 is null ? [] : new[] { ("http://bastion:8080/boot.ipxe", "#!ipxe"), ("http://bastion:5050/v2/", "{}") })
        {
            var asked = await _program.RunAsync("exec", "--", "curl", "-6", "-s", "--max-time", "60", url);
            Assert.StartsWith(answer, asked.Transcript, StringComparison.Ordinal);
        }

        var log = (await _program.RunAsync("logs", "dnsmasq")).Transcript;
        Assert.Equal(ipv6 is not null, log.Contains("RTR-ADVERT(eth0) fd00:10:20:13::", StringComparison.Ordinal));
        await run.SignalAsync("INT");
        await run.Ended;
        Assert.True(run.ExitCode == 0, run.Transcript);
        await NothingIsLeftAsync();
    }

    [Fact]
    public async Task Where_an_image_is_missing_that_service_is_a_process_and_the_output_says_so()
    {
        Define("auto", matchbox: "lab.test/none:1");
        var run = await _program.RunAsync("up", "--once", "--json");
        Assert.True(run.ExitCode == 0, run.Transcript);
        Assert.Contains(
            run.Of("message"),
            message => Text(message).Contains("boot-server as processes (the engine does not have lab.test/none:1)", StringComparison.Ordinal)
        );
        Assert.Contains(run.Of("milestone"), milestone => ((string?)milestone["stage"], (string?)milestone["source"]) == ("kernel", "boot-server"));
        await NothingIsLeftAsync();
    }

    [Fact]
    public async Task An_image_that_is_asked_for_and_cannot_be_pulled_is_named()
    {
        Define("container", matchbox: "127.0.0.1:9/none:1");
        var run = await _program.RunAsync("up", "--once");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("services: container needs the image 127.0.0.1:9/none:1, which cannot be pulled", run.Errors);
        await NothingIsLeftAsync();
    }

    [Theory]
    [InlineData("dnsmasq")]
    [InlineData("boot-server")]
    public async Task Killed_down_removes_its_containers(string service)
    {
        Define("container");
        var run = _program.Start("up", "--json");
        await run.WaitForAsync(happened => (string?)happened["name"] == service && (string?)happened["state"] == "Healthy");
        await run.KillWithGuardianAsync();
        Assert.NotEmpty(await _engine.ContainersAsync());

        // Without the variable: the journal knows which engine it was.
        _program.Environment.Remove("DOCKER_HOST");
        var down = await _program.RunAsync("down");
        Assert.True(down.ExitCode == 0, down.Transcript);
        await NothingIsLeftAsync();
    }

    [Fact]
    public async Task Interrupted_it_takes_its_containers_down()
    {
        Define("container");
        var run = _program.Start("up", "--json");
        await run.WaitForAsync(happened => (string?)happened["stage"] == "tftp");
        await run.SignalAsync("INT");
        await run.Ended;
        Assert.Equal(130, run.ExitCode);
        await NothingIsLeftAsync();
    }

    [Fact]
    public async Task A_container_that_ignores_being_asked_to_end_is_gone_when_its_command_has_ended()
    {
        var running = ContainerEngine.Of(_engine.Host)!.Run("lab.test.deaf", Options("test", "--entrypoint", "sleep", DockerEngine.DnsmasqImage, "1000"));
        var command = running.WithValidation(CommandResultValidation.None).ExecuteAsync(TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(async () => await _engine.StateAsync("lab.test.deaf") == "running", "the container runs");
        ProcessIdentity.Of(command.ProcessId)!.Terminate();
        await command;
        Assert.Empty(await _engine.ContainersAsync());
    }

    [Fact]
    public async Task Containers_that_the_engine_is_removing_itself_are_waited_for()
    {
        await _engine.ImportLargeAsync();
        var engine = ContainerEngine.Of(_engine.Host)!;
        var id = await engine.TellAsync(["run", "--detach", .. Options("test", DockerEngine.LargeImage)], CancellationToken.None);
        await engine.TellAsync(["kill", id], CancellationToken.None);
        await Eventually.TrueAsync(async () => await _engine.StateAsync(id) is "removing" or "", "the engine removes it, or has");
        await engine.RemoveAllAsync("test", CancellationToken.None);
        Assert.Empty(await _engine.ContainersAsync());
    }

    public ValueTask DisposeAsync() => _program.DisposeAsync();

    private static string[] Options(string lab, params string[] further) =>
        ["--rm", "--pull", "never", "--network", "none", "--label", $"{ContainerEngine.Label}={lab}", .. further];

    private static string Text(JsonObject message) => (string?)message["text"] ?? "";

    private void Define(string services, string matchbox = DockerEngine.MatchboxImage, string further = "") =>
        _program.Folder.File(
            "lab.yaml",
            $"services: {services}\nimages: {{ matchbox: \"{matchbox}\", dnsmasq: \"{DockerEngine.DnsmasqImage}\", registry: \"{DockerEngine.RegistryImage}\" }}\n{further}"
        );

    private async Task NothingIsLeftAsync()
    {
        await _program.NothingIsLeftAsync();
        Assert.Empty(await _engine.ContainersAsync());
    }
}
