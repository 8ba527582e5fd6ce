using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Lab.Model.Input;

/// <summary>A line of a lab file.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Text">Its text.</param>
public sealed record LabFilePlace(int Number, string Text)
{
    private const string OfItsNode = "nodes[].";

    /// <summary>Where a lab file has the entry of a node; null where it has none, as for a node that <c>--nodes</c> adds, or cannot be read any more.</summary>
    /// <param name="path">The lab file.</param>
    /// <param name="node">Name of the node.</param>
    public static LabFilePlace? OfNode(string path, string node) => OfSetting(path, node, setting: null);

    /// <summary>Where a lab file has a setting, or what it would stand in: its section, the node's entry; null where it has neither, or cannot be read any more.</summary>
    /// <param name="path">The lab file.</param>
    /// <param name="node">Name of the node.</param>
    /// <param name="setting">The setting's key: <c>boot.arguments</c>, <c>nodes[].mac</c> of the node's own entry; null for the entry.</param>
    public static LabFilePlace? OfSetting(string path, string node, string? setting)
    {
        try
        {
            return Find(File.ReadAllText(path), node, setting);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or YamlException)
        {
            return null;
        }
    }

    private static LabFilePlace? Find(string text, string node, string? setting)
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(text));
        if (yaml.Documents is not [{ RootNode: YamlMappingNode root }, ..])
        {
            return null;
        }

        var entry = (Value(root, "nodes") as YamlSequenceNode)
            ?.OfType<YamlMappingNode>()
            .FirstOrDefault(entry => Value(entry, "name") is YamlScalarNode name && name.Value == node);
        var found =
            setting is null ? null
            : setting.StartsWith(OfItsNode, StringComparison.Ordinal)
                ? entry is null ? null
                    : Key(entry, setting[OfItsNode.Length..])
            : Key(root, setting);
        return (found ?? entry) is { Start.Line: var line } ? new LabFilePlace((int)line, text.Split('\n')[(int)line - 1].Trim()) : null;
    }

    /// <summary>The last key of a path that the file has, since what it lacks belongs below that; null where it has none.</summary>
    private static YamlNode? Key(YamlMappingNode mapping, string path)
    {
        YamlNode? found = null;
        YamlNode? below = mapping;
        foreach (var name in path.Split('.'))
        {
            if (
                below is not YamlMappingNode level
                || level.Children.Keys.FirstOrDefault(key => key is YamlScalarNode scalar && scalar.Value == name) is not { } key
            )
            {
                break;
            }

            (found, below) = (key, level.Children[key]);
        }

        return found;
    }

    private static YamlNode? Value(YamlMappingNode mapping, string key) => mapping.Children.TryGetValue(new YamlScalarNode(key), out var value) ? value : null;
}
