using System.Net;
using Lab.Model;
using Lab.Model.Checks;
using Lab.Model.Definition;
using Lab.Model.Input;

namespace Lab.UnitTests.Input;

public sealed class LabDraftTests
{
    public static TheoryData<LabDraft> Drafts { get; } =
    [
        new LabDraft(),
        new LabDraft
        {
            Name = "no",
            Nodes = 5,
            IsCloud = true,
            Subnet = IPNetwork.Parse("192.168.50.0/24"),
            Image = "quay.io/a/talos:v1.12.0",
        },
        new LabDraft
        {
            Name = "12",
            Subnet = IPNetwork.Parse("172.16.4.16/28"),
            Nodes = 3,
        },
        new LabDraft { Subnet = IPNetwork.Parse("10.0.0.0/17"), Nodes = 150 },
    ];

    [Theory]
    [MemberData(nameof(Drafts))]
    public void What_is_written_is_read_back_and_passes_the_check(LabDraft draft)
    {
        var lab = LabFile.Parse(LabFileText.Write(draft), "lab.yaml", _ => null);

        Assert.Equal((draft.Name ?? "lab", draft.Nodes), (lab.Name, lab.Nodes.Count));
        Assert.Equal(draft.IsCloud ? RehearsedNetwork.Vpc : RehearsedNetwork.Lan, lab.Network.As);
        Assert.Equal(draft.Subnet ?? new NetworkDefinition().PrivateSubnet, lab.Network.PrivateSubnet);
        Assert.Equal(draft.Image ?? new BootDefinition().Image, lab.Boot.Image);
        DateOnly[] days = [new(2026, 7, 1), new(2028, 1, 1)];
        Assert.All(days, day => Assert.DoesNotContain(LabChecks.Run(lab, day), finding => finding.Severity == Severity.Error));
    }

    [Theory]
    [MemberData(nameof(Drafts))]
    public void All_addresses_of_what_is_written_follow_from_one_line_as_the_drafts_do(LabDraft draft)
    {
        var (text, lab) = (LabFileText.Write(draft), draft.ToDefinition());
        Assert.Equal(Addresses(lab), Addresses(LabFile.Parse(text, "lab.yaml", _ => null)));

        var elsewhere = IPNetwork.Parse("192.168.128.0/17");
        var moved = LabFile.Parse(
            text.Replace($"subnet: {lab.Network.PrivateSubnet} ", $"subnet: {elsewhere} ", StringComparison.Ordinal),
            "lab.yaml",
            _ => null
        );
        Assert.Equal(elsewhere, moved.Network.PrivateSubnet);
        Assert.All(
            [moved.Bastion.Address, moved.Dhcp.First, moved.Dhcp.Last, .. moved.Nodes.Select(node => node.Address)],
            address => Assert.True(elsewhere.Contains(address))
        );
    }

    private static IEnumerable<string> Addresses(LabDefinition lab) =>
        [
            $"{lab.Network.Vpc}",
            $"{lab.Network.PublicSubnet}",
            $"{lab.Network.PrivateSubnet}",
            $"{lab.Bastion.Address}",
            $"{lab.Dhcp.First}",
            $"{lab.Dhcp.Last}",
            .. lab.Nodes.Select(node => $"{node.Name} {node.Address}"),
        ];

    [Fact]
    public void Without_a_wish_the_places_are_those_of_the_defaults()
    {
        var (lab, usual) = (new LabDraft().ToDefinition(), new LabDefinition());
        Assert.Equal(
            (usual.Bastion.Address, usual.Dhcp.First, usual.Dhcp.Last, usual.Network.Vpc, usual.Network.PublicSubnet, usual.Nodes[0].Address),
            (lab.Bastion.Address, lab.Dhcp.First, lab.Dhcp.Last, lab.Network.Vpc, lab.Network.PublicSubnet, lab.Nodes[0].Address)
        );
    }

