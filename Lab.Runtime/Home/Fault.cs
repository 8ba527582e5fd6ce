using Lab.Emulation.Linux;
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
    ];

    private static void DeleteAssets(LabFolder folder, IEnumerable<BootImage> images, Func<BootImage, string> file)
    {
        foreach (var image in images)
        {
            File.Delete(Path.Combine(folder.Assets, image.AssetFolder, file(image)));
        }
    }

    /// <summary>The fault of that name.</summary>
    /// <exception cref="LabException">There is none.</exception>
    public static Fault Of(string name) =>
        All.FirstOrDefault(fault => fault.Name == name)
        ?? throw new LabException($"--fault: there is no fault '{name}'. There are: {string.Join(", ", All.Select(fault => fault.Name))}.");
}
