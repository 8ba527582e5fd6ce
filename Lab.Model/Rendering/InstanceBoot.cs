using Lab.Model.Definition;
using Lab.Model.Services;

namespace Lab.Model.Rendering;

/// <summary>An image that the bastion serves to instances: <c>boot.image</c>, or what <c>launch.image</c> names for a role or a node.</summary>
/// <param name="Reference">Name of the OCI image.</param>
/// <param name="Image">How it is booted; images that differ have different names and folders.</param>
public sealed record InstanceBoot(string Reference, BootImage Image)
{
    /// <summary>The images of a lab, that of further nodes first.</summary>
    public static IReadOnlyList<InstanceBoot> Of(LabDefinition lab) =>
        [
            .. lab
                .Nodes.Select(node => lab.MachineOf(node).Launch)
                .Prepend(NodeLaunch.Further(lab))
                .Select(launch => launch.Boot)
                .Distinct()
                .Select(boot => new InstanceBoot(boot.Reference, Named(lab, boot.Reference, boot.Architecture))),
        ];

    /// <summary>What a node of the definition boots.</summary>
    public static InstanceBoot Of(LabDefinition lab, NodeDefinition node) => Of(lab).Single(boot => boot.Boots(lab.MachineOf(node).Launch));

    /// <summary>What tells it from the lab's others.</summary>
    public (string Reference, Architecture Architecture) Key => (Reference, Image.Architecture);

    /// <summary>True for what a node is launched with.</summary>
    public bool Boots(NodeLaunch launch) => launch.Boot == Key;

    /// <summary>
    /// True for a node that boots another image than further nodes, is of another architecture, or has other arguments. EC2 chooses the MACs, so it is told from others
    /// by the name that its user data gives to the boot server.
    /// </summary>
    public static bool IsOfItsOwn(LabDefinition lab, NodeDefinition node) =>
        lab.Launch.Boot == LaunchBoot.Ipxe && (!Of(lab)[0].Boots(lab.MachineOf(node).Launch) || HasArguments(lab, node));

    /// <summary>The nodes for which that is so.</summary>
    public static IEnumerable<NodeDefinition> NodesOfTheirOwn(LabDefinition lab) => lab.Nodes.Where(node => IsOfItsOwn(lab, node));

    /// <summary>True for a node whose kernel arguments are its own.</summary>
    internal static bool HasArguments(LabDefinition lab, NodeDefinition node) => !lab.MachineOf(node).Arguments.SequenceEqual(lab.ArgumentsOfAll());

    /// <summary>A further image has the number of its name; one for amd64 says so.</summary>
    private static BootImage Named(LabDefinition lab, string reference, Architecture architecture)
    {
        var image = BootImage.TalosOnEc2(architecture);
        var index = lab.BootImages.Index().First(known => known.Item == reference).Index;
        var number = index == 0 ? "" : $".{index + 1}";
        return image with
        {
            Name = architecture == Architecture.Arm64 ? $"{image.Name}{number}" : $"{image.Name}{number}.{architecture.Id()}",
            AssetFolder = $"{image.Name}{number}/{architecture.Id()}",
            Arguments = MatchboxData.OffersMirrors(lab) ? [.. image.Arguments, MatchboxData.MirrorsArgument(lab)] : image.Arguments,
        };
    }
}
