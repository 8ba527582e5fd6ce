using System.Net;
using System.Net.Sockets;
using Lab.Model.Definition;
using Lab.Model.Rendering;

namespace Lab.Model.Checks;

/// <summary>
/// Whether machine configurations of the user's fit the lab around them: what those who did it for real found out after days. Lab changes
/// none of them.
/// </summary>
public static class MachineConfigChecks
{
    private const string Docs = "https://docs.siderolabs.com/talos/latest/";
    private const string NitroDocs = "https://docs.aws.amazon.com/ebs/latest/userguide/nvme-ebs-volumes.html";
    private const string TimeDocs = "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configure-ec2-ntp.html";

    /// <summary>What does not fit, worst first.</summary>
    public static IReadOnlyList<Finding> Run(LabDefinition lab, MachineConfigFolder folder)
    {
        var texts = folder.Files.OrderBy(file => file.Key, StringComparer.Ordinal).Select(file => (Node: file.Key, Text: Read(file.Value))).ToList();
        return
        [
            .. texts
                .SelectMany(one => Of(lab, lab.Nodes.First(node => node.Name == one.Node), one.Text))
                .Concat(Together([.. texts.Select(one => one.Text)]))
                .OrderByDescending(finding => finding.Severity),
        ];
    }

    private static MachineConfigText Read(MachineConfigFile file) => new(Path.GetFileName(file.Path), file.Documents);

    private static IEnumerable<Finding> Of(LabDefinition lab, NodeDefinition node, MachineConfigText text) =>
        [
            .. text.Mirrors.Select(mirror => Mirror(lab, mirror.Registry, mirror.Endpoint)).OfType<Finding>(),
            .. Tls(text),
            .. Time(lab, text),
            .. Disk(lab, node, text),
            .. Endpoint(lab, text),
            .. Etcd(lab, text),
        ];

    private static Finding? Mirror(LabDefinition lab, string registry, ConfigText endpoint)
    {
        if (endpoint.Url is not { } url || endpoint.UrlAddress is not { } address || !address.Equals(lab.Bastion.Address))
        {
            return null;
        }

        var own = lab.Mirrors.FirstOrDefault(mirror => mirror.Registry == registry);
        var there = lab.Mirrors.FirstOrDefault(mirror => mirror.Port.Number == url.Port);
        var right = own is null
            ? $"There is no cache of {VisibleText.Of(registry)}: leave the mirror out, or add it to mirrors in lab.yaml."
            : $"Set it to http://{lab.Bastion.Address}:{own.Port}";
        return there is null
                ? Found(
                    "config-mirror-port",
                    Severity.Error,
                    endpoint,
                    $"No cache of the lab listens on port {url.Port}; the mirror of {VisibleText.Of(registry)} is asked there.",
                    right
                )
            : registry != "*" && there.Registry != registry
                ? Found(
                    "config-mirror-port",
                    Severity.Error,
                    endpoint,
                    $"Port {url.Port} is the cache of {there.Registry}, and the configuration asks it for images of {VisibleText.Of(registry)}: its answer is 404, as if they did not exist.",
                    right
                )
            : url.Scheme != Uri.UriSchemeHttp
                ? Found(
                    "config-mirror-https",
                    Severity.Error,
                    endpoint,
                    $"The lab's caches speak plain HTTP, and {endpoint.Shown} asks in TLS.",
                    $"Set it to http://{url.Authority}"
                )
            : null;
    }

    private static IEnumerable<Finding> Tls(MachineConfigText text) =>
        text
            .TlsHosts.Where(host => text.Mirrors.Any(mirror => mirror.Endpoint.Url is { Scheme: "http" } url && url.Authority == host.Value))
            .Select(host =>
                Found(
                    "config-mirror-tls",
                    Severity.Warning,
                    host,
                    $"{host.Shown} is asked in plain HTTP, so its TLS settings do nothing (insecureSkipVerify included).",
                    "Leave them out."
                )
            );

    private static IEnumerable<Finding> Time(LabDefinition lab, MachineConfigText text)
    {
        var servers = text.TimeServers;
        var (home, aws) = (Names(lab.Bastion.Address), Names(DhcpOptionsDefinition.AmazonTime));
        bool Names(IPAddress address) => servers.Any(server => IPAddress.TryParse(server.Value, out var one) && one.Equals(address));
        if (servers.Count == 0 || (home && aws))
        {
            // Without servers of its own a node takes those that DHCP names.
            return [];
        }

        var listed = string.Join(", ", servers.Select(server => server.Shown));
        var where = (home, aws) switch
        {
            (true, _) => $"on AWS nothing but {DhcpOptionsDefinition.AmazonTime} does",
            (_, true) => $"on the rehearsed LAN nothing but the bastion at {lab.Bastion.Address} does",
            _ => $"the rehearsed LAN has the bastion at {lab.Bastion.Address} only, and AWS {DhcpOptionsDefinition.AmazonTime}: nodes there use tcp 443 only",
        };
        return
        [
            Found(
                "config-time",
                home || aws ? Severity.Info : Severity.Warning,
                servers[0],
                $"Of {listed} no server answers everywhere: {where}. Without a clock no certificate is valid, and etcd waits forever.",
                $"Leave the servers out (DHCP names them), or list {lab.Bastion.Address} and {DhcpOptionsDefinition.AmazonTime}.",
                TimeDocs
            ),
        ];
    }

