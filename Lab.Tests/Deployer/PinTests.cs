using System.Text.Json.Nodes;
using Lab.Tests.Emulation.Caches;

namespace Lab.Tests.Deployer;

/// <summary><c>lab-deploy pin</c>, against Distribution's own registry, and one that fails.</summary>
public sealed class PinTests
{
    private const string LockFile = "lab.lock.yaml";
    private const string Manifest = """{"schemaVersion":2,"layers":[]}""";

    private static readonly Uri NoAws = new("http://127.0.0.1:1");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_put_on_machines_pulls_by_digest()
    {
        await using var registry = await PinnedRegistry.StartAsync();
        using var program = new LabDeploy(registry.Yaml);
        var digest = await registry.PushAsync("lab/talos", "talos");
        Assert.Contains("image-not-pinned", await RunAsync(program, 0, "check"));

        var pinned = JsonNode.Parse(await RunAsync(program, 0, "pin", "--json"))!.AsArray();

        Assert.Equal(6, pinned.Count);
        Assert.All(pinned, pin => Assert.Equal("new", (string?)pin!["state"]));
        Assert.Equal(digest, (string?)pinned.Single(pin => (string?)pin!["name"] == registry.Name("lab/talos"))!["digest"]);
        await RunAsync(program, 0, "render", "out");
        var files = Directory.GetFiles(Path.Combine(program.Folder, "out"), "*", SearchOption.AllDirectories).Select(File.ReadAllText).ToList();
        Assert.All(pinned, pin => Assert.Contains(files, file => file.Contains($"{pin!["name"]}@{pin["digest"]}", StringComparison.Ordinal)));
        Assert.DoesNotContain("image-not-pinned", await RunAsync(program, 0, "check"));
        await RunAsync(program, 0, "pin", "--check");
    }

    [Fact]
    public async Task A_tag_that_moved_is_told_and_pinned_again_only_when_asked_to()
    {
        await using var registry = await PinnedRegistry.StartAsync();
        using var program = new LabDeploy(registry.Yaml);
        await RunAsync(program, 0, "pin");
        var before = Lock(program);
        var moved = await registry.PushAsync("lab/matchbox", "second");

        var check = await RunAsync(program, 1, "pin", "--check");
        Assert.Contains($"{registry.Name("lab/matchbox")}: the tag has moved from sha256:", check);
        Assert.Contains($"to {moved}", check);
        Assert.Equal(before, Lock(program));

        await RunAsync(program, 0, "pin");
        Assert.Contains(moved, Lock(program));
        await RunAsync(program, 0, "pin", "--check");
        Assert.Equal([LockFile], Directory.GetFiles(program.Folder, $"{LockFile}*").Select(Path.GetFileName));
    }

    [Fact]
    public async Task An_entry_that_nothing_uses_is_told_and_removed()
    {
        await using var registry = await PinnedRegistry.StartAsync();
        using var program = new LabDeploy(registry.Yaml);
        await RunAsync(program, 0, "pin");
        File.AppendAllText(
            Path.Combine(program.Folder, LockFile),
            $"  - {{name: 'quay.io/a/b:1', digest: 'sha256:{new string('0', 64)}', registry: 'https://quay.io', date: '2026-01-31'}}\n"
        );

        Assert.Contains("does not use: quay.io/a/b:1", await RunAsync(program, 0, "check"));
        Assert.Contains("quay.io/a/b:1: the lab does not use it", await RunAsync(program, 1, "pin", "--check"));
        await RunAsync(program, 0, "pin");
        Assert.DoesNotContain("quay.io", Lock(program));
    }

    [Fact]
    public async Task Without_the_registry_the_lock_file_stays_as_it_was()
    {
        var registry = await PinnedRegistry.StartAsync();
        using var lab = new LabDeploy(registry.Yaml);
        await RunAsync(lab, 0, "pin");
        var before = Lock(lab);
        await registry.DisposeAsync();

        var said = await RunAsync(lab, 1, "pin");
        Assert.Contains($"{registry.Name("lab/talos")}: ", said);
        Assert.Contains("cannot be asked", said);
        Assert.Contains("Nothing was written.", said);
        Assert.Equal(before, Lock(lab));
    }

    [Fact]
    public async Task A_digest_that_the_manifest_does_not_have_is_refused()
    {
        await using var registry = new FaultyRegistry { SaysDigest = $"sha256:{new string('0', 64)}" };
        await registry.StartAsync();
        registry.AddManifest(Manifest, "1");
        using var program = new LabDeploy(PinnedRegistry.Lab(registry.Url, "demo").Replace("pihole:1", "talos:1", StringComparison.Ordinal));

        var said = await RunAsync(program, 1, "pin");
        Assert.Contains($"demo/talos:1: {registry.Url.Authority} sent a manifest with the digest sha256:", said);
        Assert.False(File.Exists(Path.Combine(program.Folder, LockFile)));
    }

    [Fact]
    public async Task Interrupted_it_leaves_the_lock_file_whole()
    {
        await using var registry = new FaultyRegistry { Fault = RegistryFault.Silent };
        await registry.StartAsync();
        using var program = new LabDeploy(PinnedRegistry.Lab(registry.Url));
        var before = Damaged(1).Replace("sha256:1", $"sha256:{new string('1', 64)}", StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(program.Folder, LockFile), before);

        var run = (await program.RunUntilAsync(NoAws, AskedAsync(registry), LabDeploy.SigInt, "pin")).Expect(130);
        Assert.Contains($"Interrupted. {LockFile} is as it was.", run.Errors);
        Assert.Equal(before, Lock(program));
    }

    [Fact]
    public async Task A_damaged_lock_file_is_an_error_with_its_place()
    {
        using var program = new LabDeploy("name: lab");
        File.WriteAllText(Path.Combine(program.Folder, LockFile), Damaged(2));
        var said = await RunAsync(program, 1, "render", "out");
        Assert.Contains($"{LockFile}:3:13: 'sha256:1' is not a digest", said);
        Assert.Contains($"{LockFile}:6:11: a second entry for registry:2", said);
    }

    private static string Damaged(int entries) =>
        "images:\n"
        + string.Concat(
            Enumerable.Repeat("  - name: \"registry:2\"\n    digest: sha256:1\n    registry: https://registry-1.docker.io\n    date: \"2026-01-31\"\n", entries)
        );

    private static string Lock(LabDeploy program) => File.ReadAllText(Path.Combine(program.Folder, LockFile));

    private static async Task<string> RunAsync(LabDeploy program, int code, params string[] arguments) =>
        (await program.RunAsync(NoAws, arguments)).Expect(code).Said;

    private static async Task AskedAsync(FaultyRegistry registry)
    {
        while (registry.Requests.Count == 0)
        {
            await Task.Delay(10, Token);
        }
    }
}
