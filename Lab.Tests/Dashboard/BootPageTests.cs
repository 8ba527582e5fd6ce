using Lab.Emulation.Machines;
using Lab.Model.Definition;
using Lab.Model.Running;
using Lab.Model.Services;
using Lab.Runtime.State;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Lab.Tests.Dashboard;

/// <summary>Boots, their proofs and the runs that are kept of them, in a real browser.</summary>
[Collection(PageTests.Name)]
public sealed class BootPageTests(Chromium chromium) : IClassFixture<Chromium>
{
    [Fact]
    public async Task A_boot_grows_stage_by_stage_and_a_failure_tells_its_evidence()
    {
        await using var dashboard = await DashboardUnderTest.StartAsync();
        dashboard.Staged.Set(Stage.Boot("cp1", BootStage.Dhcp) with { SwitchedOn = DateTimeOffset.UtcNow });
        await using var window = await chromium.OpenAsync(dashboard.NewLink());
        await window.GoAsync("/boot/cp1");
        var tftp = window.Page.Locator("[data-node=cp1] [data-stage=tftp]");
        await Expect(tftp).ToHaveAttributeAsync("data-stage-state", "Current");

        dashboard.Staged.Set(Stage.Boot("cp1", BootStage.Tftp) with { SwitchedOn = DateTimeOffset.UtcNow });
        await Expect(tftp).ToHaveAttributeAsync("data-stage-state", "Reached");
        await Expect(tftp).ToContainTextAsync("1.63 s");

        dashboard.Staged.Set(
            Stage.Boot("cp1", BootStage.Tftp) with
            {
                Failure = new Diagnosis(BootStage.Ipxe, ["console: <script>alert(1)</script>"], new Reason("It did not start.", "")),
                EndedAfter = TimeSpan.FromSeconds(9),
            }
        );
        var failure = window.Page.Locator("[data-failed-stage=ipxe]");
        await Expect(failure).ToContainTextAsync("It did not start.");
        await Expect(failure.Locator("pre")).ToHaveTextAsync("console: <script>alert(1)</script>");
    }

