using System.Net;
using Lab.Model.Definition;
using YamlDotNet.RepresentationModel;

namespace Lab.Model.Checks;

/// <summary>What a machine configuration of Talos says about the lab around it, in the style of any release: one document, or several.</summary>
/// <param name="file">The file's name.</param>
/// <param name="documents">Its documents.</param>
internal sealed class MachineConfigText(string file, IReadOnlyList<YamlNode> documents)
{
    private static readonly string[][] Identity =
    [
        ["cluster", "id"],
        ["cluster", "secret"],
        ["cluster", "ca", "crt"],
        ["machine", "ca", "crt"],
        ["machine", "token"],
    ];

    /// <summary>Endpoints of mirrors, by the registry that they stand for.</summary>
    public IEnumerable<(string Registry, ConfigText Endpoint)> Mirrors =>
        [
            .. Entries("machine", "registries", "mirrors").SelectMany(mirror => Texts(mirror.Value, "endpoints").Select(url => (mirror.Key, url))),
            .. Documents("RegistryMirrorConfig")
                .SelectMany(document =>
                    Items(document, "endpoints").Select(endpoint => (document.TextAt("name") ?? "", Text(endpoint, "url"))).Where(one => one.Item2 is not null)
                )
                .Select(one => (one.Item1, one.Item2!)),
        ];

    /// <summary>Hosts for which there are settings of TLS.</summary>
    public IEnumerable<ConfigText> TlsHosts =>
        [
            .. Entries("machine", "registries", "config")
                .Where(host => host.Value.At("tls") is not null)
                .Select(host => new ConfigText(host.Key, Place(host.Value, "machine.registries.config"))),
            .. Documents("RegistryTLSConfig").Select(document => Text(document, "name")).OfType<ConfigText>(),
        ];

    /// <summary>Time servers.</summary>
    public IReadOnlyList<ConfigText> TimeServers =>
        [
            .. Main.SelectMany(document => Texts(document, "machine", "time", "servers")),
            .. Documents("TimeSyncConfig").SelectMany(document => Texts(document, "ntp", "servers")),
        ];

    /// <summary>The disk that it installs to; null where it names none.</summary>
    public ConfigText? InstallDisk => Main.Select(document => Text(document, "machine", "install", "disk")).FirstOrDefault(text => text is not null);

    /// <summary>Where the cluster answers; null where it does not say.</summary>
    public ConfigText? Endpoint => Main.Select(document => Text(document, "cluster", "controlPlane", "endpoint")).FirstOrDefault(text => text is not null);

    /// <summary>The type of a control plane, which runs etcd; null for a worker.</summary>
    public ConfigText? ControlPlane =>
        Main.Select(document => Text(document, "machine", "type")).FirstOrDefault(text => text is { Value: "controlplane" or "init" });

    /// <summary>Networks of which etcd takes its address; empty where any will do.</summary>
    public IReadOnlyList<ConfigText> EtcdNetworks => [.. Main.SelectMany(document => Texts(document, "cluster", "etcd", "advertisedSubnets"))];

    /// <summary>Networks of pods and services; empty for Talos's own, which are of IPv4.</summary>
    public IReadOnlyList<ConfigText> ClusterNetworks =>
        [
            .. Main.SelectMany(document => Texts(document, "cluster", "network", "podSubnets")),
            .. Main.SelectMany(document => Texts(document, "cluster", "network", "serviceSubnets")),
        ];

    /// <summary>Addresses that control planes share.</summary>
    public IEnumerable<string> SharedAddresses =>
        [
            .. Main.SelectMany(document => Items(document, "machine", "network", "interfaces")).Select(one => one.TextAt("vip", "ip")).OfType<string>(),
            .. Documents("Layer2VIPConfig").Select(document => document.TextAt("name")).OfType<string>(),
        ];

    /// <summary>What all nodes of a cluster have alike: never shown, only compared.</summary>
    public IReadOnlyDictionary<string, ConfigText> Secrets =>
        Identity
            .Select(path => (Key: string.Join('.', path), Value: Main.Select(document => Text(document, path)).FirstOrDefault(text => text is not null)))
            .Where(one => one.Value is { Value.Length: > 0 })
            .ToDictionary(one => one.Key, one => one.Value!);

    private IEnumerable<YamlNode> Main => documents.Where(document => document.At("machine") is not null || document.At("cluster") is not null);

    private IEnumerable<YamlNode> Documents(string kind) => documents.Where(document => document.TextAt("kind") == kind);

    private IEnumerable<(string Key, YamlNode Value)> Entries(params string[] path) =>
        Main.Select(document => document.At(path))
            .OfType<YamlMappingNode>()
            .SelectMany(map => map.Children)
            .Where(entry => entry.Key is YamlScalarNode { Value: not null })
            .Select(entry => (((YamlScalarNode)entry.Key).Value!, entry.Value));

    private static IEnumerable<YamlNode> Items(YamlNode node, params string[] path) => node.At(path) is YamlSequenceNode { Children: var items } ? items : [];

    private IEnumerable<ConfigText> Texts(YamlNode node, params string[] path) =>
        Items(node, path)
            .OfType<YamlScalarNode>()
            .Where(item => item.Value is not null)
            .Select(item => new ConfigText(item.Value!, Place(item, string.Join('.', path))));

    private ConfigText? Text(YamlNode node, params string[] path) =>
        node.At(path) is YamlScalarNode { Value: { } value } found ? new ConfigText(value, Place(found, string.Join('.', path))) : null;

    private string Place(YamlNode node, string key) => $"{file}:{node.Start.Line} {key}";
}

/// <summary>A value of a machine configuration.</summary>
/// <param name="Value">As it is written.</param>
/// <param name="Place">File, line and key.</param>
internal sealed record ConfigText(string Value, string Place)
{
    /// <summary>The value for output.</summary>
    public string Shown => VisibleText.Of(Value);

    /// <summary>It as a URL; null for none.</summary>
    public Uri? Url => Uri.TryCreate(Value, UriKind.Absolute, out var url) ? url : null;

    /// <summary>The address in the URL; null for a name or for none.</summary>
    public IPAddress? UrlAddress => Url is { } url && IPAddress.TryParse(url.DnsSafeHost, out var address) ? address : null;
}
