using System.Net;
using Lab.Emulation.Linux;
using Lab.Emulation.Network;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Rendering;
using Lab.Model.Services;

namespace Lab.Runtime.Home;

/// <summary>
/// A mistake to rehearse: something is really broken, in the way in which it breaks at home, and the boot shows what an operator
/// would see.
/// </summary>
/// <param name="Name">As the option names it.</param>
/// <param name="Description">What is broken.</param>
public sealed record Fault(string Name, string Description)
{
    /// <summary>Done to the run folder after it was filled.</summary>
    public Action<LabFolder, IEnumerable<BootImage>> BreakFiles { get; private init; } = (_, _) => { };

    /// <summary>The service that is stopped after it was healthy; null for none.</summary>
    public string? StoppedService { get; private init; }

    /// <summary>The MAC that the node's machine gets.</summary>
    public Func<NodeDefinition, MacAddress> Mac { get; private init; } = node => node.Mac;

    /// <summary>True for a mistake of a home with a router of its own.</summary>
    public bool NeedsRouter { get; private init; }

    /// <summary>Further lines of the router's configuration.</summary>
    public IReadOnlyList<string> RouterLines { get; private init; } = [];

    /// <summary>The network of somebody else who serves DHCP on the same wire; null for nobody.</summary>
    public IPNetwork? OtherNetwork { get; private init; }

    /// <summary>The bastion's network interface that Lab serves on.</summary>
    public string Interface { get; private init; } = LabFabric.BastionDevice;

    /// <summary>True for machines whose first network card is another one, which leads nowhere.</summary>
    public bool HasOtherCard { get; private init; }

    /// <summary>False where no time server answers.</summary>
    public bool TellsTime { get; private init; } = true;

    /// <summary>Nothing is broken.</summary>
    public static Fault None { get; } = new("none", "nothing");

    /// <summary>All that can be rehearsed.</summary>
    public static IReadOnlyList<Fault> All { get; } =
    [
        new("dnsmasq-stopped", "DHCP and TFTP are stopped before the nodes start") { StoppedService = Dnsmasq.Name },
        new("boot-server-stopped", "the boot server is stopped before the nodes start") { StoppedService = Matchbox.Name },
        new("boot-program-missing", "iPXE is not in the TFTP folder")
        {
            BreakFiles = (folder, images) =>
            {
                foreach (var image in images)
                {
                    File.Delete(Path.Combine(folder.TftpRoot, Dnsmasq.BootProgram(image.Architecture)));
                }
            },
        },
        new("kernel-missing", "the kernel is not among the boot server's assets")
        {
            BreakFiles = (folder, images) => DeleteAssets(folder, images, image => image.Kernel),
        },
        new("initrd-missing", "the initramfs is not among the boot server's assets")
        {
            BreakFiles = (folder, images) => DeleteAssets(folder, images, image => image.Initrd),
        },
        new("wrong-mac", "the machines' MACs are not those of the definition") { Mac = node => node.Mac.Next(0x100) },
        new("empty-config", "the machine configuration is empty")
        {
            BreakFiles = (folder, _) => File.WriteAllText(Path.Combine(folder.MatchboxData, "generic", MatchboxData.ConfigTemplate), ""),
        },
        new("two-dhcp-servers", "somebody else's DHCP server is on the same wire, and answers before the router")
        {
            NeedsRouter = true,
            OtherNetwork = IPNetwork.Parse("192.168.77.0/24"),
            RouterLines = ["dhcp-reply-delay=2"],
        },
        new("router-offers-bootfile", "the router names a boot file, as one does that has served network boot before")
        {
            NeedsRouter = true,
            // Firmware prefers a server that names a file and says that it is one for PXE. Without the second EDK2 takes Lab's.
            RouterLines = ["dhcp-boot=pxelinux.0", "dhcp-option-force=option:vendor-class,PXEClient"],
        },
        new("wrong-interface", "Lab serves on a network interface to which no machine is plugged") { NeedsRouter = true, Interface = "eth1" },
        new("second-nic", "the machines have a first network card that leads nowhere, and boot from the second") { NeedsRouter = true, HasOtherCard = true },
        new("no-ntp", "no time server answers") { NeedsRouter = true, TellsTime = false },
    ];

    private static void DeleteAssets(LabFolder folder, IEnumerable<BootImage> images, Func<BootImage, string> file)
    {
        foreach (var image in images)
        {
            File.Delete(Path.Combine(folder.Assets, image.AssetFolder, file(image)));
        }
    }

    /// <summary>The fault of that name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="hasRouter">Whether the home has a router of its own.</param>
    /// <exception cref="LabException">There is none, or it is one of another home.</exception>
    public static Fault Of(string name, bool hasRouter) =>
        All.FirstOrDefault(fault => fault.Name == name) is not { } found
            ? throw new LabException($"--fault: there is no fault '{name}'. There are: {string.Join(", ", All.Select(fault => fault.Name))}.")
        : found.NeedsRouter && !hasRouter
            ? throw new LabException(
                $"--fault: {name} is a mistake of a home with a router of its own. To rehearse it: {LabCommand.Line($"up --lan home --fault {name}")}"
            )
        : found;
}
