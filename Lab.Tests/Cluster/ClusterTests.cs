using Lab.Emulation.Linux;
using Lab.Runtime.Cluster;
using Lab.Tests.Emulation.Caches;

namespace Lab.Tests.Cluster;

/// <summary>A cluster from the first call of talosctl to the last, with the test's talosctl.</summary>
public sealed class ClusterTests
{
    private const UnixFileMode OwnOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [Fact]
    public async Task Nodes_that_wait_for_a_configuration_become_a_cluster_and_a_second_run_changes_nothing()
    {
        await using var cluster = new ClusterProgram(ClusterProgram.Four);
        var run = await cluster.RunAsync("up", "--json");
        Assert.True(run.ExitCode == 0, run.Transcript);
        var stages = run.Of("cluster-milestone").ToLookup(reached => (string)reached["node"]!, reached => (string)reached["stage"]!);
        Assert.Equal(["configured", "installed", "rebooted", "etcd", "kubelet", "node-ready"], stages["cp3"]);
        Assert.Equal(["configured", "installed", "rebooted", "kubelet", "node-ready"], stages["w1"]);
        Assert.Contains("running, with Talos on /dev/nvme0n1", run.Transcript);
        Assert.True((bool)Assert.Single(run.Of("cluster-summary"))["isUp"]!);

        Assert.Equal(["10.20.13.11"], cluster.Bootstraps);
        Assert.All(
            new[]
            {
                cluster.Secrets,
                cluster.Files.TalosConfig,
                cluster.Files.KubeConfig,
                Path.Combine(cluster.Files.Cluster, "configurations", "cp1", "controlplane.yaml"),
            },
            file => Assert.True(OperatingSystem.IsLinux() && File.GetUnixFileMode(file) == OwnOnly, file)
        );
        Assert.Contains("10.20.13.13", await File.ReadAllTextAsync(cluster.Files.TalosConfig, TestContext.Current.CancellationToken));
        Assert.DoesNotContain("key:", run.Transcript);
        Assert.Empty(run.Of("installed"));

        var (secrets, before) = (await File.ReadAllTextAsync(cluster.Secrets, TestContext.Current.CancellationToken), cluster.Calls.Length);
        var again = await cluster.RunAsync("up");
        Assert.True(again.ExitCode == 0, again.Transcript);
        Assert.Contains("Cluster garage: 4 of 4 nodes", again.Transcript);
        Assert.Equal(secrets, await File.ReadAllTextAsync(cluster.Secrets, TestContext.Current.CancellationToken));
        Assert.DoesNotContain(
            cluster.Calls.Skip(before),
            call =>
                call.Contains("gen secrets", StringComparison.Ordinal)
                || call.StartsWith("apply-config", StringComparison.Ordinal)
                || call.EndsWith("bootstrap", StringComparison.Ordinal)
        );

        var status = await cluster.RunAsync("status");
        Assert.True(status.ExitCode == 0, status.Transcript);
        Assert.Contains("running, installed on /dev/vda, etcd healthy, kubelet healthy, Ready", status.Transcript);
        Assert.Contains(cluster.Files.KubeConfig, (await cluster.RunAsync("kubeconfig")).Transcript);
    }

    [Fact]
    public async Task Killed_again_and_again_it_comes_up_with_one_PKI_and_one_etcd()
    {
        await using var cluster = new ClusterProgram(ClusterProgram.Four);
        string? secrets = null;
        for (var calls = 1; ; calls += 4)
        {
            var seen = cluster.Calls.Length;
            var run = cluster.Lab.Start("cluster", "up", "--direct");
            while (!run.Ended.IsCompleted && cluster.Calls.Length - seen < calls)
            {
                await Task.WhenAny(run.Ended, Task.Delay(20, TestContext.Current.CancellationToken));
            }

            if (run.Ended.IsCompleted)
            {
                Assert.True(run.ExitCode == 0, run.Transcript);
                break;
            }

            await run.SignalAsync("KILL");
            await run.Ended;
            if (File.Exists(cluster.Secrets))
            {
                var now = await File.ReadAllTextAsync(cluster.Secrets, TestContext.Current.CancellationToken);
                Assert.Equal(secrets ??= now, now);
            }
        }

        Assert.NotNull(secrets);
        Assert.Single(cluster.Bootstraps);
        Assert.False(File.Exists(Path.Combine(cluster.State, "split")));
        Assert.Equal(0, (await cluster.RunAsync("status")).ExitCode);
    }