    [Fact]
    public void A_subnet_that_cannot_be_a_labs_is_refused() =>
        Assert.Contains(
            "a lab's is a /17 to /28",
            Assert.Throws<LabException>(() => new LabDraft { Subnet = IPNetwork.Parse("10.0.0.0/8") }.ToDefinition()).Message
        );

    [Fact]
    public void The_machines_of_talhelper_keep_name_address_and_mac()
    {
        var inventory = Inventory.Parse(
            """
            clusterName: home-cluster
            talosVersion: v1.12.0
            endpoint: https://192.168.1.9:6443
            nodes:
              - hostname: cp-1
                ipAddress: 192.168.1.140
                controlPlane: true
                installDisk: /dev/nvme0n1
                networkInterfaces:
                  - deviceSelector:
                      hardwareAddr: "aa:bb:cc:00:00:01"
                    dhcp: false
              - hostname: Worker_1.example.com
                ipAddress: 192.168.1.21
                installDisk: /dev/sda
                networkInterfaces:
                  - interface: eth0
            """,
            "talconfig.yaml"
        );
        var lab = LabFile.Parse(LabFileText.Write(new LabDraft { Name = inventory.Name, Known = inventory.Nodes }), "lab.yaml", _ => null);

        Assert.Equal("home-cluster", lab.Name);
        Assert.Equal(
            ["cp-1 aa:bb:cc:00:00:01 192.168.1.140", "worker-1 52:54:00:13:00:01 192.168.1.21"],
            lab.Nodes.Select(node => $"{node.Name} {node.Mac} {node.Address}")
        );
        Assert.Equal("192.168.1.0/24", lab.Network.PrivateSubnet.ToString());
        Assert.Equal(["controlplane", "worker"], lab.Nodes.Select(node => node.Role));
        Assert.Equal(
            [
                "the name Worker_1.example.com: a node's has lower-case letters, digits and hyphens, so it is worker-1",
                "the MAC of worker-1: there is none, so Lab has made one up for the virtual machine",
                "talosVersion, endpoint: lab.yaml has no such key",
                "of nodes: installDisk: lab.yaml has no such key",
            ],
            inventory.LeftOut
        );
    }

    [Fact]
    public void The_machines_of_cluster_template_keep_name_address_and_mac()
    {
        var inventory = Inventory.Parse(
            """
            nodes:
              - { name: k8s-0, address: 192.168.42.10, controller: true, disk: /dev/sda, mac_addr: "52:54:00:aa:00:01", schematic_id: abc }
              - { name: k8s-1, address: 192.168.42.11, controller: false, disk: /dev/sda, mac_addr: "52:54:00:aa:00:02" }
            """,
            "nodes.yaml"
        );
        Assert.Equal([("k8s-0", true), ("k8s-1", false)], inventory.Nodes.Select(node => (node.Name, node.IsController)));
        Assert.Equal(["52:54:00:aa:00:01", "52:54:00:aa:00:02"], inventory.Nodes.Select(node => node.Mac.ToString()));
        Assert.Contains("of nodes: disk, schematic_id: lab.yaml has no such key", inventory.LeftOut);
        var lab = new LabDraft { Known = inventory.Nodes, Nodes = 3 }.ToDefinition();
        Assert.Equal(["192.168.42.10", "192.168.42.11", "192.168.42.12"], lab.Nodes.Select(node => node.Address.ToString()));
    }

    [Theory]
    [InlineData("machine: {}", "has no list 'nodes'. Inventories that Lab reads: talhelper's talconfig.yaml")]
    [InlineData("nodes:\n- ipAddress: 10.0.0.1", "nodes.yaml:2:3: node 1 has neither 'hostname' nor 'name'")]
    [InlineData("nodes:\n\t- name: a", "nodes.yaml:2:1: a tab in the indentation")]
    public void What_is_no_inventory_is_refused(string text, string message) =>
        Assert.Contains(message, Assert.ThrowsAny<LabException>(() => Inventory.Parse(text, "nodes.yaml")).Message);
}
