using Lab.Model.Definition;
using Lab.Model.Services;

namespace Lab.Emulation.Machines;

/// <summary>The stages of a network boot, in the order in which a node passes them.</summary>
public enum BootStage
{
    /// <summary>UEFI firmware runs (serial console).</summary>
    Firmware,

    /// <summary>The firmware has its lease (dnsmasq).</summary>
    Dhcp,

    /// <summary>The network boot program was sent (dnsmasq).</summary>
    Tftp,

    /// <summary>iPXE runs (serial console).</summary>
    Ipxe,

    /// <summary>The instance's user data was sent, or a Talos was told that there is none (instance metadata); only in a VPC.</summary>
    UserData,

    /// <summary>The node's boot script was sent (boot server).</summary>
    Script,

    /// <summary>The boot script was sent, and it leaves the machine to its disk (boot server); only of an installed machine on a real network.</summary>
    Disk,

    /// <summary>The kernel was sent (boot server).</summary>
    Kernel,

    /// <summary>The initramfs was sent (boot server).</summary>
    Initrd,

    /// <summary>Linux runs (serial console).</summary>
    Linux,

    /// <summary>The image's init runs (serial console).</summary>
    Userspace,

    /// <summary>Linux has its lease (dnsmasq).</summary>
    Lease,

    /// <summary>The machine configuration was sent (boot server).</summary>
    Config,

    /// <summary>A manifest was pulled through every cache (serial console).</summary>
    Images,

    /// <summary>The sign of its image is there: for Talos and the stand-in, tcp 50000 answers (a connection from the bastion).</summary>
    Ready,
}

/// <summary>Text forms of the stages.</summary>
public static class BootStages
{
    /// <summary>All stages of a boot at home, in order.</summary>
    public static IReadOnlyList<BootStage> All { get; } = [.. Enum.GetValues<BootStage>().Where(stage => stage is not (BootStage.UserData or BootStage.Disk))];

    /// <summary>
    /// All stages of an instance in a VPC, in order: iPXE comes from the disk, so before the first lease, and what comes next from user
    /// data. A node that is offered no configuration fetches none and pulls nothing.
    /// </summary>
    public static IReadOnlyList<BootStage> Vpc { get; } =
    [
        BootStage.Firmware,
        BootStage.Ipxe,
        BootStage.Dhcp,
        BootStage.UserData,
        BootStage.Script,
        BootStage.Kernel,
        BootStage.Initrd,
        BootStage.Linux,
        BootStage.Userspace,
        BootStage.Lease,
        BootStage.Config,
        BootStage.Images,
        BootStage.Ready,
    ];

    /// <summary>The stages of an instance that starts from an image of its system's own, in order: nothing boots over the network.</summary>
    public static IReadOnlyList<BootStage> OwnImage(BootImage image) =>
        [
            BootStage.Firmware,
            BootStage.Linux,
            BootStage.Userspace,
            BootStage.Lease,
            .. image.OnInstance.ReadsUserData ? new[] { BootStage.UserData } : [],
            BootStage.Ready,
        ];

    /// <summary>
    /// The stages of a real machine's boot, in order: those that can be seen from outside. What its firmware, iPXE and Linux say stays on
    /// its own screen.
    /// </summary>
    /// <param name="dhcp">What Lab does about DHCP: only who answers sees who asks.</param>
    /// <param name="fetchesConfig">Whether the machine is told to fetch a configuration.</param>
    public static IReadOnlyList<BootStage> Outside(HomeDhcp dhcp, bool fetchesConfig) =>
        [
            .. dhcp == HomeDhcp.Off ? Array.Empty<BootStage>() : [BootStage.Dhcp],
            BootStage.Tftp,
            BootStage.Script,
            BootStage.Kernel,
            BootStage.Initrd,
            .. dhcp == HomeDhcp.Full ? new[] { BootStage.Lease } : [],
            .. fetchesConfig ? new[] { BootStage.Config } : [],
            BootStage.Ready,
        ];

    /// <summary>The stages of a Linux that another one has started, in order. Whether it fetches and pulls what the first did, its arguments say.</summary>
    public static IReadOnlyList<BootStage> AfterKexec { get; } = [BootStage.Linux, BootStage.Userspace, BootStage.Lease, BootStage.Ready];

    /// <summary>The stages that a real machine shows if its Linux sends its log over the network.</summary>
    public static IReadOnlyList<BootStage> OfKernelLog { get; } = [BootStage.Linux, BootStage.Userspace, BootStage.Images];

    /// <summary>A path with a stage that was seen, in its place if it is not there.</summary>
    public static IReadOnlyList<BootStage> With(this IReadOnlyList<BootStage> path, BootStage stage) =>
        path.Contains(stage) ? path : [.. path.TakeWhile(other => other < stage), stage, .. path.SkipWhile(other => other < stage)];

    /// <summary>The stages of a real machine that asks the network and is left to its disk.</summary>
    /// <param name="dhcp">What Lab does about DHCP.</param>
    public static IReadOnlyList<BootStage> OutsideFromDisk(HomeDhcp dhcp) =>
        [.. dhcp == HomeDhcp.Off ? Array.Empty<BootStage>() : [BootStage.Dhcp], BootStage.Tftp, BootStage.Disk, BootStage.Ready];

    /// <summary>Those stages of a boot that an image can show.</summary>
    /// <param name="path">The stages of such a boot.</param>
    /// <param name="image">What is booted.</param>
    /// <param name="fetchesConfig">True when the node is told to fetch a machine configuration.</param>
    public static IReadOnlyList<BootStage> ShownBy(this IReadOnlyList<BootStage> path, BootImage image, bool fetchesConfig) =>
        [.. path.Where(stage => (stage != BootStage.Config || fetchesConfig) && (stage != BootStage.Images || image.ShowsPulls))];

    /// <summary>The stage of that <see cref="Id"/>; null when there is none.</summary>
    public static BootStage? Find(string id) => Enum.GetValues<BootStage>().Cast<BootStage?>().FirstOrDefault(stage => stage!.Value.Id() == id);

    /// <summary>The name in output: lower case, <c>user-data</c>.</summary>
    public static string Id(this BootStage stage) => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(stage.ToString());
}