    [Theory]
    [InlineData("apply", "configured", "Talos does not take its machine configuration", "unknown keys found")]
    [InlineData("install", "installed", "Its Talos API is closed", "connection refused")]
    [InlineData("install-fails", "installed", "Unknown", "it is in maintenance mode")]
    [InlineData("stuck", "rebooted", "Unknown", "Talos says that it is installing")]
    [InlineData("time", "etcd", "Its clock is not set", "time is not in sync yet")]
    [InlineData("kubelet", "kubelet", "Something on it does not get healthy", "service \"kubelet\" not \"running\"")]
    [InlineData("not-ready", "node-ready", "Unknown", "Talos says that it is running")]
    public async Task What_goes_wrong_is_told_with_its_stage_its_cause_and_the_evidence(string fault, string stage, string cause, string evidence)
    {
        await using var cluster = new ClusterProgram(ClusterProgram.One);
        cluster.Break(fault);
        var run = await cluster.RunAsync("up", "--json", "--timeout", "10");
        Assert.True(run.ExitCode == 1, run.Transcript);
        var failure = Assert.Single(run.Of("cluster-failure"));
        Assert.Equal(("cp1", stage), ((string?)failure["node"], (string?)failure["stage"]));
        Assert.StartsWith(cause, (string?)failure["cause"]);
        Assert.Contains(failure["evidence"]!.AsArray(), line => ((string)line!).Contains(evidence, StringComparison.Ordinal));

        cluster.Break("");
        if (fault != "install-fails")
        {
            var mended = await cluster.RunAsync("up");
            Assert.True(mended.ExitCode == 0, mended.Transcript);
            Assert.Single(cluster.Bootstraps);
        }
    }

