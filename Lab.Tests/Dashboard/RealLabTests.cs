using System.Text.RegularExpressions;
using Lab.Dashboard.Access;
using Lab.Model.Definition;
using Lab.Model.Input;
using Lab.Tests.Deployer;
using Lab.Tests.Programs;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Lab.Tests.Dashboard;

/// <summary>The page of a lab that really runs: services, a machine that boots, a mistake and its mending, a deployment to the emulator.</summary>
[Collection(VirtualMachines.Name)]
public sealed class RealLabTests(Chromium chromium) : IClassFixture<Chromium>
{
    private const string Definition = "bastion: { create: true }\n";

    /// <summary>A boot takes 6 s alone on its machine and ten times that on one that is busy; a failed one waits for the lab's patience.</summary>
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_lab_is_started_broken_mended_read_and_deployed_from_its_page()
    {
        await using var program = new LabProgram();
        await File.WriteAllTextAsync(Path.Combine(program.Folder.Path, "lab.yaml"), Definition, Token);
        var nodes = Screenshots.AreWanted ? 6 : 1;
        var run = program.Start("up", "--json", "--timeout", "120", "--nodes", $"{nodes}");
        await run.WaitForAsync(happened => (string?)happened["event"] == "serving");
        await using var window = await chromium.OpenAsync(LabAccess.Read(program.Folders.Lab("lab"))!.NewLink("/resources")!);
        var page = window.Page;

        await Expect(page.Locator(".summary")).ToContainTextAsync($"{10 + nodes} of {10 + nodes}");
        foreach (var resource in await page.Locator("[data-resource]").AllAsync())
        {
            await Expect(resource).ToContainTextAsync("Healthy");
        }

        await window.GoAsync("/boot/cp1");
        await Expect(page.Locator("[data-node=cp1] [data-boot-state]")).ToContainTextAsync("ready after");
        Assert.Equal(13, await page.Locator("[data-stage-state=Reached]").CountAsync());
        await ReadLogAsync(window);
        await DeployAsync(window, LabFile.Parse(Definition, "lab.yaml", _ => null).WithNodes(nodes));
        await Screenshots.TakeAsync(window);

        await StopDhcpAsync(window);
        await Screenshots.TakeFailureAsync(window);
        await StartDhcpAsync(window);

        Assert.Empty(window.Errors);
        await run.SignalAsync("INT");
        await run.Ended;
    }

    private static async Task ReadLogAsync(Window window)
    {
        var page = window.Page;
        await window.GoAsync("/logs/dnsmasq");
        await page.GetByRole(AriaRole.Searchbox).FillAsync("dhcpack");
        await Expect(page.Locator("mark").First).ToHaveTextAsync("DHCPACK");
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByText("Whole file").ClickAsync());
        Assert.Contains("DHCPACK", await File.ReadAllTextAsync(await download.PathAsync(), Token));
        Assert.Equal("dnsmasq.log", download.SuggestedFilename);
    }

    private static async Task DeployAsync(Window window, LabDefinition lab)
    {
        var page = window.Page;
        await window.GoAsync("/aws");
        await Expect(page.Locator("[data-nothing-deployed]")).ToContainTextAsync("Nothing is deployed yet");

        var emulator = new Uri((await page.Locator(".headline .url").GetAttributeAsync("href"))!);
        await Runs.ApplyAsync(lab, emulator, Token, width: 4);

        await page.GetByRole(AriaRole.Button, new() { Name = "Read again" }).ClickAsync();
        await Expect(page.Locator("[data-aws=vpc]")).ToContainTextAsync("As defined");
        await Expect(page.Locator("[data-aws]:not([data-comparison=Same])")).ToHaveCountAsync(0);
    }

    private static async Task StopDhcpAsync(Window window)
    {
        var page = window.Page;
        await window.GoAsync("/resources");
        var dnsmasq = page.Locator("[data-resource=dnsmasq]");
        await dnsmasq.Locator("[data-command=stop]").ClickAsync();
        await page.Locator("[data-confirm]").ClickAsync();
        await Expect(dnsmasq).ToContainTextAsync("Exited");
        await PowerCycleAsync(window);
        await Expect(page.Locator("[data-node=cp1] [data-failed-stage=dhcp]")).ToContainTextAsync("dnsmasq is Exited");
        await window.GoAsync("/");
        await Expect(page.Locator("[data-lane=cp1] [data-remedy]")).ToContainTextAsync("Start dnsmasq");
        await Expect(page.Locator("[data-service=dnsmasq]")).ToContainTextAsync("Exited");
    }

    private static async Task StartDhcpAsync(Window window)
    {
        var page = window.Page;
        await window.GoAsync("/resource/dnsmasq");
        await page.Locator("[data-command=start]").ClickAsync();
        await Expect(page.Locator(".headline .state")).ToHaveTextAsync("Healthy");
        await PowerCycleAsync(window);
        await Expect(page.Locator("[data-node=cp1] [data-boot-state]")).ToContainTextAsync("ready after");
        await LookAtProofAsync(window);
    }

    /// <summary>The real exchange, and the first boot of the run beside the last.</summary>
    private static async Task LookAtProofAsync(Window window)
    {
        var page = window.Page;
        await window.GoAsync("/");
        await Expect(page.Locator("[data-lane=cp1] [data-ghost]")).ToHaveAttributeAsync("title", new Regex(@"^usually ready after [\d.]+ s \(one boot\)$"));
        await window.GoAsync("/boot/cp1/dhcp");
        await Expect(page.Locator("[data-proof=dhcp] [data-proof-lines]")).ToContainTextAsync("bootfile-name  ipxe-arm64.efi");
        await Expect(page.Locator("[data-proof=dhcp]")).ToContainTextAsync("DHCPDISCOVER");
        await window.GoAsync("/boot/cp1/script");
        await Expect(page.Locator("[data-proof=script] [data-exchange]")).ToContainTextAsync("User-Agent: iPXE");
        await Expect(page.Locator("[data-proof=script] [data-exchange]")).ToContainTextAsync("#!ipxe");
        await window.GoAsync("/resource/cp1");
        await Expect(page.Locator("pre[data-config]")).ToContainTextAsync("hostname: cp1");
        await Expect(page.Locator("[data-storage]")).ToContainTextAsync([new Regex("Disk of 8 GiB.*"), new Regex("UEFI variables.*written, last at")]);
        await Expect(page.Locator("[data-node-image]")).ToContainTextAsync("built on this machine from Debian's kernel");
        await window.GoAsync("/boot/cp1/linux");
        await Expect(page.Locator("[data-proof=linux] [data-proof-lines]")).ToContainTextAsync("Booting Linux");
        await window.GoAsync("/runs/1");
        await Expect(page.Locator("[data-node=cp1]")).ToHaveCountAsync(3);
        await Expect(page.Locator("[data-failed-stage=dhcp]")).ToContainTextAsync("dnsmasq is Exited");
    }

    private static async Task PowerCycleAsync(Window window)
    {
        await window.GoAsync("/boot/cp1");
        await window.Page.Locator("[data-node=cp1] [data-command=power-cycle]").ClickAsync();
        await window.Page.Locator("[data-confirm]").ClickAsync();

        // The bar of the new boot begins at nothing.
        await Expect(window.Page.Locator("[data-node=cp1] [data-stage=kernel]")).ToHaveAttributeAsync("data-stage-state", "Ahead");
    }
}
