using YamlDotNet.RepresentationModel;

namespace Lab.Tests.Cluster;

/// <summary>The files that the test's talosctl makes: a secrets bundle, configurations that carry its authority, talosconfig.</summary>
internal static class TestTalosFiles
{
    public static void WriteSecrets(string file)
    {
        if (File.Exists(file))
        {
            throw new TestTalosctl.Failure($"file {file} already exists, use --force to overwrite");
        }

        string Pair(string name) => $"  {name}:\n    crt: {TestTalosctl.Random()}\n    key: {TestTalosctl.Random()}\n";
        File.WriteAllText(file, $"cluster:\n  id: {TestTalosctl.Random()}\n  secret: {TestTalosctl.Random()}\ncerts:\n{Pair("etcd")}{Pair("k8s")}{Pair("os")}");
    }

    public static void WriteConfigurations(string name, string endpoint, Dictionary<string, List<string>> flags)
    {
        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var url) || url.Scheme != "https")
        {
            throw new TestTalosctl.Failure($"failed to generate config: url \"{endpoint}\" is no endpoint");
        }

        var folder = flags["-o"].Single();
        var secrets = Read(File.ReadAllText(flags["--with-secrets"].Single())).Single();
        string Secret(string authority, string part) => Text(secrets, "certs", authority, part)!;
        Directory.CreateDirectory(folder);
        foreach (var type in new[] { "controlplane", "worker" })
        {
            var key = type == "worker" ? "\"\"" : Secret("k8s", "key");
            var text = $"""
                version: v1alpha1
                machine:
                  type: {type}
                  ca: {"{"} crt: {Secret("os", "crt")}, key: {(type == "worker" ? "\"\"" : Secret("os", "key"))} {"}"}
                  install: {"{"} disk: {flags["--install-disk"].Single()}, image: {flags["--install-image"].Single()} {"}"}
                cluster:
                  clusterName: {name}
                  ca: {"{"} crt: {Secret("k8s", "crt")}, key: {key} {"}"}
                  controlPlane: {"{"} endpoint: {endpoint} {"}"}
                ---
                apiVersion: v1alpha1
                kind: HostnameConfig
                auto: stable

                """;
            Write(Path.Combine(folder, $"{type}.yaml"), Patched(text, flags.GetValueOrDefault("--config-patch", [])));
        }

        Write(
            Path.Combine(folder, "talosconfig"),
            $"context: {name}\ncontexts:\n  {name}:\n    endpoints: []\n    ca: {Secret("os", "crt")}\n    crt: {TestTalosctl.Random()}\n    key: {TestTalosctl.Random()}\n"
        );
    }

    /// <summary>What Talos would refuse of a configuration; null for nothing.</summary>
    public static string? Wrong(string text)
    {
        var documents = Read(text);
        var hostname = documents.Where(document => Text(document, "kind") == "HostnameConfig").ToList();
        return hostname.Count > 0 && Text(documents[0], "machine", "network", "hostname") is not null ? "static hostname is already set in v1alpha1 config"
            : hostname.Exists(document => Text(document, "hostname") is not null && Text(document, "auto") != "off")
                ? "'auto' and 'hostname' cannot be set at the same time"
            : Text(documents[0], "machine", "install", "disk")?.StartsWith("/dev/", StringComparison.Ordinal) != true ? "install disk is not a device"
            : null;
    }

    public static string? AuthorityOf(string text) => Text(Read(text)[0], "machine", "ca", "crt");

    public static string? DiskOf(string text) => Text(Read(text)[0], "machine", "install", "disk");

    /// <summary>Asked by each call, and the file is this program's own: no YAML is read for it.</summary>
    public static string? AuthorityOfClient(string file) =>
        File.ReadLines(file).Select(line => line.TrimStart()).FirstOrDefault(line => line.StartsWith("ca: ", StringComparison.Ordinal))?[4..];

    public static void Set(string file, string key, string[] values)
    {
        var document = (YamlMappingNode)Read(File.ReadAllText(file)).Single();
        var context = (YamlMappingNode)((YamlMappingNode)document.Children["contexts"]).Children.First().Value;
        context.Children[key] = new YamlSequenceNode(values.Select(value => new YamlScalarNode(value)));
        File.WriteAllText(file, Joined([document]));
    }

    /// <summary>Strategic merge, as far as the test needs it: keys of mappings, documents by kind and name.</summary>
    private static string Patched(string text, List<string> patches)
    {
        List<YamlNode> documents = [.. Read(text)];
        foreach (var patch in patches.SelectMany(patch => Read(File.ReadAllText(patch.TrimStart('@')))))
        {
            if (documents.Find(known => (Text(known, "kind"), Text(known, "name")) == (Text(patch, "kind"), Text(patch, "name"))) is { } same)
            {
                Merge((YamlMappingNode)same, (YamlMappingNode)patch);
            }
            else
            {
                documents.Add(patch);
            }
        }

        return Joined(documents);
    }

    private static void Merge(YamlMappingNode into, YamlMappingNode patch)
    {
        foreach (var (key, value) in patch.Children)
        {
            if (into.Children.TryGetValue(key, out var there) && (there, value) is (YamlMappingNode inner, YamlMappingNode more))
            {
                Merge(inner, more);
            }
            else
            {
                into.Children[key] = value;
            }
        }
    }

    private static string Joined(IEnumerable<YamlNode> documents)
    {
        var writer = new StringWriter();
        foreach (var document in documents)
        {
            new YamlStream(new YamlDocument(document)).Save(writer, assignAnchors: false);
        }

        return writer.ToString().Replace("...\n", "---\n", StringComparison.Ordinal);
    }

    private static void Write(string file, string text)
    {
        if (File.Exists(file))
        {
            throw new TestTalosctl.Failure($"file {file} already exists, use --force to overwrite");
        }

        File.WriteAllText(file, text);
    }

    private static IReadOnlyList<YamlNode> Read(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return [.. stream.Documents.Select(document => document.RootNode).Where(root => root is YamlMappingNode)];
    }

    private static string? Text(YamlNode document, params ReadOnlySpan<string> path) => (Find(document, path) as YamlScalarNode)?.Value;

    private static YamlNode? Find(YamlNode document, params ReadOnlySpan<string> path)
    {
        YamlNode? node = document;
        foreach (var key in path)
        {
            node = node is YamlMappingNode { Children: var children } && children.TryGetValue(key, out var value) ? value : null;
        }

        return node;
    }
}
