using Lab.Model.Definition;
using YamlDotNet.RepresentationModel;

namespace Lab.Model.Rendering;

/// <summary>
/// Machine configurations of the user's, one a node: <c>cp1.yaml</c> for the node cp1, or <c>CLUSTER-cp1.yaml</c>, as talhelper names them.
/// </summary>
/// <param name="Files">The configurations, by the node's name. Nodes may go without; they start in maintenance mode.</param>
/// <param name="Unused">Names of files that are for no node of the lab.</param>
public sealed record MachineConfigFolder(IReadOnlyDictionary<string, MachineConfigFile> Files, IReadOnlyList<string> Unused)
{
    /// <summary>The configurations as they are written, by the node's name.</summary>
    public IReadOnlyDictionary<string, string> ByNode => Files.ToDictionary(file => file.Key, file => file.Value.Text);

    /// <summary>Of a lab without configurations.</summary>
    public static MachineConfigFolder None { get; } = new(new Dictionary<string, MachineConfigFile>(), []);

    /// <summary>Reads a folder.</summary>
    /// <exception cref="LabException">It cannot be read, has nothing for a node, or a file of a node is no machine configuration.</exception>
    public static MachineConfigFolder Read(string folder, LabDefinition lab)
    {
        if (File.Exists(folder))
        {
            throw new LabException($"--machine-configs: {folder} is a file. Name the folder that it is in.");
        }

        try
        {
            Dictionary<string, string> files = [];
            List<string> unused = [];
            foreach (var file in YamlDocuments.FilesIn(folder))
            {
                if (NodeOf(Path.GetFileNameWithoutExtension(file), lab) is not { } node)
                {
                    unused.Add(Path.GetFileName(file));
                }
                else if (!files.TryAdd(node, file))
                {
                    throw new LabException($"--machine-configs: {files[node]} and {file} are both for the node {node}. Keep one.");
                }
            }

            return files.Count > 0
                ? new MachineConfigFolder(files.ToDictionary(file => file.Key, file => Content(file.Value)), unused)
                : throw new LabException(
                    $"--machine-configs: {folder} has nothing for {Nodes(lab)}; expected NODE.yaml or CLUSTER-NODE.yaml, a file of a role copied for each node{(unused.Count == 0 ? "" : $". It has {Few(unused)}")}."
                );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LabException($"--machine-configs: {e.Message}", inner: e);
        }
    }

    /// <summary>What is not sent, in a sentence; null where all is.</summary>
    public string? Warning(LabDefinition lab) =>
        Unused.Count == 0 ? null : $"--machine-configs: not sent, because for no node of this run ({Nodes(lab)}): {Few(Unused)}.";

    /// <summary>The whole name, or the longest end of it that is a node's.</summary>
    private static string? NodeOf(string name, LabDefinition lab) =>
        lab.Nodes.Select(node => node.Name).FirstOrDefault(node => node == name)
        ?? lab.Nodes.Select(node => node.Name).Where(node => name.EndsWith($"-{node}", StringComparison.Ordinal)).MaxBy(node => node.Length);

    private static MachineConfigFile Content(string file)
    {
        var text = File.ReadAllText(file);
        var documents = YamlDocuments.Read(text, file).Where(document => !document.IsEmpty()).ToList();
        if (documents.Count == 0)
        {
            throw new LabException($"--machine-configs: {file} is empty.");
        }

        var wrong = documents.Where(document => !IsConfiguration(document)).ToList();
        return wrong.Count == 0
            ? new(file, text, documents)
            : throw new DefinitionException(
                file,
                [
                    .. wrong.Select(document => new DefinitionProblem(
                        document.Start.Line,
                        document.Start.Column,
                        "expected a machine configuration of Talos: it has no key 'machine', nor 'apiVersion' and 'kind', as a document of its own has"
                    )),
                ]
            );
    }

    private static bool IsConfiguration(YamlNode document) =>
        document is YamlMappingNode { Children: var keys } && (keys.ContainsKey("machine") || (keys.ContainsKey("apiVersion") && keys.ContainsKey("kind")));

    private static string Few(IReadOnlyList<string> names) => string.Join(", ", names.Take(5)) + (names.Count > 5 ? $" and {names.Count - 5} more" : "");

    private static string Nodes(LabDefinition lab) => string.Join(", ", lab.Nodes.Select(node => node.Name));
}

/// <summary>A machine configuration of the user's.</summary>
/// <param name="path">Where it is.</param>
/// <param name="text">As it is written.</param>
/// <param name="documents">Its documents, without empty ones.</param>
public sealed class MachineConfigFile(string path, string text, IReadOnlyList<YamlNode> documents)
{
    /// <summary>Where it is.</summary>
    public string Path => path;

    /// <summary>As it is written.</summary>
    public string Text => text;

    /// <summary>Its documents, without empty ones.</summary>
    internal IReadOnlyList<YamlNode> Documents => documents;
}
