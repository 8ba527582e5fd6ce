using System.Text.Json.Nodes;
using Lab.Emulation.Images;
using Lab.Emulation.Linux;
using Lab.Emulation.Machines;
using Lab.Model.Definition;
using Lab.Runtime.Home;
using Lab.Tests.Emulation.Caches;
using Lab.Tests.Emulation.Images;

namespace Lab.Tests.Programs;

/// <summary>Virtual machines really boot here.</summary>
[BootsMachines]
public sealed class BootTests : IAsyncDisposable
{
    private readonly LabProgram _program = new();

    [Fact]
    public async Task Three_nodes_boot_over_the_network_at_once_and_every_stage_is_seen_at_its_source()
    {
        var run = await _program.RunAsync("up", "--once", "--json", "--nodes", "3");
        Assert.True(run.ExitCode == 0, run.Transcript);

        var summary = run.Events[^1];
        Assert.Equal("summary", (string?)summary["event"]);
        Assert.Equal((3, 0), ((int)summary["ready"]!, (int)summary["failed"]!));
        Assert.Equal(["cp1", "cp2", "cp3"], summary["nodes"]!.AsArray().Select(node => (string)node!["name"]!));
        foreach (var node in summary["nodes"]!.AsArray())
        {
            var milestones = run.Of("milestone").Where(milestone => (string?)milestone["node"] == (string?)node!["name"]).ToList();
            Assert.Equal(BootStages.All.Select(BootStages.Id), milestones.Select(milestone => (string)milestone["stage"]!));
            Assert.Equal(
                [
                    "console",
                    "dnsmasq",
                    "dnsmasq",
                    "console",
                    "boot-server",
                    "boot-server",
                    "boot-server",
                    "console",
                    "console",
                    "dnsmasq",
                    "boot-server",
                    "console",
                    "bastion",
                ],
                milestones.Select(milestone => (string)milestone["source"]!)
            );
            Assert.Equal(milestones.Select(Seconds).Order(), milestones.Select(Seconds));
            Assert.True((bool)node!["ready"]!);
            Assert.Equal(Seconds(milestones[^1]), (double)node["stages"]!["ready"]!);
        }

        await _program.NothingIsLeftAsync();
    }

    [Fact]
    public async Task Time_counts_from_the_moment_a_machine_is_switched_on_and_a_boot_that_went_on_is_told_so()
    {
        // No machine is ready a second after it was switched on, and no lab has switched one on a second after its start.
        var run = await _program.RunAsync("up", "--once", "--json", "--timeout", "1");
        Assert.True(run.ExitCode == 1, run.Transcript);
        var failure = Assert.Single(run.Of("failure"));
        Assert.True(Seconds(failure) >= 1, run.Transcript);
        Assert.StartsWith("It was still going on when its 1 s ran out", (string?)failure["cause"]);
        Assert.EndsWith($"stage {failure["stage"]}.", (string?)failure["cause"]);
        Assert.Equal("Give it more time: --timeout 180", (string?)failure["remedy"]);
        await _program.NothingIsLeftAsync();
    }

    [Theory]
    [InlineData("dnsmasq-stopped", "dhcp", "dnsmasq is Exited")]
    [InlineData("boot-server-stopped", "script", "boot-server is Exited")]
    [InlineData("boot-program-missing", "tftp", "did not get ipxe-arm64.efi")]
    [InlineData("kernel-missing", "kernel", "The kernel that the node's profile names is not among the boot server's assets")]
    [InlineData("initrd-missing", "initrd", "The initramfs that the node's profile names is not among the boot server's assets")]
    [InlineData("wrong-mac", "script", "no group for MAC 52:54:00:13:01:01. Defined: cp1 52:54:00:13:00:01")]
    [InlineData("empty-config", "config", "configuration that the boot server sent is empty")]
    public async Task A_mistake_is_named_with_its_stage_and_its_likely_cause(string fault, string stage, string cause)
    {
        var run = await _program.RunAsync("up", "--once", "--json", "--fault", fault);
        Assert.True(run.ExitCode == 1, run.Transcript);
        var failure = Assert.Single(run.Of("failure"));
        Assert.Equal(stage, (string?)failure["stage"]);
        Assert.Contains(cause, (string?)failure["cause"]);
        Assert.NotEmpty(failure["evidence"]!.AsArray());
        Assert.Equal((0, 1), ((int)run.Events[^1]["ready"]!, (int)run.Events[^1]["failed"]!));
        await _program.NothingIsLeftAsync();
    }

    [Fact]
    public void Every_fault_has_a_test() =>
        Assert.Equal(
            Fault.All.Where(fault => !fault.NeedsRouter).Select(fault => fault.Name).Order(),
            InlineRows.FirstsOf(typeof(BootTests), nameof(A_mistake_is_named_with_its_stage_and_its_likely_cause))
        );

    [Fact]
    public async Task A_kernel_and_initramfs_of_the_users_boot_and_count_as_ready_when_the_talos_port_speaks_TLS()
    {
        var image = Path.Combine(_program.Folder.Path, "image");
        await TalosLike.WriteAsync(image);
        var run = await _program.RunAsync("up", "--once", "--json", "--image", image);
        Assert.True(run.ExitCode == 0, run.Transcript);
        var stages = run.Of("milestone").Select(milestone => (string)milestone["stage"]!).ToList();
        Assert.Contains("ready", stages);
        Assert.DoesNotContain("config", stages);
    }

