using System.Net;
using System.Text.RegularExpressions;
using Lab.Emulation.Linux;
using Lab.Emulation.Network;
using Lab.Model.Definition;
using Lab.Model.Rendering;
using Lab.Model.Services;

namespace Lab.Emulation.Services;

/// <summary>Fills a lab's run folder with everything that its services read.</summary>
public static partial class RunFolder
{
    /// <summary>Configuration of DHCP and TFTP.</summary>
    public const string DnsmasqConfig = "dnsmasq.conf";

    /// <summary>The leases of DHCP.</summary>
    public const string Leases = "leases";

    /// <summary>Configuration and leases of the router of a rehearsed home.</summary>
    public const string RouterConfig = "router.conf",
        RouterLeases = "router.leases";

    /// <summary>Configuration and leases of somebody else's DHCP server there.</summary>
    public const string OtherServerConfig = "other-server.conf",
        OtherServerLeases = "other-server.leases";

    /// <summary>Where the program that serves TFTP finds its files.</summary>
    public const string TftpRoot = "/tftp";

    /// <summary>Configuration of the name server.</summary>
    public const string NameServerConfig = "dns.conf";

    /// <summary>Configuration of a cache.</summary>
    public static string RegistryConfig(MirrorDefinition mirror) => $"{RegistryCache.Name(mirror)}.yaml";

    /// <summary>What a cache holds; kept from run to run.</summary>
    public static string RegistryFolder(LabFolder folder, MirrorDefinition mirror) => Path.Combine(folder.Registries, RegistryCache.FolderName(mirror));

    /// <summary>Only what one cache needs.</summary>
    public static void PrepareCache(LabDefinition lab, LabFolder folder, MirrorDefinition mirror)
    {
        foreach (var path in new[] { folder.Run, folder.Logs, RegistryFolder(folder, mirror) })
        {
            Directory.CreateDirectory(path);
        }

        Write(Path.Combine(folder.Run, RegistryConfig(mirror)), new RenderedFile(RegistryConfig(mirror), CacheConfig(lab, folder, mirror)));
    }

    /// <summary>Renders the definition and puts images and iPXE in place. Images are copied: whatever happens to the run folder, the cache stays whole.</summary>
    public static void Prepare(LabDefinition lab, LabFolder folder, HostTools tools, ServedImages images) =>
        Fill(
            lab,
            folder,
            tools,
            images,
            [
                new(DnsmasqConfig, Dnsmasq.Config(lab, TftpRoot, Path.Combine(folder.Run, Leases), lab.Bastion.Address, LabFabric.BastionDevice)),
                new(Path.Combine("tftp", Dnsmasq.AutoexecScript), Dnsmasq.Autoexec()),
                new(NameServerConfig, NameServer.Config(lab, DnsForwarder.Address)),
            ],
            Architectures.Of(lab).Select(BootClient.Uefi)
        );

    /// <summary>The same for a home with a router of its own, beside which Lab answers as it does on a real network.</summary>
    /// <param name="lab">The lab.</param>
    /// <param name="plan">Home and other servers.</param>
    /// <param name="routerLines">Further lines of the router's configuration.</param>
    /// <param name="folder">The lab's files.</param>
    /// <param name="tools">Has iPXE.</param>
    /// <param name="images">What nodes boot.</param>
    public static void Prepare(LabDefinition lab, LanPlan plan, IEnumerable<string> routerLines, LabFolder folder, HostTools tools, ServedImages images)
    {
        var home = plan.Home!;
        Prepare(lab, home, DnsForwarder.Address, folder, tools, images);
        var leases = Path.Combine(folder.Run, RouterLeases);
        Write(
            folder.Run,
            [
                new(RouterConfig, HomeRouter.Config(lab, home, leases, LabFabric.BastionDevice, routerLines)),
                .. plan.OtherNetwork is { } other
                    ? new[]
                    {
                        new RenderedFile(
                            OtherServerConfig,
                            HomeRouter.OtherServer(other, LanPlan.ServerOf(other), Path.Combine(folder.Run, OtherServerLeases))
                        ),
                    }
                    : [],
            ]
        );
    }

    /// <summary>The same for a lab that serves a real network. Whichever server a machine got its lease from, iPXE is told by its first script where to go on.</summary>
    /// <param name="lab">The lab as it is served.</param>
    /// <param name="lan">The network.</param>
    /// <param name="resolver">Where the name server asks for the names of others: <c>address#port</c>; null for nowhere.</param>
    /// <param name="folder">The lab's files.</param>
    /// <param name="tools">Has iPXE.</param>
    /// <param name="images">What nodes boot.</param>
    /// <param name="hasViews">False where the program that serves TFTP finds its files where this one does.</param>
    public static void Prepare(
        LabDefinition lab,
        HomeLan lan,
        string? resolver,
        LabFolder folder,
        HostTools tools,
        ServedImages images,
        bool hasViews = true
    ) =>
        Fill(
            lab,
            folder,
            tools,
            images,
            [
                new(DnsmasqConfig, HomeDnsmasq.Config(lab, lan, hasViews ? TftpRoot : folder.TftpRoot, Path.Combine(folder.Run, Leases), lan.Address)),
                .. HomeFiles.BootScripts(lab),
                new(NameServerConfig, NameServer.Config(lab, resolver)),
            ],
            BootClient.Of(lab)
        );

