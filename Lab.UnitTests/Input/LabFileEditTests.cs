using System.Net;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Input;

namespace Lab.UnitTests.Input;

/// <summary>A lab file that somebody has written, with one node more.</summary>
public sealed class LabFileEditTests
{
    private const string Entry = """{ name: cp4, mac: "52:54:00:66:66:66", address: 10.20.13.14 }""";
    private const string First = """{ name: cp1, mac: "52:54:00:13:00:01", address: 10.20.13.11 }""";

    private static readonly NodeDefinition Added = new()
    {
        Name = "cp4",
        Mac = MacAddress.Parse("52:54:00:66:66:66"),
        Address = IPAddress.Parse("10.20.13.14"),
    };

    [Theory]
    [InlineData("", "nodes:\n  - " + Entry + "\n")]
    [InlineData("name: a", "name: a\nnodes:\n  - " + Entry + "\n")]
    [InlineData("name: a # mine\n", "name: a # mine\nnodes:\n  - " + Entry + "\n")]
    [InlineData("nodes: [] # none yet\n", "nodes:\n  - " + Entry + " # none yet\n")]
    [InlineData("nodes: [" + First + "]\n", "nodes: [" + First + ", " + Entry + "]\n")]
    [InlineData("nodes:\n  - " + First + "\n", "nodes:\n  - " + First + "\n  - " + Entry + "\n")]
    [InlineData("nodes:\n- " + First, "nodes:\n- " + First + "\n- " + Entry + "\n")]
    [InlineData(
        "nodes:\n  - " + First + " # the first\n\n# the rest\nname: a\n",
        "nodes:\n  - " + First + " # the first\n  - " + Entry + "\n\n# the rest\nname: a\n"
    )]
    [InlineData(
        "nodes:\n    - name: cp1\n      mac: 52:54:00:13:00:01\n      address: 10.20.13.11 # here\n    # no more\ncaches: {}\n",
        "nodes:\n    - name: cp1\n      mac: 52:54:00:13:00:01\n      address: 10.20.13.11 # here\n    - " + Entry + "\n    # no more\ncaches: {}\n"
    )]
    [InlineData(
        "nodes:\n  - {\n      name: cp1, mac: \"52:54:00:13:00:01\",\n      address: 10.20.13.11\n    } # over lines\nname: a\n",
        "nodes:\n  - {\n      name: cp1, mac: \"52:54:00:13:00:01\",\n      address: 10.20.13.11\n    } # over lines\n  - " + Entry + "\nname: a\n"
    )]
    [InlineData("nodes:\r\n  - " + First + "\r\nname: a\r\n", "nodes:\r\n  - " + First + "\r\n  - " + Entry + "\r\nname: a\r\n")]
    public void The_node_comes_last_and_all_else_stays(string before, string after) => Assert.Equal(after, Add(before));

    [Theory]
    [InlineData("nodes:\n  - { name: cp4, mac: \"52:54:00:13:00:01\", address: 10.20.13.11 }\n", "name cp4 is taken already")]
    [InlineData("nodes:\n  - { name: cp1, mac: \"52:54:00:66:66:66\", address: 10.20.13.11 }\n", "MAC 52:54:00:66:66:66 is taken already")]
    [InlineData("nodes:\n  - { name: cp1, mac: \"52:54:00:13:00:01\", address: 10.20.13.14 }\n", "address 10.20.13.14 is taken already")]
    public void What_would_be_there_twice_is_refused(string before, string message) =>
        Assert.Contains(message, Assert.ThrowsAny<LabException>(() => Add(before)).Message);

    [Fact]
    public void The_example_of_the_repository_takes_one_more()
    {
        var text = File.ReadAllText(Repository.PathOf("lab.yaml"));
        var changed = Add(text);
        Assert.Equal($"{text}  - {Entry}\n", changed);
    }

    [Fact]
    public void The_next_free_address_comes_after_the_last_node()
    {
        var lab = new LabDefinition();
        Assert.Equal("10.20.13.12", $"{LabFileEdit.FreeAddress(lab)}");
        Assert.Equal("10.20.13.11", $"{LabFileEdit.FreeAddress(lab with { Nodes = [] })}");
        Assert.Equal("10.20.13.200", $"{LabFileEdit.FreeAddress(lab with { Nodes = [lab.Nodes[0] with { Address = IPAddress.Parse("10.20.13.149") }] })}");
        Assert.Null(LabFileEdit.FreeAddress(lab with { Nodes = [lab.Nodes[0] with { Address = IPAddress.Parse("10.20.13.254") }] }));
    }

    private static string Add(string text) => LabFileEdit.AddNode(text, "lab.yaml", Added, _ => null);
}
