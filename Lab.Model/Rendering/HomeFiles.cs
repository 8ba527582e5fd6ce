using Lab.Model.Definition;
using Lab.Model.Services;

namespace Lab.Model.Rendering;

/// <summary>
/// The files with which containers serve a real network as <c>lab serve</c> does. Beside these text files they need the programs that
/// firmware loads and the kernels.
/// </summary>
public static class HomeFiles
{
    /// <summary>Names of the compose file and of what it mounts, in its folder.</summary>
    public const string Compose = "docker-compose.yml",
        DnsmasqConfig = "dnsmasq.conf",
        DnsConfig = "dns.conf",
        Tftp = "tftp",
        Matchbox = "matchbox";

    /// <summary>Where the container that serves TFTP has its files.</summary>
    public const string TftpRoot = "/tftp";

    /// <summary>Where it keeps the leases.</summary>
    public const string LeaseFile = "/leases/dnsmasq.leases";

    /// <summary>The files, relative.</summary>
    /// <param name="lab">The lab as it is served, see <see cref="HomeLan.Serve"/>.</param>
    /// <param name="lan">The network.</param>
    /// <param name="images">What each node boots, by its name.</param>
    /// <param name="machineConfigs">The user's machine configurations, by node.</param>
    public static IReadOnlyList<RenderedFile> Render(
        LabDefinition lab,
        HomeLan lan,
        IReadOnlyDictionary<string, BootImage> images,
        IReadOnlyDictionary<string, string> machineConfigs
    ) =>
        [
            new(Compose, ComposeFile.RenderHome(lab, lan)),
            new(DnsmasqConfig, HomeDnsmasq.Config(lab, lan, TftpRoot, LeaseFile, timeServer: null)),
            new(DnsConfig, NameServer.Config(lab, lan.Gateway is { } gateway ? $"{gateway}" : null)),
            .. BootScripts(lab),
            .. MatchboxData.Render(lab, images, machineConfigs).Select(file => file with { Path = $"{Matchbox}/{file.Path}" }),
        ];

    /// <summary>iPXE's first script, beside each copy of it: whichever server a machine got its lease from, it is told there where to go on.</summary>
    /// <param name="lab">The lab as it is served.</param>
    public static IEnumerable<RenderedFile> BootScripts(LabDefinition lab)
    {
        var script = Dnsmasq.Autoexec($"{Services.Matchbox.Url(lab)}/boot.ipxe");
        return [new($"{Tftp}/{Dnsmasq.AutoexecScript}", script), new($"{Matchbox}/assets/{BootClient.HttpFolder}/{Dnsmasq.AutoexecScript}", script)];
    }
}