    private static void Fill(
        LabDefinition lab,
        LabFolder folder,
        HostTools tools,
        ServedImages images,
        IEnumerable<RenderedFile> configurations,
        IEnumerable<BootClient> clients
    )
    {
        string[] folders = [folder.Run, folder.Logs, .. lab.Mirrors.Select(mirror => RegistryFolder(folder, mirror))];
        foreach (var path in folders)
        {
            Directory.CreateDirectory(path);
        }

        Write(folder.Run, configurations.Concat(Render(lab, folder, images)));
        PrepareResolver(folder, [lab.Bastion.Address], lab.Dns.Domain);
        Copy(folder.TftpRoot, folder.Assets, tools, images.Images, clients);
        images.RaspberryPi?.Copy(folder.TftpRoot);
    }

    /// <summary>The files with which containers serve a real network, in a folder that has nothing else.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="lab">The lab as it is served.</param>
    /// <param name="lan">The network.</param>
    /// <param name="tools">Has iPXE.</param>
    /// <param name="images">What nodes boot.</param>
    public static void PrepareContainers(string path, LabDefinition lab, HomeLan lan, HostTools tools, ServedImages images)
    {
        Write(path, HomeFiles.Render(lab, lan, images.Images.ByNode, images.MachineConfigs));
        Copy(Path.Combine(path, HomeFiles.Tftp), Path.Combine(path, HomeFiles.Matchbox, "assets"), tools, images.Images, BootClient.Of(lab));
        images.RaspberryPi?.Copy(Path.Combine(path, HomeFiles.Tftp));
    }

    private static void Write(string folder, IEnumerable<RenderedFile> files)
    {
        foreach (var file in files)
        {
            var path = Path.Combine(folder, file.Path);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            Write(path, file);
        }
    }

    private static void Copy(string tftpRoot, string assets, HostTools tools, LabImages images, IEnumerable<BootClient> clients)
    {
        IEnumerable<(string From, string To)> files =
        [
            .. clients.Select(client =>
                (tools.IpxeProgram(client.Program), Path.Combine(client.IsHttp ? Path.Combine(assets, BootClient.HttpFolder) : tftpRoot, client.Program))
            ),
            .. images.All.SelectMany(image =>
                new[]
                {
                    (image.KernelPath, Path.Combine(assets, image.Image.AssetFolder, image.Image.Kernel)),
                    (image.InitrdPath, Path.Combine(assets, image.Image.AssetFolder, image.Image.Initrd)),
                }.Concat(image.Assets.Select(asset => (asset.Value, Path.Combine(assets, image.Image.AssetFolder, asset.Key))))
            ),
        ];
        foreach (var (from, to) in files.Distinct())
        {
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(from, to);
        }

        foreach (var program in clients.Where(client => client.IsUBoot).Select(client => Path.Combine(tftpRoot, client.Program)))
        {
            File.WriteAllBytes(program, IpxeForUBoot.From(File.ReadAllBytes(program)));
        }
    }

    /// <summary>
    /// How a command on the bastion resolves names. This machine's own services for that (systemd-resolved, mDNS) are reached by path, not by
    /// network, and would answer for this machine: the command asks the name servers only.
    /// </summary>
    /// <param name="folder">The lab's files.</param>
    /// <param name="servers">The name servers, in the order in which they are asked.</param>
    /// <param name="domain">The domain of names without one.</param>
    public static void PrepareResolver(LabFolder folder, IEnumerable<IPAddress> servers, string domain)
    {
        const string hostFile = "/etc/nsswitch.conf";
        File.WriteAllText(folder.Resolver, string.Concat([$"search {domain}\n", .. servers.Select(server => $"nameserver {server}\n")]));
        if (File.Exists(hostFile))
        {
            File.WriteAllText(folder.NameServices, HostsLine().Replace(File.ReadAllText(hostFile), "hosts: files dns"));
        }
    }

    /// <summary>The files that are the same wherever the lab runs, relative to the run folder.</summary>
    private static IEnumerable<RenderedFile> Render(LabDefinition lab, LabFolder folder, ServedImages images) =>
        [
            .. lab.Mirrors.Select(mirror => new RenderedFile(RegistryConfig(mirror), CacheConfig(lab, folder, mirror))),
            .. MatchboxData.Render(lab, images.Images.ByNode, images.MachineConfigs).Select(file => file with { Path = Path.Combine("matchbox", file.Path) }),
        ];

    private static void Write(string path, RenderedFile file)
    {
        using var writer = new StreamWriter(file.IsSecret ? SecretFile.Create(path) : File.Create(path));
        writer.Write(file.Content);
    }

    private static string CacheConfig(LabDefinition lab, LabFolder folder, MirrorDefinition mirror)
    {
        var endpoints = CacheEndpoints.Of(lab, mirror);
        return RegistryCache.Config(lab, mirror, $"http://{endpoints.Upstream}", RegistryFolder(folder, mirror), endpoints.Process);
    }

    [GeneratedRegex("^hosts:.*$", RegexOptions.Multiline)]
    private static partial Regex HostsLine();
}
