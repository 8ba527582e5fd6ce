using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Lab.Model.Definition;

/// <summary>The documents of a text in YAML.</summary>
internal static class YamlDocuments
{
    private static readonly string[] Extensions = [".yaml", ".yml"];

    /// <summary>The files of a folder that are YAML by their names, in the order of these.</summary>
    public static IReadOnlyList<string> FilesIn(string folder) =>
        [.. Directory.GetFiles(folder).Where(file => Extensions.Contains(Path.GetExtension(file))).Order(StringComparer.Ordinal)];

    /// <summary>What each document holds, in the text's order.</summary>
    /// <param name="text">The text.</param>
    /// <param name="file">Where it is from, for messages.</param>
    /// <param name="longestValue">The most characters of a value: messages quote it.</param>
    /// <exception cref="DefinitionException">It is not YAML, or more than is meant.</exception>
    public static IReadOnlyList<YamlNode> Read(string text, string file, int longestValue = int.MaxValue)
    {
        try
        {
            var stream = new YamlStream();
            stream.Load(new BoundedParser(text, longestValue));
            return [.. stream.Documents.Select(document => document.RootNode)];
        }
        catch (YamlException e)
        {
            throw new DefinitionException(file, [YamlMistakes.Explain(text, e)]);
        }
    }

    /// <summary>What is at a path of keys; null where nothing is.</summary>
    public static YamlNode? At(this YamlNode? node, params IEnumerable<string> path) =>
        path.Aggregate(
            node,
            (at, key) => (at as YamlMappingNode)?.Children.FirstOrDefault(child => child.Key is YamlScalarNode { Value: var name } && name == key).Value
        );

    /// <summary>The text at a path of keys; null where there is none.</summary>
    public static string? TextAt(this YamlNode? node, params IEnumerable<string> path) =>
        node.At(path) is YamlScalarNode { Value: { Length: > 0 } value } ? value : null;

    /// <summary>Whether a document holds nothing.</summary>
    public static bool IsEmpty(this YamlNode document) => document is YamlScalarNode { Value: null or "" };
}
