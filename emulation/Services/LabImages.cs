using Lab.Model.Definition;
using Lab.Model.Services;

namespace Lab.Emulation.Services;

/// <summary>What each node of a lab boots. Nodes with the same image share its files and its profile; no two images have the same name.</summary>
public sealed class LabImages
{
    private readonly Dictionary<string, NodeImage> _byNode;

    private LabImages(Dictionary<string, NodeImage> byNode) => (_byNode, All) = (byNode, [.. byNode.Values.Distinct()]);

    /// <summary>The images, each once.</summary>
    public IReadOnlyList<NodeImage> All { get; }

    /// <summary>What is booted and how, by the node's name.</summary>
    public IReadOnlyDictionary<string, BootImage> ByNode => _byNode.ToDictionary(node => node.Key, node => node.Value.Image);

    /// <summary>The images of a lab's nodes. Images that would have the same name are numbered, in the order of the nodes: <c>talos</c>, <c>talos.2</c>.</summary>
    /// <param name="lab">The lab.</param>
    /// <param name="image">The image of a node; for nodes that boot the same, the same object.</param>
    public static LabImages Of(LabDefinition lab, Func<NodeDefinition, NodeImage> image)
    {
        var named = new Dictionary<NodeImage, NodeImage>(ReferenceEqualityComparer.Instance);
        NodeImage Named(NodeImage found)
        {
            var before = named.Keys.Count(other => other.Image.Name == found.Image.Name);
            return before == 0 ? found : found with { Image = found.Image with { Name = $"{found.Image.Name}.{before + 1}" } };
        }

        foreach (var found in lab.Nodes.Select(image).Where(found => !named.ContainsKey(found)))
        {
            named.Add(found, Named(found));
        }

        return new(lab.Nodes.ToDictionary(node => node.Name, node => named[image(node)]));
    }

    /// <summary>What a node boots.</summary>
    public NodeImage Of(NodeDefinition node) => _byNode[node.Name];

    /// <summary>The same for nodes that boot it in another way.</summary>
    public LabImages With(Func<BootImage, BootImage> change)
    {
        var changed = All.ToDictionary(image => image, image => image with { Image = change(image.Image) });
        return new(_byNode.ToDictionary(node => node.Key, node => changed[node.Value]));
    }
}
