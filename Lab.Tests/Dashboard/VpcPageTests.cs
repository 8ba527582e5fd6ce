using Amazon.EC2.Model;
using Lab.Dashboard.Access;
using Lab.Emulation.Aws.MotoQuirks;
using Lab.Model.Running;
using Lab.Tests.Programs;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Lab.Tests.Dashboard;

/// <summary>The picture of a lab that really runs in a VPC: it follows the emulator, and the packet filter counts.</summary>
[Collection(VirtualMachines.Name)]
public sealed class VpcPageTests(Chromium chromium) : IClassFixture<Chromium>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_rule_that_is_removed_in_the_emulator_is_seen_in_matrix_way_and_drops()
    {
        await using var program = new LabProgram();
        var run = program.Start("up", "--vpc", "--json", "--nodes", "1");
        await run.WaitForAsync(happened => (string?)happened["event"] == "serving");
        var folder = program.Folders.Lab("lab");
        await using var window = await chromium.OpenAsync(LabAccess.Read(folder)!.NewLink("/resources")!);
        var page = window.Page;
        var summary = await run.WaitForAsync(happened => (string?)happened["event"] == "summary");
        Assert.True((int)summary["ready"]! == 1, run.Transcript);
        var node = (string)summary["nodes"]![0]!["name"]!;

        await Expect(page.Locator("[data-resource=aws] .here-cell")).ToContainTextAsync(new Uri(LabStatus.Read(folder.Root)!.Services["aws"].Url!).Authority);
        await window.GoAsync("/lab");
        await Expect(page.Locator($"[data-host={node}]")).ToHaveAttributeAsync("data-tone", "good");
        await Expect(page.Locator("[data-host=bastion]")).ToContainTextAsync("10.20.13.140");
        var boot = page.Locator($"[data-cell='{node}>bastion']");
        await Expect(boot).ToHaveAttributeAsync("data-allowed", "yes");
        await Expect(page.Locator("[data-way-end]")).ToHaveAttributeAsync("data-way-end", "allowed");
        await Expect(page.Locator("[data-group=bastion-sg]")).ToContainTextAsync("accepts everything from talos-nodes-sg");
        await Expect(page.Locator(".vpc-subnet h3")).ToContainTextAsync(["Public subnet", "Private subnet"]);
        await Expect(page.Locator(".vpc-routes").Last).ToContainTextAsync("everything else over IPv4 goes to the NAT gateway");
        await LooksRightAsync(window);
        await Screenshots.TakeVpcAsync(window);

        await CloseAsync(new EmulatedAccount(new Uri(LabStatus.Read(folder.Root)!.Services["aws"].Url!), "eu-west-1"));
        await Expect(boot).ToHaveAttributeAsync("data-allowed", "no");
        await Expect(page.Locator("[data-way-end]")).ToHaveAttributeAsync("data-way-end", "dropped");
        await Expect(page.Locator("[data-way-end]")).ToContainTextAsync("no inward rule of bastion-sg");
        var route = await program.RunAsync("route", node, "bastion", "--port", "8080");
        await page.Locator("[data-from=bastion]").ClickAsync();
        await page.Locator($"[data-to={node}]").ClickAsync();
        await Expect(page.Locator("[data-way] li").First).ToContainTextAsync("bastion");
        await Expect(page.Locator("[data-way-end]")).ToHaveAttributeAsync("data-way-end", "allowed");
        await page.Locator($"[data-cell='{node}>bastion'] button").ClickAsync();
        await Expect(page.Locator("[data-way-end]")).ToHaveAttributeAsync("data-way-end", "dropped");
        Assert.Equal(1, route.ExitCode);
        Assert.Contains("Dropped: no inward rule of bastion-sg allows tcp 8080", route.Transcript, StringComparison.Ordinal);

        // A node that starts now asks in vain.
        await window.GoAsync($"/resource/{node}");
        await Expect(page.Locator("[data-storage]")).ToContainTextAsync(["made from image", "empty each time that it is switched on"]);
        await Expect(page.Locator(".facts dd").GetByText("–", new() { Exact = true })).ToHaveCountAsync(0);
        await Expect(page.Locator("[data-node-mac]")).ToContainTextAsync("of its network interface in the VPC");
        await Expect(page.Locator("[data-node-mac]")).Not.ToContainTextAsync("the lab file says");
        await page.Locator("[data-command=stop]").ClickAsync();
        await page.Locator("[data-confirm]").ClickAsync();
        await Expect(page.Locator(".headline .state")).ToHaveTextAsync("Exited");
        await page.Locator("[data-command=start]").ClickAsync();
        await window.GoAsync("/lab");
        await Expect(page.Locator("[data-count='bastion ingress: no rule allows it']")).Not.ToHaveAttributeAsync("data-packets", "0");

        Assert.Empty(window.Errors);
        await run.SignalAsync("INT");
        await run.Ended;
        await program.NothingIsLeftAsync();
    }

    /// <summary>Removes what lets nodes in to the bastion.</summary>
    private static async Task CloseAsync(EmulatedAccount account)
    {
        using var ec2 = account.CreateClient();
        var groups = await ec2.DescribeSecurityGroupsAsync(new DescribeSecurityGroupsRequest { Filters = [new("group-name", ["bastion-sg"])] }, Token);
        foreach (var permission in groups.SecurityGroups[0].IpPermissions)
        {
            await ec2.RevokeSecurityGroupIngressAsync(
                new RevokeSecurityGroupIngressRequest { GroupId = groups.SecurityGroups[0].GroupId, IpPermissions = [permission] },
                Token
            );
        }
    }

    private static async Task LooksRightAsync(Window window)
    {
        foreach (var (width, isDark) in new[] { (390, true), (390, false), (1280, true), (1280, false) })
        {
            await window.Page.EmulateMediaAsync(new() { ColorScheme = isDark ? ColorScheme.Dark : ColorScheme.Light });
            await window.Page.SetViewportSizeAsync(width, 844);
            Assert.Empty(await window.BarriersAsync());
            Assert.True(await window.OverflowAsync() <= 0, $"The page scrolls sideways at {width}.");
        }
    }
}