    [Fact]
    public async Task The_first_page_has_a_lane_for_each_node_failed_ones_first_beside_the_boots_that_they_had_before()
    {
        await using var dashboard = await DashboardUnderTest.StartAsync();
        var now = DateTimeOffset.UtcNow;
        dashboard.Staged.Set(Stage.Boot("cp2", BootStage.Script) with { SwitchedOn = now.AddSeconds(-5) });
        dashboard.Staged.Set(
            Stage.Boot("cp3", BootStage.Firmware) with
            {
                SwitchedOn = now,
                Failure = new Diagnosis(
                    BootStage.Dhcp,
                    ["dnsmasq is Exited"],
                    new Reason("dnsmasq is Exited, so the node gets no answer from it.", "Start dnsmasq, then power-cycle the node.")
                ),
                EndedAfter = TimeSpan.FromSeconds(9),
            }
        );
        dashboard.KeepRuns();
        await using var window = await chromium.OpenAsync(dashboard.NewLink());
        await window.LiveAsync();
        var (lanes, page) = (window.Page.Locator("[data-lane]"), window.Page);

        Assert.Equal(["cp3", "cp2", "cp1"], await lanes.EvaluateAllAsync<string[]>("all => all.map(lane => lane.dataset.lane)"));
        await Expect(page.Locator("[data-lane=cp2] [data-lane-note]")).ToContainTextAsync("waits for the kernel from the boot server");
        await Expect(page.Locator("[data-lane=cp2] [data-lane-note]"))
            .ToContainTextAsync(new System.Text.RegularExpressions.Regex(@"\d\.\d s slower than usual at kernel"));
        await Expect(page.Locator("[data-lane=cp2] [data-ghost]")).ToHaveAttributeAsync("title", "usually ready after 5.64 s (one boot)");
        await Expect(page.Locator("[data-lane=cp1] [data-lane-note]")).ToHaveCountAsync(0);
        await Expect(page.Locator("[data-services]")).ToHaveAttributeAsync("data-services", "quiet");
        await Expect(page).ToHaveTitleAsync(new System.Text.RegularExpressions.Regex("^✓ Nodes – lab"));

        dashboard.Staged.Set("dnsmasq", ResourceState.Exited, "exit code 2");
        await Expect(page.Locator("[data-service=dnsmasq]")).ToContainTextAsync("exit code 2");
        await Expect(page).ToHaveTitleAsync(new System.Text.RegularExpressions.Regex("^✗ 1 failed: Nodes"));
        await Expect(page.Locator("link[rel=icon]")).ToHaveAttributeAsync("href", "assets/favicon-bad.svg");

        var failure = page.Locator("[data-lane=cp3] [data-failed-stage=dhcp]");
        await Expect(failure.Locator("[data-remedy]")).ToContainTextAsync("Start dnsmasq");
        await Expect(failure.Locator("[data-lab-file]")).ToHaveTextAsync("lab.yaml:4 - { name: cp3, mac: \"52:54:00:13:00:03\", address: 10.20.13.13 }");
        await failure.GetByText("what was seen").ClickAsync();
        await Expect(page.Locator("[data-proof=dhcp]")).ToContainTextAsync("dnsmasq is Exited");
        await Expect(page.Locator("[data-evidence]")).ToHaveAttributeAsync("open", "");
        await page.Locator("[data-failed-stage=dhcp] [data-lab-file]").ClickAsync();
        await Expect(page.Locator("#line-4.chosen")).ToHaveTextAsync("  - { name: cp3, mac: \"52:54:00:13:00:03\", address: 10.20.13.13 }");
        await Expect(page.Locator("#line-4.chosen")).ToBeInViewportAsync();

        // The other pages of the boot say no less, and in the same order.
        await window.GoAsync("/boot");
        Assert.Equal(["cp3", "cp2", "cp1"], await page.Locator("[data-node]").EvaluateAllAsync<string[]>("all => all.map(boot => boot.dataset.node)"));
        await window.GoAsync("/resource/cp3");
        await Expect(page.Locator("[data-failed-stage=dhcp] [data-remedy]")).ToContainTextAsync("Start dnsmasq");
        await Expect(page.Locator("[data-config]")).ToHaveTextAsync("It stopped at dhcp, before it fetched one.");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Power-cycle" })).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task An_open_proof_leaves_the_chart_of_a_phone_as_wide_as_it_was()
    {
        await using var dashboard = await DashboardUnderTest.StartAsync();
        dashboard.Staged.Set(Stage.Boot("cp1", BootStage.Ready));
        await using var window = await chromium.OpenAsync(dashboard.NewLink("/boot/cp1"), 390, 844);
        await window.LiveAsync();
        var chart = window.Page.Locator("[data-stage=tftp] .chart");
        var before = (await chart.BoundingBoxAsync())!.Width;

        await window.Page.GetByRole(AriaRole.Button, new() { Name = "tftp" }).ClickAsync();

        await Expect(window.Page.Locator("[data-proof=tftp]")).ToBeVisibleAsync();
        Assert.Equal(before, (await chart.BoundingBoxAsync())!.Width);
        Assert.True(before > 150, $"the chart is {before} pixels wide");
    }

    [Fact]
    public async Task A_click_on_a_stage_shows_the_DHCP_exchange_of_that_machine_alone()
    {
        await using var dashboard = await DashboardUnderTest.StartAsync();
        var boot = Stage.Boot("cp1", BootStage.Dhcp) with { SwitchedOn = DateTimeOffset.UtcNow.AddSeconds(-1.5), Mac = MacAddress.Parse("52:54:00:13:00:01") };
        dashboard.Staged.Set(boot with { Stages = [.. boot.Stages.Select(stage => stage with { Source = "dnsmasq" })] });
        dashboard.Staged.Write(
            "dnsmasq",
            "dnsmasq-dhcp[7]: 42 vendor class: PXEClient:Arch:00011:UNDI:003000",
            "dnsmasq-dhcp[7]: 42 DHCPDISCOVER(eth0) 52:54:00:13:00:01 ",
            "dnsmasq-dhcp[7]: 42 vendor class: somebody else",
            "dnsmasq-dhcp[7]: 42 DHCPACK(eth0) 10.20.13.12 52:54:00:13:00:02 cp2",
            "dnsmasq-dhcp[7]: 42 sent size:  4 option:  3 router  10.20.13.2",
            "dnsmasq-dhcp[7]: 42 DHCPACK(eth0) 10.20.13.11 52:54:00:13:00:01 cp1",
            "dnsmasq-dhcp[7]: 42 sent size: 15 option: 67 bootfile-name  ipxe-arm64.efi"
        );
        await using var window = await chromium.OpenAsync(dashboard.NewLink());
        await window.LiveAsync();

        await window.Page.Locator("[data-lane=cp1] [data-bar=dhcp]").ClickAsync();

        var lines = window.Page.Locator("[data-proof=dhcp] [data-proof-lines]");
        await Expect(lines).ToContainTextAsync("67 bootfile-name  ipxe-arm64.efi");
        await Expect(lines).ToContainTextAsync("UNDI:003000");
        await Expect(lines).Not.ToContainTextAsync("somebody else");
        await Expect(lines).Not.ToContainTextAsync("10.20.13.2");
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "dhcp" }).ClickAsync();
        await Expect(lines).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Kept_runs_are_listed_opened_and_compared()
    {
        await using var dashboard = await DashboardUnderTest.StartAsync();
        dashboard.KeepRuns();
        await using var window = await chromium.OpenAsync(dashboard.NewLink("/runs"));
        await window.LiveAsync();
        var page = window.Page;

        Assert.Equal(["2", "1"], await page.Locator("[data-run]").EvaluateAllAsync<string[]>("all => all.map(run => run.dataset.run)"));
        await page.Locator("[data-run='1'] a").ClickAsync();
        await Expect(page.Locator("[data-node=cp2] [data-stage=kernel]")).ToContainTextAsync("2.40 s");
        await window.GoAsync("/resource/cp2");
        await Expect(page.Locator("[data-kept-boot]")).ToHaveCountAsync(2);
        await Expect(page.Locator("[data-node-facts]")).ToContainTextAsync("stand-in");
        await Expect(page.Locator("[data-node-facts]")).ToContainTextAsync("lab.yaml:3");
        await window.GoAsync("/runs");
        await page.Locator("[data-compare]").ClickAsync();
        await Expect(page.Locator("[data-compared=cp1]")).ToContainTextAsync("ready after 5.64 s → ready after 5.64 s");
        await Expect(page.Locator("[data-compared=cp1] [data-stage=kernel] .number").Last).ToHaveTextAsync("0.00 s");
        await Expect(page.Locator("#files [data-file]")).ToHaveTextAsync("dnsmasq.conf");
        await Expect(page.Locator("#files pre")).ToHaveTextAsync("- dhcp-authoritative\n+ dhcp-range=192.168.1.0,proxy");

        // Three of them: each beside the first.
        await window.GoAsync("/runs/2/1/2");
        await Expect(page.Locator("[data-compared=cp1]")).ToContainTextAsync("ready after 5.64 s → ready after 5.64 s → ready after 5.64 s");
        await Expect(page.Locator("[data-compared=cp1] [data-stage=kernel] .number")).ToHaveCountAsync(5);
        await Expect(page.Locator("[data-files='1'] pre")).ToHaveTextAsync("- dhcp-range=192.168.1.0,proxy\n+ dhcp-authoritative");
        await Expect(page.Locator("[data-files='2']")).ToContainTextAsync("The same in both runs.");
    }

