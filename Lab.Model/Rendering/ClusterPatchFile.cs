using Lab.Model.Definition;
using YamlDotNet.RepresentationModel;

namespace Lab.Model.Rendering;

/// <summary>A file with patches of the user's, looked at before talosctl is: for what it would accept and the cluster would not survive.</summary>
public static class ClusterPatchFile
{
    /// <summary>What comes from the cluster's secrets, in documents of the old style. A patch with it is a second PKI.</summary>
    private static readonly string[][] Secrets =
    [
        ["machine", "ca"],
        ["machine", "token"],
        ["cluster", "ca"],
        ["cluster", "aggregatorCA"],
        ["cluster", "serviceAccount"],
        ["cluster", "etcd", "ca"],
        ["cluster", "id"],
        ["cluster", "secret"],
        ["cluster", "token"],
        ["cluster", "secretboxEncryptionSecret"],
    ];

    /// <summary>Refuses a patch that says what is said elsewhere.</summary>
    /// <exception cref="LabException">It does, cannot be read, or is not a patch.</exception>
    public static void Check(string file)
    {
        try
        {
            foreach (var document in YamlDocuments.Read(File.ReadAllText(file), file).Where(document => !document.IsEmpty()))
            {
                if (Wrong(document) is { } wrong)
                {
                    throw new DefinitionException(file, [new DefinitionProblem(document.Start.Line, document.Start.Column, wrong)]);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LabException($"cluster.patches: {e.Message}", inner: e);
        }
    }

    private static string? Wrong(YamlNode document) =>
        document is not YamlMappingNode ? "expected keys of a machine configuration; a list of JSON patches does not apply to several documents"
        : Has(document, "machine", "type") ? "a patch has no machine.type: it would make a control plane of a worker. role in lab.yaml says what a node is"
        : Has(document, "machine", "network", "hostname") || document.TextAt("kind") == "HostnameConfig"
            ? "the host name is the node's name in lab.yaml, and Talos refuses a second one; leave it out"
        : Array.Find(Secrets, path => Has(document, path)) is { } secret
            ? $"{string.Join('.', secret)} comes from the cluster's secrets (cluster: {{ secrets: FILE }} in lab.yaml); leave it out"
        : null;

    private static bool Has(YamlNode document, params IEnumerable<string> path) => document.At(path) is not null;
}
