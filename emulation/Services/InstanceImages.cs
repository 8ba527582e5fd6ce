using Lab.Model.Definition;
using Lab.Model.Rendering;

namespace Lab.Emulation.Services;

/// <summary>What instances of a rehearsed VPC boot on this machine: for each image that the bastion serves on AWS, the one in its place here.</summary>
/// <param name="lab">The lab.</param>
/// <param name="byReference">The images on this machine, by the name of that on AWS.</param>
public sealed class InstanceImages(LabDefinition lab, IReadOnlyDictionary<string, NodeImage> byReference)
{
    /// <summary>What an instance boots.</summary>
    /// <param name="name">Name of a node, or the id of an instance that is none of the definition's.</param>
    public NodeImage Of(string name) => byReference[NodeLaunch.OfInstance(lab, name).Image];

    /// <summary>The image on AWS of a name to pull, and what is booted in its place; null for a name that is none of the lab's.</summary>
    internal (InstanceBoot OnAws, NodeImage Here)? Find(string pulled) =>
        InstanceBoot.Of(lab).FirstOrDefault(boot => lab.Pinned(boot.Reference) == pulled) is { } boot ? (boot, byReference[boot.Reference]) : null;

    /// <summary>Names of the profiles that boot an image.</summary>
    internal IEnumerable<string> ProfilesOf(InstanceBoot boot) =>
        InstanceBoot
            .NodesOfTheirOwn(lab)
            .Where(node => InstanceBoot.Of(lab, node).Reference == boot.Reference)
            .Select(node => MatchboxData.ProfileOfInstance(lab, node))
            .Prepend(boot.Image.Name)
            .Distinct();
}
