using Lab.Runtime.Home;

namespace Lab.Tests.Programs;

/// <summary>A rehearsed home with a router of its own: what <c>lab serve</c> does on a real LAN, before a cable is plugged in.</summary>
[BootsMachines]
public sealed class HomeRouterTests : IAsyncDisposable
{
    private readonly LabProgram _program = new();

    [Theory]
    [InlineData("proxy", "dhcp dnsmasq", "without a boot file")]
    [InlineData("off", "dhcp router", "with boot file ipxe-arm64.efi")]
    public async Task A_node_has_its_address_from_the_router_which_is_listed_and_boots_what_Lab_says_beside_it(string dhcp, string first, string offer)
    {
        _program.Folder.File("lab.yaml", $"network: {{ as: vpc, home: {{ dhcp: {dhcp} }} }}\n");
        var run = _program.Start("up", "--lan", "home", "--json", "--port", "0");
        await run.WaitForAsync(happened => (string?)happened["event"] == "summary");
        Assert.Equal(
            [
                "firmware console",
                first,
                "tftp dnsmasq",
                "ipxe console",
                "script boot-server",
                "kernel boot-server",
                "initrd boot-server",
                "linux console",
                "userspace console",
                "lease router",
                "config boot-server",
                "images console",
                "ready bastion",
            ],
            run.Of("milestone").Select(milestone => $"{milestone["stage"]} {milestone["source"]}")
        );
        Assert.Contains(run.Of("message"), message => (string?)message["text"] == $"DHCP server 10.20.13.1 answers here, {offer}.");
        Assert.Contains(run.Of("service"), service => (string?)service["name"] == "router" && (string?)service["state"] == "Healthy");
        Assert.Contains("DHCPACK(eth0) 10.20.13.11 52:54:00:13:00:01", await LogAsync("router"));
        Assert.DoesNotContain("DHCPACK", await LogAsync("dnsmasq"));

        Assert.Contains("router", (await _program.RunAsync("ps")).Transcript);
        Assert.Contains("DHCPOFFER", (await _program.RunAsync("logs", "router")).Transcript);
        await run.SignalAsync("INT");
        await run.Ended;
        await _program.NothingIsLeftAsync();
    }

    [Fact]
    public async Task Lab_gives_no_addresses_beside_the_router()
    {
        _program.Folder.File("lab.yaml", "network: { home: { dhcp: full } }\n");
        var run = await _program.RunAsync("up", "--lan", "home", "--once");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("DHCP server 10.20.13.1 answers here, without a boot file. With dhcp: full Lab would give addresses beside it", run.Errors);
        await _program.NothingIsLeftAsync();
    }

    [Theory]
    [InlineData("two-dhcp-servers", "2 DHCP servers answer here", "tftp", "Another DHCP server answers here and gave 192.168.77.")]
    [InlineData("router-offers-bootfile", "with boot file pxelinux.0. It names a boot file too", "tftp", "The router names a boot file too (pxelinux.0)")]
    [InlineData(
        "wrong-interface",
        "No DHCP server answers on eth1",
        "dhcp",
        "The router has seen the machine and offered it an address, and dnsmasq has seen nothing of it"
    )]
    [InlineData("second-nic", "DHCP server 10.20.13.1 answers here, without a boot file.", "ready", "")]
    [InlineData("no-ntp", "No time server answers at 10.20.13.140", "ready", "")]
    public async Task A_mistake_of_a_home_with_a_router_is_seen_before_the_boot_or_named_by_it(string fault, string before, string stage, string cause)
    {
        var run = await _program.RunAsync("up", "--lan", "home", "--once", "--json", "--fault", fault);
        Assert.Contains(run.Of("message"), message => ((string?)message["text"])!.Contains(before, StringComparison.Ordinal));
        if (stage == "ready")
        {
            Assert.True(run.ExitCode == 0, run.Transcript);
        }
        else
        {
            Assert.True(run.ExitCode == 1, run.Transcript);
            var failure = Assert.Single(run.Of("failure"));
            Assert.True((string?)failure["stage"] == stage, run.Transcript);
            Assert.Contains(cause, (string?)failure["cause"]);
            Assert.NotEmpty(failure["evidence"]!.AsArray());
        }

        await _program.NothingIsLeftAsync();
    }

    [Fact]
    public void Every_fault_has_a_test() =>
        Assert.Equal(
            Fault.All.Where(fault => fault.NeedsRouter).Select(fault => fault.Name).Order(),
            InlineRows.FirstsOf(typeof(HomeRouterTests), nameof(A_mistake_of_a_home_with_a_router_is_seen_before_the_boot_or_named_by_it))
        );

    [Fact]
    public async Task A_machine_that_is_not_in_the_lab_file_gets_an_address_and_nothing_to_boot()
    {
        var run = await _program.RunAsync("up", "--lan", "home", "--once", "--json", "--fault", "wrong-mac");
        Assert.True(run.ExitCode == 1, run.Transcript);
        var failure = Assert.Single(run.Of("failure"));
        Assert.Equal("dhcp", (string?)failure["stage"]);
        Assert.Contains("this machine's MAC is not there. Defined: cp1 52:54:00:13:00:01", (string?)failure["cause"]);
    }

    [Fact]
    public async Task A_mistake_of_a_router_needs_one()
    {
        var run = await _program.RunAsync("up", "--once", "--fault", "no-ntp");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("no-ntp is a mistake of a home with a router of its own. To rehearse it: ", run.Errors);
        Assert.Contains("up --lan home --fault no-ntp", run.Errors);
    }

    public ValueTask DisposeAsync() => _program.DisposeAsync();

    private Task<string> LogAsync(string name) => File.ReadAllTextAsync(_program.Folders.Lab("lab").Log(name), TestContext.Current.CancellationToken);
}
