using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Input;

namespace Lab.UnitTests.Model;

public sealed class NodeCountTests
{
    [Fact]
    public void Further_nodes_follow_in_the_way_of_the_last()
    {
        var lab = new LabDefinition().WithNodes(3);
        Assert.Equal(
            ["cp1 52:54:00:13:00:01 10.20.13.11", "cp2 52:54:00:13:00:02 10.20.13.12", "cp3 52:54:00:13:00:03 10.20.13.13"],
            lab.Nodes.Select(node => $"{node.Name} {node.Mac} {node.Address}")
        );
    }

    [Fact]
    public void Addresses_that_are_taken_or_leased_are_left_out()
    {
        var lab = new LabDefinition { Nodes = [NodeDefinition.First with { Address = System.Net.IPAddress.Parse("10.20.13.139") }] }.WithNodes(12);
        Assert.DoesNotContain(lab.Nodes, node => node.Address.Equals(lab.Bastion.Address) || lab.Dhcp.Leases(node.Address));
        Assert.Empty(DefinitionRules.Check(lab));
    }

    [Fact]
    public void Fewer_nodes_are_the_first_ones() => Assert.Equal(["cp1"], new LabDefinition().WithNodes(3).WithNodes(1).Nodes.Select(node => node.Name));

    [Theory]
    [InlineData(0, "takes a number from 1")]
    [InlineData(500, "no free address")]
    public void A_number_that_cannot_be_is_refused(int count, string message) =>
        Assert.Contains(message, Assert.Throws<LabException>(() => new LabDefinition().WithNodes(count)).Message);
}
