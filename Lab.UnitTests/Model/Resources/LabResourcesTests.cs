using Lab.Model.Definition;
using Lab.Model.Input;
using Lab.Model.Resources;

namespace Lab.UnitTests.Model.Resources;

/// <summary>What a lab consists of follows from its definition.</summary>
public sealed class LabResourcesTests
{
    [Fact]
    public void Resources_are_in_the_order_in_which_they_are_shown_with_their_addresses()
    {
        var all = LabResources.Of(new LabDefinition());
        Assert.Equal(
            [
                "network ",
                "dnsmasq 10.20.13.140:67,69/udp",
                "boot-server 10.20.13.140:8080",
                "dns 10.20.13.140:53",
                "registry-docker.io 10.20.13.140:5050",
                "registry-gcr.io 10.20.13.140:5051",
                "registry-ghcr.io 10.20.13.140:5052",
                "registry-quay.io 10.20.13.140:5053",
                "registry-registry.k8s.io 10.20.13.140:5054",
                "aws ",
                "cp1 10.20.13.11:50000",
            ],
            all.Select(resource => $"{resource.Name} {resource.Address}")
        );
        Assert.Equal(
            ["boot-server", .. MirrorDefinition.Specified.Select(mirror => $"registry-{mirror.Registry}")],
            all.Where(resource => resource.Web is not null).Select(resource => resource.Name)
        );
    }

    [Fact]
    public void Each_waits_only_for_what_comes_before_it()
    {
        var before = new HashSet<string>();
        foreach (var resource in LabResources.Of(new LabDefinition()))
        {
            Assert.Empty(resource.WaitsFor.Except(before));
            before.Add(resource.Name);
        }
    }

    [Fact]
    public void What_loses_something_asks_first()
    {
        var commands = LabResources
            .Of(new LabDefinition())
            .SelectMany(resource => resource.Commands)
            .ToLookup(command => command.Name, command => command.Confirmation);
        Assert.Equal(
            ["console", "power-cycle", "power-off", "reset-disk", "reset-firmware", "restart", "start", "stop"],
            commands.Select(command => command.Key).Order()
        );
        Assert.All(["stop", "power-off", "power-cycle", "reset-disk", "reset-firmware"], name => Assert.All(commands[name], Assert.NotNull));
        Assert.All(["start", "restart", "console"], name => Assert.All(commands[name], Assert.Null));
    }

    [Fact]
    public void A_node_s_disk_has_the_size_of_its_own_else_of_the_launch_and_only_a_disk_can_be_reset()
    {
        var lab = new LabDefinition
        {
            Launch = new() { DiskGib = 20 },
            Nodes = [NodeDefinition.First with { DiskGib = 12 }],
        }.WithNodes(2);
        lab = lab with { Nodes = [.. lab.Nodes, NodeDefinition.First with { DiskGib = null }, NodeDefinition.First with { DiskGib = 0 }] };
        Assert.Equal([12, 12, 20, 0], lab.Nodes.Select(node => lab.MachineOf(node).Disks.Sum(disk => disk.Gib)));
        var nodes = LabResources.Of(lab).Where(resource => resource.Kind == ResourceKind.Node).ToList();
        Assert.Equal([true, true, true, false], nodes.Select(node => node.Commands.Any(command => command.Name == ResourceCommand.ResetDisk)));
        Assert.Equal(
            [true, true, true, false],
            nodes.Select(node =>
                node.Commands.Single(command => command.Name == ResourceCommand.PowerCycle)
                    .Confirmation!.Contains("what is on its disk stays", StringComparison.Ordinal)
            )
        );
    }

    [Fact]
    public void A_node_cannot_have_the_name_of_a_service()
    {
        var lab = new LabDefinition { Nodes = [NodeDefinition.First with { Name = "dns" }] };
        var finding = Assert.Single(DefinitionRules.Check(lab));
        Assert.Equal(("nodes[0].name", "name dns is taken already, by the lab's name server"), (finding.Path, finding.Message));
    }
}
