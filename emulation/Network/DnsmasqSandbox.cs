using Lab.Emulation.Linux;

namespace Lab.Emulation.Network;

/// <summary>How every dnsmasq of a lab runs: what it sees, what it may do, and its arguments.</summary>
public static class DnsmasqSandbox
{
    /// <summary>A sandbox for DHCP, TFTP and DNS: dnsmasq opens ports below 1024, sends replies to machines that have no address yet, and asks whether an address is taken.</summary>
    /// <param name="folder">The lab's files.</param>
    /// <param name="config">Absolute path of the configuration.</param>
    /// <param name="leases">Absolute path of the file for leases, made here where there is none; null without DHCP.</param>
    /// <param name="reads">What the configuration names.</param>
    public static Sandbox Of(LabFolder folder, string config, string? leases, params IEnumerable<SandboxPath> reads)
    {
        if (leases is not null && !File.Exists(leases))
        {
            // Once: after a restart dnsmasq still knows who has which address.
            using var _ = SecretFile.Create(leases);
        }

        return new Sandbox(folder, ServiceRole.Network)
        {
            Reads = [config, .. reads],
            Writes = leases is null ? [] : [leases],
            Capabilities = ["net_admin", "net_raw", "net_bind_service"],
        };
    }

    /// <summary>
    /// The arguments. In the foreground it still serves each TCP connection in a process of its own, which <c>--no-daemon</c> does not. It has
    /// its user already, and root is one that it need not change to. The log goes to standard error only, not to the host's syslog.
    /// </summary>
    public static IReadOnlyList<string> Arguments(string config) =>
        ["--keep-in-foreground", "--user=root", "--pid-file", $"--conf-file={config}", "--log-facility=-"];
}
