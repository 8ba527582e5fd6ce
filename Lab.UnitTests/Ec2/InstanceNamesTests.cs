using Lab.Emulation.Aws;
using Lab.Emulation.Network.Vpc;
using Lab.Model.Definition;
using Lab.Model.Rendering;

namespace Lab.UnitTests.Ec2;

/// <summary>What instances are called.</summary>
public sealed class InstanceNamesTests
{
    private static readonly NodeDefinition Cp1 = NodeDefinition.First;

    private readonly InstanceNames _names = new([Cp1]);

    [Fact]
    public void A_node_of_the_definition_has_its_name_and_any_other_its_id() =>
        Assert.Equal(["cp1", "i-2", "i-3", "i-4"], Named(Node("i-1", "cp1"), Node("i-2", null), Node("i-3", "bastion"), Node("i-4", "../cp1")));

    [Fact]
    public void A_tag_on_what_the_lab_has_not_launched_says_nothing() =>
        Assert.Equal(
            ["i-1", "i-2"],
            Named(
                new VpcInstance("i-1", VpcInstance.Running, new Dictionary<string, string> { [Tags.NodeName] = "cp1" }) { ImageId = "", InstanceType = "" },
                Node("i-2", "cp1") with
                {
                    AutoScalingGroup = "tf-asg",
                }
            )
        );

    [Fact]
    public void The_first_has_the_name_for_as_long_as_it_lives()
    {
        Assert.Equal(["cp1"], Named(Node("i-5", "cp1")));
        Assert.Equal(["i-1", "cp1"], Named(Node("i-1", "cp1"), Node("i-5", "cp1")));
        Assert.Equal(["i-1", "cp1"], Named(Node("i-1", "cp1"), Node("i-5", "cp1", "stopped")));
    }

    [Fact]
    public void The_name_passes_to_the_next_instance()
    {
        Assert.Equal(["cp1"], Named(Node("i-5", "cp1")));
        Assert.Equal(["cp1"], Named(Node("i-5", "cp1", "terminated")));
        Assert.Equal(["i-5", "cp1"], Named(Node("i-5", "cp1", "terminated"), Node("i-6", "cp1", "pending")));
        Assert.Equal(["i-5", "cp1"], Named(Node("i-5", "cp1", "terminated"), Node("i-6", "cp1")));
    }

    private static VpcInstance Node(string id, string? name, string state = VpcInstance.Running) =>
        new(
            id,
            state,
            name is null
                ? new Dictionary<string, string> { [Tags.Id] = Tags.Node }
                : new Dictionary<string, string> { [Tags.Id] = Tags.Node, [Tags.NodeName] = name }
        )
        {
            ImageId = "",
            InstanceType = "",
        };

    private List<string> Named(params VpcInstance[] instances)
    {
        var vpc = _names.Follow(
            new VpcState
            {
                Id = "vpc-1",
                Ipv4Blocks = [],
                Instances = instances,
            }
        );
        return [.. vpc.Instances.Select(vpc.NameOf)];
    }
}
