using Lab.Emulation.Machines;
using Lab.Runtime.State;
using static Microsoft.Playwright.Assertions;

namespace Lab.Tests.Dashboard;

/// <summary>The cluster that is made of the nodes, in a real browser.</summary>
[Collection(PageTests.Name)]
public sealed class ClusterPageTests(Chromium chromium) : IClassFixture<Chromium>
{
    private static readonly ClusterStage[] ControlPlane = Enum.GetValues<ClusterStage>();

    [Theory]
    [InlineData(1280, 800, false)]
    [InlineData(390, 844, true)]
    public async Task Each_node_shows_how_far_it_is_and_why_it_stopped(int width, int height, bool isDark)
    {
        await using var dashboard = await DashboardUnderTest.StartAsync();
        foreach (var node in new[] { "cp1", "cp2", "cp3" })
        {
            dashboard.Staged.Set(Stage.Boot(node, BootStage.Ready));
        }

        await using var window = await chromium.OpenAsync(dashboard.NewLink(), width, height, isDark);
        await window.LiveAsync();
        var cluster = window.Page.Locator("[data-cluster]");
        await Expect(cluster).ToHaveCountAsync(0);

        dashboard.Staged.Set(
            new ClusterSnapshot(
                "garage",
                DateTimeOffset.UtcNow.AddSeconds(-40),
                [
                    new("cp1", ControlPlane) { Stages = [.. ControlPlane.Select((stage, index) => Reached("cp1", stage, 5 * (index + 1)))] },
                    new("cp2", ControlPlane) { Stages = [Reached("cp2", ClusterStage.Configured, 3), Reached("cp2", ClusterStage.Installed, 12)] },
                    new("cp3", ControlPlane)
                    {
                        Stages = [Reached("cp3", ClusterStage.Configured, 4)],
                        Failure = new LabEvent.ClusterFailed(
                            "cp3",
                            ClusterStage.Installed,
                            TimeSpan.FromSeconds(30),
                            new Reason("The disk is too small.", "Give it a larger one."),
                            ["no disk of 10 GiB"]
                        ),
                    },
                ]
            )
        );

        await Expect(cluster.Locator("h2")).ToHaveTextAsync("Cluster garage");
        await Expect(cluster).ToContainTextAsync("1 of 3 nodes in it");
        await Expect(State("cp1")).ToHaveTextAsync("in the cluster");
        await Expect(State("cp2")).ToHaveTextAsync("waits for rebooted");
        await Expect(State("cp3")).ToHaveTextAsync("stopped at installed");
        await Expect(cluster.Locator("[data-cluster-node=cp1] [data-cluster-stage]")).ToHaveCountAsync(ControlPlane.Length);
        await Expect(cluster.Locator("[data-cluster-node=cp2] [data-cluster-stage=installed]")).ToHaveTextAsync("installed 12.00 s");
        await Expect(cluster.Locator("[data-cluster-failure]")).ToContainTextAsync("The disk is too small.");
        await Expect(cluster.Locator("[data-remedy]")).ToHaveTextAsync("What to do: Give it a larger one.");
        await Expect(cluster.Locator("[data-cluster-failure]")).ToContainTextAsync("no disk of 10 GiB");
        Assert.Empty(await window.BarriersAsync());
        Assert.True(await window.OverflowAsync() <= 0, "it scrolls sideways");
        Assert.Empty(window.Errors);

        Microsoft.Playwright.ILocator State(string node) => cluster.Locator($"[data-cluster-node={node}] [data-cluster-state]");
    }

    private static LabEvent.ClusterMilestone Reached(string node, ClusterStage stage, double seconds) =>
        new(node, stage, TimeSpan.FromSeconds(seconds), "talosctl", $"{stage} was seen");
}
