using System.Net;
using Lab.Model.Definition;
using Lab.Model.Input;

namespace Lab.UnitTests.Model;

public sealed class DerivedAddressesTests
{
    private const string TwoNodes = "nodes:\n- { name: a, mac: '52:54:00:13:00:01' }\n- { name: b, mac: '52:54:00:13:00:02' }\n";

    [Fact]
    public void One_key_moves_the_whole_lab()
    {
        var lab = Parse("network: { subnet: 192.168.1.0/24 }");
        Assert.Equal(
            ["192.168.1.0/24", "192.168.0.0/16", "192.168.1.140", "192.168.1.150", "192.168.1.199", "192.168.1.11"],
            new object[] { lab.Network.PrivateSubnet, lab.Network.Vpc, lab.Bastion.Address, lab.Dhcp.First, lab.Dhcp.Last, lab.Nodes.Single().Address }.Select(
                value => $"{value}"
            )
        );
        Assert.False(lab.Network.PublicSubnet.Contains(lab.Network.PrivateSubnet));
    }

    [Theory]
    [InlineData("10.0.0.0/17")]
    [InlineData("172.16.5.0/24")]
    [InlineData("192.168.1.128/25")]
    [InlineData("192.168.1.16/28")]
    public void A_lab_can_be_in_every_subnet_that_a_lab_may_have(string subnet)
    {
        var lab = Parse($"network: {{ subnet: {subnet} }}\n{TwoNodes}");
        Assert.Empty(DefinitionRules.Check(lab));
        Assert.All(lab.Nodes, node => Assert.True(lab.Network.PrivateSubnet.Contains(node.Address)));
    }

    [Fact]
    public void Nodes_without_an_address_take_those_that_are_free()
    {
        var lab = Parse($"server: {{ address: 10.20.13.12 }}\n{TwoNodes}- {{ name: c, mac: '52:54:00:13:00:03', address: 10.20.13.11 }}");
        Assert.Equal(["10.20.13.13", "10.20.13.14", "10.20.13.11"], lab.Nodes.Select(node => $"{node.Address}"));
    }

    [Fact]
    public void The_server_of_a_home_is_the_bastion() =>
        Assert.Equal(IPAddress.Parse("192.168.1.5"), Parse("network: { subnet: 192.168.1.0/24 }\nserver: { address: 192.168.1.5 }").Bastion.Address);

    [Fact]
    public void What_Lab_brings_keeps_away_from_addresses_of_the_file()
    {
        var lab = Parse("network: { subnet: 192.168.1.0/24 }\nnodes:\n- { name: a, mac: '52:54:00:13:00:01', address: 192.168.1.160 }");
        Assert.False(lab.Dhcp.Leases(lab.Nodes[0].Address));
        Assert.False(lab.Dhcp.Leases(lab.Bastion.Address));
    }

    [Fact]
    public void Old_keys_stay_beside_it()
    {
        var lab = Parse("network: { subnet: 192.168.1.0/24, privateSubnet: 192.168.1.0/24 }\ndhcp: { first: 192.168.1.200, last: 192.168.1.210 }");
        Assert.Equal(("192.168.1.200", "192.168.1.140"), ($"{lab.Dhcp.First}", $"{lab.Bastion.Address}"));
    }

    [Theory]
    [InlineData("network:\n  subnet: 192.168.1.0/24\n  privateSubnet: 10.20.13.0/24", "2:11", "192.168.1.0/24 here and 10.20.13.0/24 in network.privateSubnet")]
    [InlineData("bastion: { address: 10.20.13.140 }\nserver: { address: 10.20.13.9 }", "2:20", "10.20.13.9 here and 10.20.13.140 in bastion.address")]
    [InlineData("network: { subnet: 192.168.1.0/24 }\nbastion: { address: 10.20.13.140 }", "2:21", "is not an address of the private subnet 192.168.1.0/24")]
    [InlineData("network: { subnet: 192.168.1.0/24 }\nserver: { address: 10.20.13.9 }", "2:20", "is not an address of the private subnet 192.168.1.0/24")]
    [InlineData("network: { subnet: 192.168.1.0/24 }\ndhcp: { first: 10.20.13.150 }", "2:16", "is not an address of the private subnet 192.168.1.0/24")]
    [InlineData("network: { subnet: 192.168.1.0/24, vpc: 10.20.0.0/16 }", "1:20", "subnet 192.168.1.0/24 is not in the VPC 10.20.0.0/16")]
    [InlineData("network: { subnet: 10.0.0.0/8 }", "1:20", "a lab's is a /17 to /28")]
    [InlineData("network: { subnet: 192.168.1.0/30 }", "1:20", "a lab's is a /17 to /28")]
    [InlineData("server: { adress: 10.20.13.9 }", "1:11", "did you mean 'address'?")]
    public void A_contradiction_is_an_error_at_its_line(string yaml, string place, string message)
    {
        var error = Assert.Throws<DefinitionException>(() => Parse(yaml));
        Assert.Contains($"lab.yaml:{place}: ", error.Message);
        Assert.Contains(message, error.Message);
    }

    [Fact]
    public void A_node_for_which_there_is_no_address_is_an_error_at_its_line()
    {
        var nodes = string.Concat(Enumerable.Range(1, 20).Select(i => $"- {{ name: n{i}, mac: '52:54:00:13:00:{i:x2}' }}\n"));
        var error = Assert.Throws<DefinitionException>(() => Parse($"network: {{ subnet: 192.168.1.0/28 }}\nnodes:\n{nodes}"));
        Assert.Contains("has no free address for this node", error.Message);
    }

    private static LabDefinition Parse(string yaml) => LabFile.Parse(yaml, "lab.yaml", _ => null);
}
