using Lab.Model.Running;
using Lab.Tests.Programs;

namespace Lab.Tests.Cluster;

/// <summary>A cluster of the nodes of a running lab, which the test's talosctl finds in the lab's network only.</summary>
[BootsMachines]
public sealed class ClusterInLabTests
{
    [Fact]
    public async Task Lab_up_goes_on_to_the_cluster_when_its_nodes_are_ready()
    {
        await using var cluster = new ClusterProgram(ClusterProgram.One);
        cluster.Lab.Environment[TestTalosctl.Connects] = "1";
        var run = cluster.Lab.Start("up", "--json", "--port", "0", "--image", await TalosAsync(cluster));
        await run.WaitForAsync(happened => (string?)happened["event"] == "cluster-summary");
        var events = run.Events.Select(happened => (string)happened["event"]!).ToList();
        Assert.True(events.IndexOf("summary") < events.IndexOf("cluster-milestone"), run.Transcript);
        Assert.Equal("node-ready", (string?)run.Of("cluster-milestone").Last()["stage"]);

        var told = LabStatus.Read(cluster.Files.Root)!.Cluster!["cp1"];
        Assert.Equal(["configured", "installed", "rebooted", "etcd", "kubelet", "node-ready"], told.Path);
        Assert.Equal(told.Path.Order(), told.Stages.Keys);
        Assert.Equal("talosctl", told.Stages["etcd"].Source);
        Assert.Null(told.Failure);

        // From another terminal, through the lab's network.
        var status = await cluster.Lab.RunAsync("cluster", "status");
        Assert.True(status.ExitCode == 0, status.Transcript);
        var outside = await cluster.RunAsync("status");
        Assert.Contains("does not answer", outside.Transcript);
        Assert.Contains($"KUBECONFIG='{cluster.Files.KubeConfig}'", (await cluster.Lab.RunAsync("env")).Transcript);

        // A rehearsed machine boots from its disk first: there is nothing to note, and nothing is said.
        foreach (var verb in new[] { new[] { "up" }, ["reset", "--yes"] })
        {
            var ended = await cluster.Lab.RunAsync(["cluster", .. verb]);
            Assert.True(ended.ExitCode == 0, ended.Transcript);
            Assert.DoesNotContain("is left to its disk", ended.Transcript, StringComparison.Ordinal);
            Assert.DoesNotContain("known to be installed", ended.Transcript, StringComparison.Ordinal);
        }

        await run.SignalAsync("INT");
        await run.Ended;
        Assert.Contains("is not running", (await cluster.Lab.RunAsync("cluster", "status")).Errors);
        Assert.True(File.Exists(cluster.Secrets));
        var kept = (await cluster.Lab.RunAsync("runs", "show", "1")).Transcript;
        Assert.Contains("1 of 1 node in it", kept, StringComparison.Ordinal);
        Assert.Contains("cp1: node-ready (talosctl: ", kept, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_stand_in_is_no_Talos_and_a_lab_may_go_without_its_cluster()
    {
        await using var cluster = new ClusterProgram(ClusterProgram.One);
        var standIn = await cluster.Lab.RunAsync("up", "--once");
        Assert.True(standIn.ExitCode == 0, standIn.Transcript);
        Assert.Contains("cluster: left out, since the stand-in is not Talos.", standIn.Transcript);
        var without = await cluster.Lab.RunAsync("up", "--once", "--no-cluster", "--image", await TalosAsync(cluster));
        Assert.True(without.ExitCode == 0, without.Transcript);
        Assert.Empty(cluster.Calls);
    }

    private static async Task<string> TalosAsync(ClusterProgram cluster)
    {
        var image = Path.Combine(cluster.Lab.Folder.Path, "image");
        await TalosLike.WriteAsync(image);
        return image;
    }
}
