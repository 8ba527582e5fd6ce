using Lab.Model.Definition;
using Lab.Model.Rendering;

namespace Lab.Emulation.Services;

/// <summary>What instances of a rehearsed VPC boot on this machine: for each image that the bastion serves on AWS, the one in its place here.</summary>
/// <param name="lab">The lab.</param>
/// <param name="byBoot">The images on this machine, by name and architecture of that on AWS.</param>
public sealed class InstanceImages(LabDefinition lab, IReadOnlyDictionary<(string Reference, Architecture Architecture), NodeImage> byBoot)
{
    /// <summary>What an instance boots.</summary>
    /// <param name="name">Name of a node, or the id of an instance that is none of the definition's.</param>
    public NodeImage Of(string name) => byBoot[NodeLaunch.OfInstance(lab, name).Boot];

    /// <summary>The image on AWS of a name to pull, and what is booted in its place; null for a name that is none of the lab's.</summary>
    /// <param name="pulled">The name.</param>
    /// <param name="platform">What it is pulled for: <c>linux/amd64</c>.</param>
    internal (InstanceBoot OnAws, NodeImage Here)? Find(string pulled, string platform) =>
        InstanceBoot.Of(lab).FirstOrDefault(boot => lab.Pinned(boot.Reference) == pulled && platform == $"linux/{boot.Image.Architecture.Id()}") is { } boot
            ? (boot, byBoot[boot.Key])
            : null;

    /// <summary>Names of the profiles that boot an image.</summary>
    internal IEnumerable<string> ProfilesOf(InstanceBoot boot) =>
        InstanceBoot
            .NodesOfTheirOwn(lab)
            .Where(node => InstanceBoot.Of(lab, node).Key == boot.Key)
            .Select(node => MatchboxData.ProfileOfInstance(lab, node))
            .Prepend(boot.Image.Name)
            .Distinct();
}