    [Fact]
    public async Task A_node_of_another_cluster_is_left_alone()
    {
        await using var cluster = new ClusterProgram(ClusterProgram.One);
        new TestNode
        {
            Address = "10.20.13.11",
            Authority = "another",
            IsControlPlane = true,
        }.Save(cluster.State);
        var run = await cluster.RunAsync("up");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("It is configured already, for another cluster", run.Transcript);
        Assert.DoesNotContain(
            cluster.Calls,
            call => call.StartsWith("apply-config", StringComparison.Ordinal) || call.Contains("bootstrap", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Nothing_is_bootstrapped_while_a_control_plane_does_not_answer()
    {
        await using var cluster = new ClusterProgram(ClusterProgram.Four);
        new TestNode
        {
            Address = "10.20.13.12",
            Authority = "another",
            IsControlPlane = true,
        }.Save(cluster.State);
        var run = await cluster.RunAsync("up", "--timeout", "5");
        Assert.Equal(1, run.ExitCode);
        Assert.Empty(cluster.Bootstraps);
        Assert.Contains("etcd begins when all control planes run from disk, and cp2 does not", run.Transcript);
    }

    [Fact]
    public async Task A_call_that_hangs_ends_within_its_time()
    {
        await using var cluster = new ClusterProgram(ClusterProgram.One);
        cluster.Break("hang");
        Environment.SetEnvironmentVariable(TestTalosctl.Folder, cluster.State);
        try
        {
            var talosctl = Talosctl.Direct(Path.Combine(cluster.Lab.Folder.Path, "bin", "talosctl"), TimeSpan.FromSeconds(1));
            var result = await talosctl.AskAsync(["get", "disks", "--insecure", "-n", "10.20.13.11"], TestContext.Current.CancellationToken);
            Assert.Equal((null, "no answer within 1 s"), (result.ExitCode, result.Reason));
        }
        finally
        {
            Environment.SetEnvironmentVariable(TestTalosctl.Folder, null);
        }
    }

    [Fact]
    public async Task A_second_PKI_is_refused_wherever_it_is_found()
    {
        await using var cluster = new ClusterProgram(ClusterProgram.One);
        Assert.Equal(0, (await cluster.RunAsync("up")).ExitCode);

        var own = cluster.Lab.Folder.File("nodes/cp1.yaml", "machine:\n  ca: { crt: b3RoZXI=, key: '' }\n");
        Assert.Contains($"{own} belongs to another cluster", (await cluster.RunAsync("up")).Errors);
        File.Delete(own);

        cluster.Lab.Folder.File("patch.yaml", "cluster:\n  secret: mine\n");
        cluster.Lab.Folder.File("lab.yaml", "name: garage\ncluster: { talos: v1.12.3, patches: [{ file: patch.yaml }] }\n");
        Assert.Contains("patch.yaml:1:1: cluster.secret comes from the cluster's secrets", (await cluster.RunAsync("up")).Errors);

        var other = cluster.Lab.Folder.File("other.yaml", "certs:\n  os: { crt: b3RoZXI=, key: b3RoZXI= }\n");
        cluster.Lab.Folder.File("lab.yaml", "name: garage\ncluster: { talos: v1.12.3, secrets: other.yaml }\n");
        Assert.Contains("talosconfig belongs to another cluster than the secrets", (await cluster.RunAsync("up")).Errors);
        File.Delete(other);
        Assert.Contains($"cluster.secrets: there is no file {other}", (await cluster.RunAsync("up")).Errors);

        cluster.Lab.Folder.File("lab.yaml", ClusterProgram.One);
        File.Delete(cluster.Secrets);
        Assert.Contains("secrets.yaml is gone", (await cluster.RunAsync("up")).Errors);
        Assert.False(File.Exists(cluster.Secrets));
    }

    [Fact]
    public async Task A_configuration_that_talosctl_refuses_reaches_no_node()
    {
        await using var cluster = new ClusterProgram(ClusterProgram.One);
        cluster.Break("validate");
        var run = await cluster.RunAsync("up");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("talosctl validate --mode has failed: ", run.Errors);
        Assert.DoesNotContain(cluster.Calls, call => call.StartsWith("apply-config", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_talosctl_that_of_the_release_is_fetched_and_verified()
    {
        Assert.SkipWhen(ProgramPath.Find("talosctl") is not null, "This machine has a talosctl.");
        await using var server = new FaultyRegistry();
        await server.StartAsync();
        await using var cluster = new ClusterProgram(ClusterProgram.One);
        cluster.Lab.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH");
        cluster.Lab.Environment["XDG_CACHE_HOME"] = Path.Combine(cluster.Lab.Folder.Path, "cache");
        cluster.Lab.Environment["LAB_TALOS_RELEASES"] = $"{server.Url}";

        var none = await cluster.RunAsync("up");
        Assert.Equal(2, none.ExitCode);
        Assert.Contains("it cannot be fetched: there is no Talos release v1.12.3", none.Errors);
        Assert.Contains($"Install {server.Url}v1.12.3/talosctl-linux-", none.Errors);

        var program = await File.ReadAllBytesAsync(Path.Combine(cluster.Lab.Folder.Path, "bin", "talosctl"), TestContext.Current.CancellationToken);
        foreach (var architecture in new[] { "amd64", "arm64" })
        {
            server.AddFile($"/v1.12.3/talosctl-linux-{architecture}", program);
        }

        AddSums(new string('0', 64));
        var other = await cluster.RunAsync("up");
        Assert.Equal(2, other.ExitCode);
        Assert.Contains("is not what it should be", other.Errors);

        AddSums(FaultyRegistry.Digest(program)[7..]);
        var run = await cluster.RunAsync("up");
        Assert.True(run.ExitCode == 0, run.Transcript + run.Errors);
        Assert.Contains("Fetching talosctl-linux-", run.Errors);

        await server.StopAsync();
        Assert.Equal(0, (await cluster.RunAsync("status")).ExitCode);

        void AddSums(string sum) =>
            server.AddFile("/v1.12.3/sha256sum.txt", System.Text.Encoding.UTF8.GetBytes($"{sum}  talosctl-linux-amd64\n{sum}  talosctl-linux-arm64\n"));
    }

    [Fact]
    public async Task With_a_talosctl_too_old_a_sentence_says_what_to_install()
    {
        await using var cluster = new ClusterProgram(ClusterProgram.One);
        cluster.Lab.Environment["LAB_TEST_TALOS_RELEASE"] = "v1.10.0";
        Assert.Contains("they may be one minor version apart. Install talosctl v1.12.3.", (await cluster.RunAsync("up")).Errors);
    }

    [Fact]
    public async Task A_node_is_reset_alone_while_a_control_plane_stays()
    {
        await using var cluster = new ClusterProgram(ClusterProgram.Four);
        Assert.Equal(0, (await cluster.RunAsync("up")).ExitCode);
        Assert.Contains("has no node 'w9'. Did you mean w1? It has: cp1, cp2, cp3, w1.", (await cluster.RunAsync("reset", "w9", "--yes")).Errors);
        Assert.Contains("No control plane would be left", (await cluster.RunAsync("reset", "cp1", "cp2", "cp3", "--yes")).Errors);
        Assert.Contains("cluster reset w1 cp2 --yes", (await cluster.RunAsync("reset", "w1", "cp2")).Errors);
        Assert.Equal(0, (await cluster.RunAsync("status")).ExitCode);

        var reset = await cluster.RunAsync("reset", "cp1", "w1", "--yes");
        Assert.True(reset.ExitCode == 0, reset.Transcript);
        Assert.Equal(["w1: resets.", "cp1: resets."], reset.Transcript.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        var status = await cluster.RunAsync("status");
        Assert.Equal(2, status.Transcript.Split('\n').Count(line => line.Contains("it waits for its configuration", StringComparison.Ordinal)));

        var again = await cluster.RunAsync("up");
        Assert.True(again.ExitCode == 0, again.Transcript);
        Assert.Single(cluster.Bootstraps);
    }

    [Fact]
    public async Task A_reset_keeps_the_secrets_and_a_destruction_removes_them()
    {
        await using var cluster = new ClusterProgram(ClusterProgram.Four);
        Assert.Equal(0, (await cluster.RunAsync("up")).ExitCode);
        Assert.Contains("cluster reset --yes --name garage", (await cluster.RunAsync("reset", "--name", "garage")).Errors);
        var reset = await cluster.RunAsync("reset", "--yes");
        Assert.True(reset.ExitCode == 0, reset.Transcript);
        Assert.StartsWith("w1: resets.", reset.Transcript);
        Assert.Contains("it waits for its configuration", (await cluster.RunAsync("status")).Transcript);

        var secrets = await File.ReadAllTextAsync(cluster.Secrets, TestContext.Current.CancellationToken);
        Assert.Equal(0, (await cluster.RunAsync("up")).ExitCode);
        Assert.Equal(secrets, await File.ReadAllTextAsync(cluster.Secrets, TestContext.Current.CancellationToken));
        Assert.Equal(2, cluster.Bootstraps.Length);

        Assert.Equal(0, (await cluster.RunAsync("destroy", "--yes")).ExitCode);
        Assert.False(File.Exists(cluster.Secrets) || File.Exists(cluster.Files.TalosConfig) || File.Exists(cluster.Files.KubeConfig));
        Assert.Contains("has made no cluster yet", (await cluster.RunAsync("status")).Errors);
    }
}
