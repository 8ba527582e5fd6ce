using Lab.Model.Definition;
using Lab.Model.Services;

namespace Lab.Model.Rendering;

/// <summary>An image that the bastion serves to instances: <c>boot.image</c>, or what <c>launch.image</c> names for a role or a node.</summary>
/// <param name="Reference">Name of the OCI image.</param>
/// <param name="Image">How it is booted; images that differ have different names and folders.</param>
public sealed record InstanceBoot(string Reference, BootImage Image)
{
    /// <summary>The images of a lab, that of further nodes first.</summary>
    public static IReadOnlyList<InstanceBoot> Of(LabDefinition lab) => [.. lab.BootImages.Select((image, index) => new InstanceBoot(image, Named(lab, index)))];

    /// <summary>What a node of the definition boots.</summary>
    public static InstanceBoot Of(LabDefinition lab, NodeDefinition node) => Of(lab).Single(boot => boot.Reference == lab.MachineOf(node).Launch.Image);

    /// <summary>
    /// True for a node that boots another image than further nodes, or with other arguments. EC2 chooses the MACs, so it is told from others
    /// by the name that its user data gives to the boot server.
    /// </summary>
    public static bool IsOfItsOwn(LabDefinition lab, NodeDefinition node) =>
        lab.Launch.Boot == LaunchBoot.Ipxe && (lab.MachineOf(node).Launch.Image != lab.Boot.Image || HasArguments(lab, node));

    /// <summary>The nodes for which that is so.</summary>
    public static IEnumerable<NodeDefinition> NodesOfTheirOwn(LabDefinition lab) => lab.Nodes.Where(node => IsOfItsOwn(lab, node));

    /// <summary>True for a node whose kernel arguments are its own.</summary>
    internal static bool HasArguments(LabDefinition lab, NodeDefinition node) => !lab.MachineOf(node).Arguments.SequenceEqual(lab.ArgumentsOfAll());

    private static BootImage Named(LabDefinition lab, int index)
    {
        var image = BootImage.TalosOnEc2;
        return image with
        {
            Name = index == 0 ? image.Name : $"{image.Name}.{index + 1}",
            AssetFolder = index == 0 ? image.AssetFolder : $"{image.Name}.{index + 1}/{image.Architecture.Id()}",
            Arguments = MatchboxData.OffersMirrors(lab) ? [.. image.Arguments, MatchboxData.MirrorsArgument(lab)] : image.Arguments,
        };
    }
}
