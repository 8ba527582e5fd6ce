using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Lab.Model.Input;

/// <summary>A line of a lab file.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Text">Its text.</param>
public sealed record LabFilePlace(int Number, string Text)
{
    /// <summary>Where a lab file has the entry of a node; null where it has none, as for a node that <c>--nodes</c> adds, or cannot be read any more.</summary>
    /// <param name="path">The lab file.</param>
    /// <param name="node">Name of the node.</param>
    public static LabFilePlace? OfNode(string path, string node)
    {
        try
        {
            return Find(File.ReadAllText(path), node);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or YamlException)
        {
            return null;
        }
    }

    private static LabFilePlace? Find(string text, string node)
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(text));
        return
            yaml.Documents is [{ RootNode: YamlMappingNode root }, ..]
            && Value(root, "nodes") is YamlSequenceNode nodes
            && nodes.OfType<YamlMappingNode>().FirstOrDefault(entry => Value(entry, "name") is YamlScalarNode name && name.Value == node) is { } found
            ? new LabFilePlace((int)found.Start.Line, text.Split('\n')[(int)found.Start.Line - 1].Trim())
            : null;
    }

    private static YamlNode? Value(YamlMappingNode mapping, string key) => mapping.Children.TryGetValue(new YamlScalarNode(key), out var value) ? value : null;
}
