namespace Lab.Tests.Programs;

/// <summary>Where Lab serves a real network and where it does not: the interface that is meant, and who else gives addresses there.</summary>
[BootsMachines]
public sealed class ServeNetworkTests
{
    [Fact]
    public async Task Lab_announces_no_IPv6_on_a_real_network_even_where_it_gives_the_addresses()
    {
        await using var lan = await RealLan.CreateAsync(null);
        lan.Program.Folder.File("lab.yaml", RealLan.LabFile.Replace("  home: {", "  ipv6: fd00:192:168:1::/64\n  home: {", StringComparison.Ordinal));
        var run = await lan.ServeAsync("--dhcp", "full");
        Assert.Contains(
            run.Of("message"),
            message =>
                (string?)message["text"] == "network.ipv6: left out, since on a real network it is the router that announces fd00:192:168:1::/64, not Lab."
        );
        var log = (await lan.Program.RunAsync("logs", "dnsmasq")).Transcript;
        Assert.Contains("DHCP, IP range 192.168.1.", log, StringComparison.Ordinal);
        Assert.DoesNotContain("router advertisement", log, StringComparison.OrdinalIgnoreCase);
        await run.SignalAsync("INT");
        await run.Ended;
        Assert.True(run.ExitCode == 0, run.Transcript);
    }

    [Fact]
    public async Task It_gives_no_addresses_beside_a_server_that_does_and_has_answered_nobody_before_it_knew()
    {
        await using var lan = await RealLan.CreateAsync(RealLan.PlainRouter);
        await lan.SniffAsync();
        var run = await lan.Program.RunAsync("serve", "--image", "stand-in", "--dhcp", "full", "--port", "0");
        Assert.True(run.ExitCode == 1, run.Transcript);
        Assert.Contains("DHCP server 192.168.1.1 answers here, without a boot file", run.Errors);
        Assert.Contains("Nothing was served", run.Errors);
        // Its own question, and nothing that a DHCP server says.
        Assert.Equal(["68 67"], lan.Sent.Where(IsOfDhcp).Distinct());
        await lan.NothingIsLeftAsync();
    }

    [Fact]
    public async Task Where_somebody_else_begins_to_give_addresses_it_stops()
    {
        await using var lan = await RealLan.CreateAsync(routerOptions: null);
        var run = await lan.ServeAsync("--dhcp", "full");
        lan.StartRouter();
        await run.WaitForAsync(happened => (string?)happened["name"] == "dnsmasq" && (string?)happened["state"] == "Exited");
        await run.WaitForAsync(happened =>
            ((string?)happened["text"])?.StartsWith("DHCP server 192.168.1.1 answers on eth0 now", StringComparison.Ordinal) == true
        );
    }

    [Fact]
    public async Task A_router_that_names_a_boot_file_itself_is_told_of()
    {
        await using var lan = await RealLan.CreateAsync(["--dhcp-boot=other.efi"]);
        var run = await lan.ServeAsync();
        Assert.Contains(
            run.Of("message"),
            message =>
                ((string?)message["text"])!.StartsWith(
                    "DHCP server 192.168.1.1 answers here, with boot file other.efi. It names a boot file too",
                    StringComparison.Ordinal
                )
        );
    }

    [Theory]
    [InlineData("wireless", "eth0 is wireless")]
    [InlineData("tun", "vpn0 is a VPN or a tunnel")]
    [InlineData("bridge", "docker0 is a bridge of containers or virtual machines")]
    [InlineData("loopback", "lo is this machine itself")]
    [InlineData("public", "eth0 has the public address 203.0.113.5")]
    [InlineData("down", "eth0 is down")]
    [InlineData("other-network", "eth0 is in 192.168.7.0/24, and the lab file is for 192.168.1.0/24")]
    [InlineData("same-address", "192.168.1.11 is this machine's address, and that of cp1")]
    [InlineData("none", "This machine has no network interface 'eth7'. This machine has: eth0 (192.168.1.5/24), lo (127.0.0.1/8, loopback).")]
    public async Task An_interface_that_is_not_meant_is_refused_before_a_packet_has_left(string kind, string message)
    {
        await using var lan = await RealLan.CreateAsync(RealLan.PlainRouter);
        var (device, prepare) = kind switch
        {
            "wireless" => ("eth0", ""),
            "tun" => ("vpn0", $"-n {lan.Box} tuntap add vpn0 mode tun;-n {lan.Box} address add 10.9.0.2/24 dev vpn0;-n {lan.Box} link set vpn0 up"),
            "bridge" => (
                "docker0",
                $"-n {lan.Box} link add docker0 type bridge;-n {lan.Box} address add 172.17.0.1/16 dev docker0;-n {lan.Box} link add c1 type veth peer name c2;-n {lan.Box} link set c1 master docker0 up;-n {lan.Box} link set docker0 up"
            ),
            "loopback" => ("lo", ""),
            "public" => ("eth0", $"-n {lan.Box} address flush dev eth0;-n {lan.Box} address add 203.0.113.5/24 dev eth0"),
            "down" => ("eth0", $"-n {lan.Box} link set eth0 down"),
            "other-network" => ("eth0", $"-n {lan.Box} address flush dev eth0;-n {lan.Box} address add 192.168.7.5/24 dev eth0"),
            "same-address" => ("eth0", $"-n {lan.Box} address flush dev eth0;-n {lan.Box} address add 192.168.1.11/24 dev eth0"),
            _ => ("eth7", ""),
        };
        foreach (var command in prepare.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            await lan.IpAsync(command);
        }

        if (kind == "public")
        {
            lan.Program.Folder.File(
                "lab.yaml",
                "network: { vpc: 203.0.113.0/24, publicSubnet: 203.0.113.128/28, privateSubnet: 203.0.113.0/25 }\nbastion: { address: 203.0.113.9 }\ndhcp: { first: 203.0.113.20, last: 203.0.113.30 }\nnodes: []\n"
            );
            await lan.IpAsync($"-n {lan.Box} address flush dev eth0");
            await lan.IpAsync($"-n {lan.Box} address add 203.0.113.5/25 dev eth0");
        }

        await lan.SniffAsync();
        var run = kind == "wireless" ? await lan.ServeOverWifiAsync() : await lan.Program.RunAsync("serve", "--image", "stand-in", "--interface", device);
        Assert.True(run.ExitCode == 1, run.Transcript);
        Assert.Contains(message, run.Errors);
        Assert.DoesNotContain(lan.Sent, IsOfDhcp);
        await lan.NothingIsLeftAsync();
    }

    [Fact]
    public async Task Who_is_sure_is_served_on_such_an_interface_too()
    {
        await using var lan = await RealLan.CreateAsync(RealLan.PlainRouter);
        await lan.IpAsync($"-n {lan.Box} link add docker0 type bridge");
        await lan.IpAsync($"-n {lan.Box} link set eth0 master docker0");
        await lan.IpAsync($"-n {lan.Box} address flush dev eth0");
        await lan.IpAsync($"-n {lan.Box} address add {RealLan.BoxAddress}/24 dev docker0");
        await lan.IpAsync($"-n {lan.Box} link set docker0 up");
        var refused = await lan.Program.RunAsync("serve", "--image", "stand-in", "--interface", "docker0");
        Assert.Contains("If that is what you want, say --yes.", refused.Errors);
        await lan.ServeAsync("--interface", "docker0", "--yes");
    }

    private static bool IsOfDhcp(string packet) => packet.Split(' ').Any(port => port is "67" or "68" or "69" or "4011");
}
