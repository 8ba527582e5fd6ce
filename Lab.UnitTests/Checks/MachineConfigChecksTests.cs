using Lab.Model.Checks;
using Lab.Model.Definition;
using Lab.Model.Input;
using Lab.Model.Rendering;

namespace Lab.UnitTests.Checks;

/// <summary>What those who did it for real found out after days, found in their files.</summary>
public sealed class MachineConfigChecksTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("machine: { registries: { mirrors: { docker.io: { endpoints: ['http://10.20.13.140:5050'] } } } }", null)]
    [InlineData(
        "machine: { registries: { mirrors: { docker.io: { endpoints: ['http://10.20.13.140:5054'] } } } }",
        "error config-mirror-port (cp1.yaml:1 endpoints): Port 5054 is the cache of registry.k8s.io, and the configuration asks it for images of docker.io: its answer is 404, as if they did not exist."
    )]
    [InlineData(
        "machine: { registries: { mirrors: { docker.io: { endpoints: ['http://10.20.13.140:5000'] } } } }",
        "error config-mirror-port (cp1.yaml:1 endpoints): No cache of the lab listens on port 5000; the mirror of docker.io is asked there."
    )]
    [InlineData(
        "machine: { registries: { mirrors: { docker.io: { endpoints: ['https://10.20.13.140:5050'] } } } }",
        "error config-mirror-https (cp1.yaml:1 endpoints): The lab's caches speak plain HTTP, and https://10.20.13.140:5050 asks in TLS."
    )]
    [InlineData("machine: { registries: { mirrors: { docker.io: { endpoints: ['http://10.1.2.3:5000'] } } } }", null)]
    [InlineData(
        "machine: {}\n---\napiVersion: v1alpha1\nkind: RegistryMirrorConfig\nname: ghcr.io\nendpoints: [{ url: 'http://10.20.13.140:5050' }]",
        "error config-mirror-port (cp1.yaml:6 url): Port 5050 is the cache of docker.io, and the configuration asks it for images of ghcr.io: its answer is 404, as if they did not exist."
    )]
    [InlineData(
        "machine:\n  registries:\n    mirrors: { docker.io: { endpoints: ['http://10.20.13.140:5050'] } }\n    config:\n      10.20.13.140:5050: { tls: { insecureSkipVerify: true } }",
        "warning config-mirror-tls (cp1.yaml:5 machine.registries.config): 10.20.13.140:5050 is asked in plain HTTP, so its TLS settings do nothing (insecureSkipVerify included)."
    )]
    [InlineData("machine: { registries: { config: { registry.example: { tls: { ca: x } } } } }", null)]
    [InlineData(
        "machine: { time: { servers: [pool.ntp.org] } }",
        "warning config-time (cp1.yaml:1 machine.time.servers): Of pool.ntp.org no server answers everywhere: the rehearsed LAN has the bastion at 10.20.13.140 only, and AWS 169.254.169.123: nodes there use tcp 443 only. Without a clock no certificate is valid, and etcd waits forever."
    )]
    [InlineData(
        "machine: {}\n---\napiVersion: v1alpha1\nkind: TimeSyncConfig\nntp: { servers: [169.254.169.123] }",
        "info config-time (cp1.yaml:5 ntp.servers): Of 169.254.169.123 no server answers everywhere: on the rehearsed LAN nothing but the bastion at 10.20.13.140 does. Without a clock no certificate is valid, and etcd waits forever."
    )]
    [InlineData("machine: { time: { servers: [10.20.13.140, 169.254.169.123] } }", null)]
    [InlineData(
        "machine: { install: { disk: /dev/xvda } }",
        "error config-install-disk (cp1.yaml:1 machine.install.disk): cp1 has no /dev/xvda: at home it has /dev/vda, on AWS /dev/nvme0n1."
    )]
    [InlineData(
        "machine: { install: { disk: /dev/nvme0n1 } }",
        "error config-install-disk (cp1.yaml:1 machine.install.disk): cp1 has no /dev/nvme0n1: at home it has /dev/vda."
    )]
    [InlineData(
        "machine: { install: { disk: /dev/vda } }",
        "info config-install-disk (cp1.yaml:1 machine.install.disk): cp1 has /dev/vda at home, and on AWS /dev/nvme0n1: Nitro instances have NVMe, whatever the image calls it."
    )]
    [InlineData("machine: { install: { disk: /dev/disk/by-id/x } }", null)]
    [InlineData(
        "cluster: { controlPlane: { endpoint: 'https://[::1]:6443' } }\nmachine: {}",
        "error config-endpoint (cp1.yaml:1 cluster.controlPlane.endpoint): https://[::1]:6443 is each node itself: a placeholder. Its certificates are made for it, and configurations made anew later have others."
    )]
    [InlineData(
        "cluster: { controlPlane: { endpoint: 'https://[2001:db8::1]:6443' } }\nmachine: {}",
        "error config-endpoint-family (cp1.yaml:1 cluster.controlPlane.endpoint): The endpoint is an address of IPv6, and pods and services have networks of IPv4 (Talos's own): parts of the cluster listen on the other family."
    )]
    [InlineData(
        "cluster: { controlPlane: { endpoint: 'https://10.20.13.99:6443' } }\nmachine: {}",
        "warning config-endpoint (cp1.yaml:1 cluster.controlPlane.endpoint): No node of the lab has the address 10.20.13.99, and the configuration shares none by that name."
    )]
    [InlineData(
        "cluster: { controlPlane: { endpoint: 'https://10.20.13.99:6443' } }\nmachine: { network: { interfaces: [{ interface: eth0, vip: { ip: 10.20.13.99 } }] } }",
        null
    )]
    [InlineData("cluster: { controlPlane: { endpoint: 'https://10.20.13.11:6443' } }\nmachine: {}", null)]
    [InlineData("cluster: { controlPlane: { endpoint: 'https://cluster.example:6443' } }\nmachine: {}", null)]
    public void A_configuration_is_held_against_the_lab(string text, string? finding) =>
        Assert.Equal(finding is null ? [] : [finding], Find(new LabDefinition(), ("cp1.yaml", text)).Select(found => found.Line()));

    [Theory]
    [InlineData(
        "machine: { type: controlplane }",
        "warning config-etcd-family (cp1.yaml:1 machine.type): The home has IPv6 too, and nothing says which of the node's addresses etcd announces; it listens on IPv4 only."
    )]
    [InlineData("machine: { type: controlplane }\ncluster: { etcd: { advertisedSubnets: [10.20.13.0/24] } }", null)]
    [InlineData("machine: { type: worker }", null)]
    public void Etcd_is_told_which_family_is_its_own_where_the_home_has_two(string text, string? finding)
    {
        Assert.Equal(
            finding is null ? [] : [finding],
            Find(LabFile.Parse("network: { ipv6: 'fd00:10:20:13::/64' }", "lab.yaml", _ => null), ("cp1.yaml", text)).Select(found => found.Line())
        );
        Assert.Empty(Find(new LabDefinition(), ("cp1.yaml", text)));
    }

    [Fact]
    public void The_disks_bus_decides_its_name()
    {
        var lab = LabFile.Parse("machine: { disks: [{ gib: 10, bus: nvme }, { gib: 10, bus: scsi }] }", "lab.yaml", _ => null);
        Assert.Empty(Find(lab, ("cp1.yaml", "machine: { install: { disk: /dev/nvme0n1 } }")));
        Assert.Single(Find(lab, ("cp1.yaml", "machine: { install: { disk: /dev/sda } }")), found => found.Severity == Severity.Info);
        Assert.Single(Find(lab, ("cp1.yaml", "machine: { install: { disk: /dev/sdb } }")), found => found.Severity == Severity.Error);
    }

    [Fact]
    public void Configurations_of_two_PKIs_are_found_and_no_secret_is_shown()
    {
        var lab = LabFile.Parse(
            "nodes: [{ name: cp1, mac: '52:54:00:13:00:01', address: 10.20.13.11 }, { name: cp2, mac: '52:54:00:13:00:02', address: 10.20.13.12 }]",
            "lab.yaml",
            _ => null
        );
        const string first = "cluster: { id: one, secret: hush1 }\nmachine: { token: hush }";
        const string second = "cluster: { id: one, secret: hush2 }\nmachine: { token: hush }";
        Assert.Empty(Find(lab, ("cp1.yaml", first), ("cp2.yaml", first)));
        var found = Assert.Single(Find(lab, ("cp1.yaml", first), ("cp2.yaml", second)));
        Assert.Equal(
            "error config-two-pkis (cp2.yaml:1 cluster.secret): cluster.secret is another than that of cp1.yaml:1 cluster.secret: the configurations were generated apart, and their nodes never form one cluster.",
            found.Line()
        );
        Assert.DoesNotContain("hush", $"{found}", StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private IReadOnlyList<Finding> Find(LabDefinition lab, params (string Name, string Text)[] files)
    {
        foreach (var (name, text) in files)
        {
            _folder.File(name, text);
        }

        return MachineConfigChecks.Run(lab, MachineConfigFolder.Read(_folder.Path, lab));
    }
}
