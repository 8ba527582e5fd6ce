using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Input;
using Lab.Model.Rendering;
using Lab.Model.Services;
using Lab.Runtime.Cluster;

namespace Lab.UnitTests.Model;

public sealed class ClusterTests
{
    private const string Nodes = """
        roles: { gateway: { image: ghcr.io/owner/talos:v1, disks: [{ gib: 20, bus: nvme }] } }
        nodes:
        - { name: cp1, mac: "52:54:00:13:00:01", address: 10.20.13.11 }
        - { name: gw1, mac: "52:54:00:13:00:02", address: 10.20.13.12, role: gateway }
        """;

    [Fact]
    public void The_plan_follows_from_the_definition()
    {
        var lab = Lab("cluster: { talos: v1.12.3, patches: [{ file: all.yaml }, { file: gw.yaml, role: gateway }, { file: cp1.yaml, node: cp1 }] }");
        var plan = ClusterPlan.Of(lab);
        Assert.Equal(("lab", "https://10.20.13.11:6443/"), (plan.Name, plan.Endpoint.ToString()));
        Assert.Equal([(true, "/dev/vda"), (false, "/dev/nvme0n1")], plan.Nodes.Select(node => (node.IsControlPlane, node.InstallDisk)));
        Assert.Equal(["ghcr.io/siderolabs/installer:v1.12.3", "ghcr.io/owner/talos:v1"], plan.Nodes.Select(node => node.InstallImage));
        Assert.Equal(["all.yaml cp1.yaml", "all.yaml gw.yaml"], plan.Nodes.Select(node => string.Join(' ', node.Patches)));
        Assert.Equal("https://10.20.13.10:6443/", ClusterPlan.Of(Lab("cluster: { talos: v1.14.0, vip: 10.20.13.10 }")).Endpoint.ToString());
        Assert.StartsWith("factory.talos.dev/metal-installer/", ClusterPlan.Of(Lab("cluster: { talos: v1.14.0 }")).Nodes[0].InstallImage);
        Assert.Contains("has no cluster", Assert.Throws<LabException>(() => ClusterPlan.Of(Lab(""))).Message);
    }

    [Fact]
    public void The_Kubernetes_API_of_control_planes_is_reached_from_the_host()
    {
        var lab = Lab("machine: { ports: [8080, 6443] }\ncluster: { talos: v1.12.3 }");
        Assert.Equal(["8080 6443", "8080 6443"], lab.Nodes.Select(node => string.Join(' ', lab.MachineOf(node).Ports)));
        var plain = Lab("cluster: { talos: v1.12.3 }");
        Assert.Equal(["6443", ""], plain.Nodes.Select(node => string.Join(' ', plain.MachineOf(node).Ports)));
        Assert.All(Lab("").Nodes, node => Assert.Empty(Lab("").MachineOf(node).Ports));
    }

    [Fact]
    public void On_AWS_it_is_the_same_cluster_with_what_a_VPC_has()
    {
        var lab = Lab(
            """
            network: { zones: [{ zone: eu-west-1b, privateSubnet: 10.20.14.0/24 }] }
            cluster: { talos: v1.12.3, vip: 10.20.13.10, cozystack: true, installer: "o/i:1", patches: [{ file: all.yaml }] }
            """,
            Nodes
                .Replace("role: gateway", "role: gateway, launch: { privateAddress: 10.20.14.12, zone: eu-west-1b }", StringComparison.Ordinal)
                .Replace("gib: 20, bus: nvme }] }", "gib: 20, bus: nvme }], launch: { image: ghcr.io/owner/gateway:v1 } }", StringComparison.Ordinal)
        );
        var plan = ClusterPlan.OnAws(lab, ClusterPlace.Aws);
        Assert.Equal(("https://10.20.13.11:6443/", "metal", null), (plan.Endpoint.ToString(), plan.ValidationMode, plan.Vip));
        Assert.Contains("10.20.13.10 is the cluster's address at home", Assert.Single(plan.Remarks));
        Assert.Equal(["10.20.13.11 /dev/nvme0n1 o/i:1", "10.20.14.12 /dev/nvme0n1 ghcr.io/owner/gateway:v1"], plan.Nodes.Select(Describe));
        Assert.Equal("lab-deploy cluster up --target aws", plan.CommandLine("up"));
        Assert.Equal("lab-deploy cluster up", ClusterPlan.OnAws(lab, ClusterPlace.Emulator).CommandLine("up"));
        Snapshot.Matches(
            "cluster-patches-aws.yaml",
            string.Join("### worker\n", plan.Nodes.Select(node => string.Concat(ClusterPatches.Of(lab, plan, node).Select(patch => patch.Text))))
        );

        var named = ClusterPlan.OnAws(Lab("cluster: { talos: v1.12.3, endpoint: 'https://10.20.13.11:7443' }"), ClusterPlace.Aws);
        Assert.Equal((0, "https://10.20.13.11:7443/"), (named.Remarks.Count, named.Endpoint.ToString()));
        var elsewhere = ClusterPlan.OnAws(Lab("cluster: { talos: v1.12.3, endpoint: 'https://k8s.home:6443' }"), ClusterPlace.Aws);
        Assert.Equal((1, "https://10.20.13.11:6443/"), (elsewhere.Remarks.Count, elsewhere.Endpoint.ToString()));
        Assert.Equal("ghcr.io/urmanac/talos-cozystack-demo:demo-stable", elsewhere.Nodes[0].InstallImage);

        static string Describe(ClusterNode node) => $"{node.Address} {node.InstallDisk} {node.InstallImage}";
    }

