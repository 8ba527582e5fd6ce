using Lab.Model.Definition;

namespace Lab.Model.Rendering;

/// <summary>The image that nodes start from on AWS. Images come and go and differ from region to region, so none is named by its id.</summary>
/// <param name="What">For messages: <c>official iPXE image</c>.</param>
/// <param name="Publisher">The account that publishes it: anybody can give an image such a name.</param>
/// <param name="Names">The pattern of its names.</param>
/// <param name="RootDevice">The device name of its disk.</param>
public sealed record NodeImages(string What, string Publisher, string Names, string RootDevice)
{
    private static readonly string[] Unfinished = ["-alpha", "-beta", "-rc"];

    /// <summary>Runs its user data as an iPXE script (https://ipxe.org/howto/ec2).</summary>
    public static NodeImages Ipxe { get; } = new("official iPXE image", "833372943033", "iPXE*", "/dev/sda1");

    /// <summary>What the nodes of a lab start from.</summary>
    public static NodeImages Of(LabDefinition lab) => lab.Launch is { Boot: LaunchBoot.Ami, Talos: { } release } ? Talos(release, lab.Region) : Ipxe;

    /// <summary>The device that the nodes' disk is: what the definition says, or the image's own.</summary>
    public static string DeviceOf(LabDefinition lab) => lab.Launch.Device ?? Of(lab).RootDevice;

    /// <summary>True for an image that is meant: a pattern of a minor version's releases also names what came before the first of them.</summary>
    public bool IsOne(string name) => !Unfinished.Any(mark => name.Contains(mark, StringComparison.Ordinal));

    /// <summary>Talos's own images, of a release or of the newest one of a minor version.</summary>
    private static NodeImages Talos(string release, string region) =>
        new(
            $"official Talos image {release}",
            "540036508848",
            $"talos-{(release.Count(letter => letter == '.') == 1 ? $"{release}.*" : release)}-{region}-arm64",
            "/dev/xvda"
        );
}