    [Fact]
    public async Task Behind_a_stage_and_a_failure_stand_the_request_and_its_answer_of_a_kept_run_too()
    {
        await using var dashboard = await DashboardUnderTest.StartAsync();
        var script = new HttpExchange("GET /ipxe?mac=52-54-00-13-00-01 HTTP/1.1\nUser-Agent: iPXE/1.21", "200 OK\nContent-Type: text/plain", "#!ipxe\nboot");
        var missing = new HttpExchange("GET /assets/vmlinuz HTTP/1.1", "404 Not Found (no such asset)", "404 page not found");
        var boot = Stage.Boot("cp1", BootStage.Script);
        dashboard.Staged.Set(
            boot with
            {
                Stages = [.. boot.Stages.Select(stage => stage.Stage == BootStage.Script ? stage with { Exchange = script } : stage)],
                Failure = new Diagnosis(BootStage.Kernel, ["boot-server: 404"], new Reason("The kernel is not there.", "Put it there.")) { Exchange = missing },
                EndedAfter = TimeSpan.FromSeconds(3),
            }
        );
        dashboard.Staged.Write("boot-server", "no such asset");
        dashboard.KeepRuns();
        await RunLogs.KeepAsync(dashboard.Staged, dashboard.Runs.LogsOf(2));
        await using var window = await chromium.OpenAsync(dashboard.NewLink());
        var page = window.Page;
        foreach (var path in new[] { "/boot/cp1", "/runs/2" })
        {
            await window.GoAsync(path);
            var node = page.Locator("[data-node=cp1]");
            await node.GetByRole(AriaRole.Button, new() { Name = "script" }).ClickAsync();
            await Expect(node.Locator("[data-proof=script] [data-exchange]")).ToHaveTextAsync($"{script}");
            await node.GetByRole(AriaRole.Button, new() { Name = "kernel" }).ClickAsync();
            await Expect(node.Locator("[data-proof=kernel] [data-exchange]")).ToContainTextAsync("404 Not Found (no such asset)");
            Assert.Empty(await window.BarriersAsync());
        }

        await page.Locator("[data-run-logs]").ClickAsync();
        await Expect(page.Locator("h1")).ToHaveTextAsync("Logs of run 2");
        await window.GoAsync("/runs/2/logs/boot-server");
        await Expect(page.Locator(".log-line")).ToContainTextAsync("no such asset");
        Assert.Empty(await window.BarriersAsync());
    }

