using Lab.Model.Definition;

namespace Lab.Model.Rendering;

/// <summary>Machine configurations of the user's, one a node: <c>cp1.yaml</c> for the node cp1.</summary>
public static class MachineConfigFolder
{
    private const string Extension = ".yaml";

    /// <summary>The configurations, by the node's name. Nodes may go without; they start in maintenance mode.</summary>
    /// <exception cref="LabException">The folder cannot be read, or a file is for no node, or is no machine configuration.</exception>
    public static IReadOnlyDictionary<string, string> Read(string folder, LabDefinition lab)
    {
        try
        {
            var files = Directory.GetFiles(folder, "*" + Extension).Order(StringComparer.Ordinal).ToList();
            return files.Count > 0
                ? files.ToDictionary(file => NodeOf(file, lab), file => Content(file))
                : throw new LabException($"--machine-configs: {folder} holds no configuration; expected NODE{Extension} for {Nodes(lab)}.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LabException($"--machine-configs: {e.Message}", inner: e);
        }
    }

    private static string NodeOf(string file, LabDefinition lab) =>
        lab.Nodes.FirstOrDefault(node => node.Name == Path.GetFileNameWithoutExtension(file))?.Name
        ?? throw new LabException($"--machine-configs: {file} is for no node of the lab; its nodes are {Nodes(lab)}.");

    private static string Content(string file) =>
        File.ReadAllText(file) is var text && text.ReplaceLineEndings("\n").Split('\n').Any(line => line.TrimEnd() == "machine:")
            ? text
            : throw new LabException($"--machine-configs: {file} is no machine configuration: it has no key 'machine'.");

    private static string Nodes(LabDefinition lab) => string.Join(", ", lab.Nodes.Select(node => node.Name));
}