    [Fact]
    public async Task A_Talos_is_not_ready_when_something_else_answers_at_its_port()
    {
        var tools = await new HostInstaller(LabFolders.OfUser, _ => { }).ProvideAsync(install: true, tryAgain: false, TestContext.Current.CancellationToken);
        var image = Directory.CreateDirectory(Path.Combine(_program.Folder.Path, "image")).FullName;
        File.Copy(tools.Of(Architecture.Arm64).Kernel, Path.Combine(image, "kernel-arm64"));
        File.Copy(StandInImage.Get(tools, LabFolders.OfUser).InitrdPath, Path.Combine(image, "initramfs-metal-arm64.xz"));

        var run = await _program.RunOutOfTimeAsync("up", "--image", image);
        Assert.True(run.ExitCode == 1, run.Transcript);
        var failure = Assert.Single(run.Of("failure"));
        Assert.Equal("ready", (string?)failure["stage"]);
        Assert.Contains("gives a wrong answer (TLS on tcp 50000", (string?)failure["cause"]);
    }

    [Fact]
    public async Task A_unified_kernel_image_boots_with_its_own_arguments()
    {
        var (kernel, initramfs) = await TalosLike.GetAsync();
        var image = Directory.CreateDirectory(Path.Combine(_program.Folder.Path, "installer")).FullName;
        await File.WriteAllBytesAsync(
            Path.Combine(image, "vmlinuz.efi"),
            EfiPrograms.Build(
                EfiPrograms.Arm64,
                (".linux", await File.ReadAllBytesAsync(kernel, TestContext.Current.CancellationToken)),
                (".initrd", initramfs),
                (".cmdline", "console=ttyAMA0 talos.platform=metal lab.test=unified"u8.ToArray())
            ),
            TestContext.Current.CancellationToken
        );

        var run = await _program.RunAsync("up", "--once", "--json", "--image", image);
        Assert.True(run.ExitCode == 0, run.Transcript);
        Assert.Contains("ready", run.Of("milestone").Select(milestone => (string)milestone["stage"]!));
        Assert.Contains(
            "talos.platform=metal lab.test=unified",
            await File.ReadAllTextAsync(_program.Folders.Lab("lab").Log("cp1.console"), TestContext.Current.CancellationToken)
        );
    }

    [Fact]
    public async Task A_Talos_from_a_container_image_boots_after_its_layers_were_fetched()
    {
        var (kernel, initramfs) = await TalosLike.GetAsync();
        await using var registry = new FaultyRegistry { WantsTokens = true };
        var layer = BootFiles.Layer(
            "gzip",
            ("talos/arm64/kernel-arm64", await File.ReadAllBytesAsync(kernel, TestContext.Current.CancellationToken)),
            ("talos/arm64/initramfs-metal-arm64.xz", initramfs)
        );
        registry.AddManifest($$"""{"schemaVersion":2,"layers":[{"digest":"{{registry.AddBlob(layer)}}","size":{{layer.Length}}}]}""", "demo");
        await registry.StartAsync();

        // What is fetched goes into a cache of the test's own; the host's packages are taken from the user's.
        var cache = Path.Combine(_program.Folder.Path, "cache");
        Directory.CreateDirectory(Path.Combine(cache, "lab"));
        Directory.CreateSymbolicLink(Path.Combine(cache, "lab", "packages"), Path.Combine(LabFolders.OfUser.Cache, "packages"));
        await File.WriteAllTextAsync(Path.Combine(cache, "lab", "moto.failed"), "", TestContext.Current.CancellationToken);
        _program.Environment["XDG_CACHE_HOME"] = cache;

        var run = await _program.RunAsync("up", "--once", "--json", "--image", $"{registry.Url.Authority}/{FaultyRegistry.Repository}:demo");
        Assert.True(run.ExitCode == 0, run.Transcript);
        Assert.Contains(run.Of("message"), message => ((string?)message["text"])!.StartsWith("Fetching layer ", StringComparison.Ordinal));
        Assert.Contains("ready", run.Of("milestone").Select(milestone => (string)milestone["stage"]!));
    }

    [Fact]
    public async Task A_machine_configuration_of_the_users_is_what_the_node_fetches()
    {
        // The stand-in pulls through the mirrors that its configuration names: here one that does not exist.
        var configs = Path.Combine(_program.Folder.Path, "configs");
        _program.Folder.File(
            "configs/cp1.yaml",
            "machine:\n  env: {a: '{{.b}}'}\n  registries:\n    mirrors:\n      mine.example:\n        endpoints:\n          - http://10.20.13.140:9\n"
        );
        var run = await _program.RunAsync("up", "--once", "--json", "--machine-configs", configs);
        Assert.Equal(1, run.ExitCode);
        var failure = run.Of("failure").Single();
        Assert.Equal("images", (string?)failure["stage"]);
        Assert.Contains("cache of mine.example at http://10.20.13.140:9", failure.ToJsonString());
    }

    [Fact]
    public async Task An_image_folder_without_a_kernel_is_refused_before_anything_starts()
    {
        var run = await _program.RunAsync("up", "--once", "--image", _program.Folder.Path);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("holds no kernel; looked for kernel-arm64, vmlinuz-arm64, vmlinuz", run.Errors);
        await _program.NothingIsLeftAsync();
    }

    public ValueTask DisposeAsync() => _program.DisposeAsync();

    private static double Seconds(JsonObject milestone) => (double)milestone["seconds"]!;
}