    [Fact]
    public async Task The_page_of_a_node_has_its_machine_its_disks_and_its_configuration()
    {
        await using var dashboard = await DashboardUnderTest.StartAsync();
        var boot = Stage.Boot("cp1", BootStage.Ready) with { Mac = MacAddress.Parse("52:54:00:13:00:99") };
        var config = new HttpExchange("GET /generic HTTP/1.1", "200 OK", "machine:\n  token: (hidden)");
        dashboard.Staged.Set(
            boot with
            {
                Stages =
                [
                    .. boot.Stages.Select(stage => stage.Stage == BootStage.Config ? stage with { Exchange = config, Evidence = "GET /generic" } : stage),
                ],
            }
        );
        await using var window = await chromium.OpenAsync(dashboard.NewLink("/resource/cp1"));
        await window.LiveAsync();
        var facts = window.Page.Locator("[data-node-facts]");

        await Expect(facts).ToContainTextAsync("52:54:00:13:00:99");
        await Expect(facts).ToContainTextAsync("the lab file says 52:54:00:13:00:01");
        await Expect(facts.Locator("[data-node-image]")).ToContainTextAsync("built on this machine");
        await Expect(facts.Locator("[data-node-machine]")).ToContainTextAsync("arm64, 1 CPU, 512 MiB");
        await Expect(facts.Locator("[data-storage]")).ToContainTextAsync(["Disk of 8 GiB", "UEFI variables"]);
        await Expect(window.Page.Locator("pre[data-config]")).ToHaveTextAsync("machine:\n  token: (hidden)");
    }
}
