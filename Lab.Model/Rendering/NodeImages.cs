using Lab.Model.Definition;

namespace Lab.Model.Rendering;

/// <summary>The image that nodes start from on AWS. Images come and go and differ from region to region, so none is named by its id.</summary>
/// <param name="What">For messages: <c>official iPXE image</c>.</param>
/// <param name="Publisher">The account that publishes it: anybody can give an image such a name.</param>
/// <param name="Names">The pattern of its names.</param>
/// <param name="RootDevice">The device name of its disk.</param>
/// <param name="Architecture">The processor that it is for.</param>
public sealed record NodeImages(string What, string Publisher, string Names, string RootDevice, Architecture Architecture)
{
    private static readonly string[] Unfinished = ["-alpha", "-beta", "-rc"];

    /// <summary>Runs its user data as an iPXE script (https://ipxe.org/howto/ec2).</summary>
    public static NodeImages Ipxe(Architecture architecture) => new("official iPXE image", "833372943033", "iPXE*", "/dev/sda1", architecture);

    /// <summary>What further nodes of a lab start from, which is what its launch template names.</summary>
    public static NodeImages Of(LabDefinition lab) => Of(lab, NodeLaunch.Further(lab).Architecture);

    /// <summary>What nodes of an architecture start from.</summary>
    public static NodeImages Of(LabDefinition lab, Architecture architecture) =>
        lab.Launch is { Boot: LaunchBoot.Ami, Talos: { } release } ? Talos(release, lab.Region, architecture) : Ipxe(architecture);

    /// <summary>All that the nodes of a lab start from, that of further nodes first.</summary>
    public static IReadOnlyList<NodeImages> AllOf(LabDefinition lab) => [.. Architectures.OfInstances(lab).Select(architecture => Of(lab, architecture))];

    /// <summary>The device that the nodes' disk is: what the definition says, or the image's own.</summary>
    public static string DeviceOf(LabDefinition lab) => lab.Launch.Device ?? Of(lab).RootDevice;

    /// <summary>
    /// True for an image that is meant: a pattern of a minor version's releases also names what came before the first of them, and iPXE's
    /// names are of all architectures.
    /// </summary>
    public bool IsOne(string name) => !Unfinished.Concat(Foreign).Any(mark => name.Contains(mark, StringComparison.Ordinal));

    /// <summary>What marks the name of an image for another architecture.</summary>
    private IEnumerable<string> Foreign => Enum.GetValues<Architecture>().Where(other => other != Architecture).Select(other => $"({other.OnAws()})");

    /// <summary>Talos's own images, of a release or of the newest one of a minor version.</summary>
    private static NodeImages Talos(string release, string region, Architecture architecture) =>
        new(
            $"official Talos image {release}",
            "540036508848",
            $"talos-{(release.Count(letter => letter == '.') == 1 ? $"{release}.*" : release)}-{region}-{architecture.Id()}",
            "/dev/xvda",
            architecture
        );
}