    [Theory]
    [InlineData("v1.12.3")]
    [InlineData("v1.12")]
    public void On_AWS_nodes_that_start_Talos_itself_install_its_own_image(string launched)
    {
        var plan = ClusterPlan.OnAws(
            Lab($"launch: {{ boot: ami, talos: {launched}, instanceType: t2.medium }}\nmachine: {{ arch: amd64 }}\ncluster: {{ talos: v1.12.3 }}"),
            ClusterPlace.Aws
        );
        Assert.Equal(("cloud", "/dev/xvda"), (plan.ValidationMode, plan.Nodes[0].InstallDisk));
        Assert.Equal("ghcr.io/siderolabs/installer:v1.12.3", plan.Nodes[0].InstallImage);
    }

    [Theory]
    [InlineData("v1.12.4")]
    [InlineData("v1.1")]
    public void On_AWS_nodes_must_start_the_release_that_they_are_configured_for(string launched) =>
        Assert.Contains(
            $"launch.talos is {launched} and cluster.talos v1.12.3",
            Assert
                .Throws<LabException>(() =>
                    ClusterPlan.OnAws(Lab($"launch: {{ boot: ami, talos: {launched} }}\ncluster: {{ talos: v1.12.3 }}"), ClusterPlace.Aws)
                )
                .Message
        );

    [Theory]
    [InlineData("cluster: { talos: 1.12 }", "expected a release of Talos like v1.12.3")]
    [InlineData("cluster: { talos: v1.12 }", "'v1.12' is not a release of Talos")]
    [InlineData("cluster: { talos: v1.8.4 }", "expected v1.9.0 or later")]
    [InlineData("cluster: { name: home }", "key 'talos' is missing")]
    [InlineData("cluster: { talos: v1.12.3, cni: cilium }", "expected one of flannel, none")]
    [InlineData("cluster: { talos: v1.12.3, endpoint: 'https://10.20.13.11' }", "the port is missing")]
    [InlineData("cluster: { talos: v1.12.3, endpoint: 'https://10.20.13.11:6443/api' }", "has no path, found /api")]
    [InlineData("cluster: { talos: v1.12.3, endpoint: 'http://10.20.13.11:6443' }", "speaks https, found http")]
    [InlineData("cluster: { talos: v1.12.3, endpoint: 'https://[::1]:6443' }", "an IPv6 endpoint")]
    [InlineData("cluster: { talos: v1.12.3, endpoint: 'https://localhost:6443' }", "localhost is each node itself")]
    [InlineData("cluster: { talos: v1.12.3, endpoint: 'https://10.20.13.11:6443', vip: 10.20.13.10 }", "leave out either")]
    [InlineData("cluster: { talos: v1.12.3, vip: 'fd00:10:20:13::10' }", "expected an IPv4 address")]
    [InlineData("cluster: { talos: v1.12.3, vip: 10.20.13.12 }", "taken already, by nodes[1].address")]
    [InlineData("cluster: { talos: v1.12.3, vip: 10.20.13.160 }", "lies in the DHCP range")]
    [InlineData("cluster: { talos: v1.12.3, vip: 10.9.9.9 }", "not an address of the private subnet")]
    [InlineData("cluster: { talos: v1.12.3, patches: [{ file: a.yaml, role: worker }] }", "no node has the role 'worker'; allowed: controlplane, gateway")]
    [InlineData("cluster: { talos: v1.12.3, patches: [{ file: a.yaml, node: cp9 }] }", "there is no node 'cp9'")]
    [InlineData("cluster: { talos: v1.12.3, patches: [{ file: a.yaml, node: cp1, role: gateway }] }", "leave out either")]
    [InlineData("machine: { diskGib: 0 }\ncluster: { talos: v1.12.3 }", "cp1 has no disk")]
    [InlineData("cluster: { talos: v1.13.6, cozystack: true, installer: 'o/i:1', cni: flannel }", "CozyStack brings its own network; leave out cni")]
    [InlineData("cluster: { talos: v1.14.0, cozystack: true, installer: 'o/i:1' }", "is not known to Lab; expected an earlier release")]
    [InlineData("cluster: { talos: v1.13.6, cozystack: true }", "CozyStack publishes its Talos for amd64 only, and cp1 is arm64")]
    [InlineData("image: v1.11.0\ncluster: { talos: v1.12.3 }", "boots Talos v1.11.0")]
    public void What_cannot_work_is_refused(string cluster, string message) =>
        Assert.Contains(message, Assert.Throws<DefinitionException>(() => Lab(cluster)).Message);