    private static IEnumerable<Finding> Disk(LabDefinition lab, NodeDefinition node, MachineConfigText text)
    {
        if (text.InstallDisk is not { } disk || disk.Value.StartsWith("/dev/disk/", StringComparison.Ordinal))
        {
            return [];
        }

        var machine = lab.MachineOf(node);
        var home = machine.Devices;
        string[] aws = machine.Launch.DataDiskGib > 0 ? ["/dev/nvme0n1", "/dev/nvme1n1"] : ["/dev/nvme0n1"];
        var (isHome, isAws) = (home.Contains(disk.Value), aws.Contains(disk.Value));
        return isHome && isAws
            ? []
            :
            [
                Found(
                    "config-install-disk",
                    isHome ? Severity.Info : Severity.Error,
                    disk,
                    isHome
                        ? $"{node.Name} has {disk.Shown} at home, and on AWS {string.Join(", ", aws)}: Nitro instances have NVMe, whatever the image calls it."
                        : $"{node.Name} has no {disk.Shown}: at home it has {(home.Count == 0 ? "no disk" : string.Join(", ", home))}{(isAws ? "" : $", on AWS {string.Join(", ", aws)}")}.",
                    isAws
                        ? $"Give the machine such a disk (disks: [{{ gib: {Math.Max(10, machine.Launch.DiskGib)}, bus: nvme }}]), or use machine.install.diskSelector."
                        : "Name a disk that it has, or use machine.install.diskSelector.",
                    NitroDocs
                ),
            ];
    }

    private static IEnumerable<Finding> Endpoint(LabDefinition lab, MachineConfigText text)
    {
        if (text.Endpoint is not { } endpoint || endpoint.UrlAddress is not { } address)
        {
            yield break;
        }

        if (IPAddress.IsLoopback(address) || address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any))
        {
            yield return Found(
                "config-endpoint",
                Severity.Error,
                endpoint,
                $"{endpoint.Shown} is each node itself: a placeholder. Its certificates are made for it, and configurations made anew later have others.",
                $"Choose the address first ({string.Join(", ", lab.Nodes.Select(node => node.Address))}), and generate once with it."
            );
        }
        else if (
            address.AddressFamily == AddressFamily.InterNetworkV6
            && text.ClusterNetworks.All(network =>
                IPNetwork.TryParse(network.Value, out var one) && one.BaseAddress.AddressFamily == AddressFamily.InterNetwork
            )
        )
        {
            yield return Found(
                "config-endpoint-family",
                Severity.Error,
                endpoint,
                $"The endpoint is an address of IPv6, and pods and services have networks of IPv4{(text.ClusterNetworks.Count == 0 ? " (Talos's own)" : "")}: parts of the cluster listen on the other family.",
                "Use an IPv4 address as the endpoint, or give podSubnets and serviceSubnets of both families."
            );
        }
        else if (
            lab.Nodes.All(node => !node.Address.Equals(address))
            && !text.SharedAddresses.Any(shared => IPAddress.TryParse(shared, out var one) && one.Equals(address))
        )
        {
            yield return Found(
                "config-endpoint",
                Severity.Warning,
                endpoint,
                $"No node of the lab has the address {address}, and the configuration shares none by that name.",
                $"Use a control plane's address ({string.Join(", ", lab.Nodes.Select(node => node.Address))}), or configure a shared one."
            );
        }
    }

    /// <summary>etcd listens on IPv4 and announces the first address of its node, of whichever family that is.</summary>
    private static IEnumerable<Finding> Etcd(LabDefinition lab, MachineConfigText text) =>
        lab.Network.Ipv6 is not null && text.ControlPlane is { } type && text.EtcdNetworks.Count == 0
            ?
            [
                Found(
                    "config-etcd-family",
                    Severity.Warning,
                    type,
                    "The home has IPv6 too, and nothing says which of the node's addresses etcd announces; it listens on IPv4 only.",
                    $"Set cluster.etcd.advertisedSubnets to [{lab.Network.PrivateSubnet}], and the kubelet's nodeIP.validSubnets to the same.",
                    $"{Docs}networking/multihoming"
                ),
            ]
            : [];

    /// <summary>Nodes that were generated apart never trust each other.</summary>
    private static IEnumerable<Finding> Together(IReadOnlyList<MachineConfigText> texts) =>
        from secret in texts.SelectMany(text => text.Secrets)
        group secret.Value by secret.Key into same
        where same.DistinctBy(text => text.Value).Skip(1).Any()
        let others = same.Where(text => text.Value != same.First().Value).ToList()
        select Found(
            "config-two-pkis",
            Severity.Error,
            others[0],
            $"{same.Key} is another than that of {same.First().Place}: the configurations were generated apart, and their nodes never form one cluster.",
            "Generate all from one bundle: talosctl gen secrets once, then talosctl gen config --with-secrets secrets.yaml."
        );

    private static Finding Found(string id, Severity severity, ConfigText at, string explanation, string remedy, string source = Docs) =>
        new(id, severity, at.Place, explanation, remedy, new Uri(source));
}
