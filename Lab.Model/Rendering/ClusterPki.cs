using System.Security.Cryptography;
using System.Text;
using Lab.Model.Definition;
using YamlDotNet.RepresentationModel;

namespace Lab.Model.Rendering;

/// <summary>
/// The authorities of a cluster, by which its parts know each other. Two that differ never come together: certificates of the one are
/// refused by the other.
/// </summary>
/// <param name="Talos">Certificate of the authority of Talos's API, in base64; null where a file does not say it.</param>
/// <param name="Kubernetes">That of the Kubernetes API.</param>
public sealed record ClusterPki(string? Talos, string? Kubernetes)
{
    /// <summary>The authorities in a file of <c>talosctl gen secrets</c>.</summary>
    /// <exception cref="LabException">It cannot be read, or is not such a file.</exception>
    public static ClusterPki OfSecrets(string file)
    {
        var document = Read(file).FirstOrDefault();
        return document.TextAt("certs", "os", "crt") is { } talos && document.TextAt("certs", "os", "key") is not null
            ? new(talos, document.TextAt("certs", "k8s", "crt"))
            : throw new LabException(
                $"{file} does not hold the secrets of a cluster: it has no certs.os.crt and .key. talosctl gen secrets -o {file} writes such a file."
            );
    }

    /// <summary>The authorities in a machine configuration; null for one without, as a patch is.</summary>
    /// <param name="text">The configuration.</param>
    /// <param name="file">Its name, for messages.</param>
    public static ClusterPki? OfConfiguration(string text, string file) =>
        YamlDocuments
            .Read(text, file)
            .Select(document => new ClusterPki(document.TextAt("machine", "ca", "crt"), document.TextAt("cluster", "ca", "crt")))
            .FirstOrDefault(pki => pki != new ClusterPki(null, null));

    /// <summary>The authority that a talosconfig knows; null where it names none.</summary>
    /// <exception cref="LabException">It cannot be read.</exception>
    public static ClusterPki? OfTalosConfig(string file) =>
        Read(file).FirstOrDefault().At("contexts") is YamlMappingNode { Children: { Count: > 0 } contexts } && contexts.First().Value.TextAt("ca") is { } talos
            ? new(talos, Kubernetes: null)
            : null;

    /// <summary>True unless one of the authorities is another one.</summary>
    public bool Matches(ClusterPki other) =>
        (Talos is null || other.Talos is null || Talos == other.Talos) && (Kubernetes is null || other.Kubernetes is null || Kubernetes == other.Kubernetes);

    /// <summary>A short name of the authority of Talos's API, for messages.</summary>
    public string Fingerprint => Talos is null ? "unknown" : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Talos)))[..12];

    /// <summary>Refuses configurations of another PKI: those that this run sends, and those in <c>nodes/</c> beside the lab file.</summary>
    /// <param name="lab">The lab.</param>
    /// <param name="sent">Machine configurations of the user's, by node.</param>
    /// <exception cref="LabException">There is one.</exception>
    public void RequireOnly(LabDefinition lab, IReadOnlyDictionary<string, string> sent)
    {
        var found = sent.Select(config => (Place: $"--machine-configs has a configuration of {config.Key} that", Text: config.Value))
            .Concat(Beside(lab.Cluster?.Folder).Select(file => (Place: file, Text: File.ReadAllText(file))));
        foreach (var (place, text) in found)
        {
            if (OfConfiguration(text, place) is { } other && !Matches(other))
            {
                throw new LabException(
                    $"{place} belongs to another cluster: its certificate authority is {other.Fingerprint}, that of the secrets {Fingerprint}. Nodes of both never come together. Remove it, or name the secrets that it was made from: cluster: {{ secrets: FILE }}"
                );
            }
        }
    }

    private static IEnumerable<string> Beside(string? folder) =>
        folder is not null && Directory.Exists(Path.Combine(folder, "nodes")) ? YamlDocuments.FilesIn(Path.Combine(folder, "nodes")) : [];

    private static IReadOnlyList<YamlNode> Read(string file)
    {
        try
        {
            return YamlDocuments.Read(File.ReadAllText(file), file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LabException($"Cannot read {file}: {e.Message}", inner: e);
        }
    }
}