    [Theory]
    [InlineData("v1.11.5", "{ talos: v1.11.5, vip: 10.20.13.10, cni: none }")]
    [InlineData("v1.12.3", "{ talos: v1.12.3, vip: 10.20.13.10, cni: none }")]
    [InlineData("v1.14.0", "{ talos: v1.14.0, vip: 10.20.13.10, cni: none }")]
    public void Patches_are_in_the_style_of_the_release(string release, string cluster)
    {
        var lab = Lab($"cluster: {cluster}");
        var plan = ClusterPlan.Of(lab);
        var patches = plan.Nodes.Select(node => Assert.Single(ClusterPatches.Of(lab, plan, node)).Text).ToList();
        Assert.All(patches, patch => Assert.DoesNotContain("type:", patch));
        Assert.All(plan.Nodes.Zip(patches), node => Assert.Single(node.Second.Split("hostname: ").Skip(1)));
        Assert.Contains("10.20.13.10", patches[0].Replace("10.20.13.140", "", StringComparison.Ordinal));
        Assert.DoesNotContain("10.20.13.10", patches[1].Replace("10.20.13.140", "", StringComparison.Ordinal));
        Snapshot.Matches($"cluster-patches-{release}.yaml", string.Join("### worker\n", patches));
    }

    [Theory]
    [InlineData("v1.11.5", "cni: none, ")]
    [InlineData("v1.13.6", "")]
    public void Nodes_for_CozyStack_get_a_patch_more(string release, string cni)
    {
        var lab = Lab($"machine: {{ arch: amd64 }}\ncluster: {{ talos: {release}, {cni}cozystack: true }}");
        var plan = ClusterPlan.Of(lab);
        Assert.Equal([$"ghcr.io/cozystack/cozystack/talos:{release}", "ghcr.io/owner/talos:v1"], plan.Nodes.Select(node => node.InstallImage));
        Assert.True(plan.Definition.LacksNetworkPlugin);
        var patches = plan.Nodes.Select(node => ClusterPatches.Of(lab, plan, node)).ToList();
        Assert.All(patches, patch => Assert.Equal(["lab", "cozystack"], patch.Select(part => part.Name)));
        Assert.All(patches, patch => Assert.DoesNotContain("name: none", patch[0].Text, StringComparison.Ordinal));
        using var folder = new TemporaryFolder();
        Assert.All(patches, patch => ClusterPatchFile.Check(folder.File("cozystack.yaml", patch[1].Text)));
        Snapshot.Matches("cluster-patches-cozystack.yaml", string.Join("### worker\n", patches.Select(patch => patch[1].Text)));
    }

    [Theory]
    [InlineData("machine:\n  type: worker\n", "1:1: a patch has no machine.type")]
    [InlineData("machine:\n  network: { hostname: a }\n", "the host name is the node's name")]
    [InlineData("machine: {}\n---\nkind: HostnameConfig\n", "3:1: the host name is the node's name")]
    [InlineData("cluster: { ca: { crt: a } }\n", "cluster.ca comes from the cluster's secrets")]
    [InlineData("- op: add\n", "a list of JSON patches")]
    public void A_patch_that_contradicts_the_lab_is_refused(string text, string message)
    {
        using var folder = new TemporaryFolder();
        Assert.Contains(message, Assert.ThrowsAny<LabException>(() => ClusterPatchFile.Check(folder.File("p.yaml", text))).Message);
        ClusterPatchFile.Check(folder.File("good.yaml", "machine:\n  sysctls: { a: \"1\" }\n"));
    }

    [Fact]
    public void Resources_are_read_one_after_the_other_and_damage_ends_them()
    {
        var resources = NodeReading.Resources(
            "{\"metadata\":{\"id\":\"etcd\"},\"spec\":{\"running\":true}}\n{\"metadata\":{\"id\":\"kubelet\"},\"spec\":{}}\n{\"meta"
        );
        Assert.Equal(["etcd", "kubelet"], resources.Select(resource => resource.Id));
        Assert.True(NodeReading.IsTrue(resources[0].Spec, "running"));
        Assert.Empty(NodeReading.Resources("NODE  ID"));
        Assert.Empty(NodeReading.Resources("[1] 2 \"x\""));
    }

    private static LabDefinition Lab(string cluster, string nodes = Nodes) => LabFile.Parse($"{cluster}\n{nodes}", "lab.yaml", _ => null);
}
