using System.Net;
using Lab.Model.Definition;
using Lab.Model.Input;

namespace Lab.UnitTests.Model;

public sealed class NodeMachineTests
{
    private const string Several = """
        network: { zones: [{ zone: eu-west-1b, privateSubnet: 10.20.200.0/24 }] }
        image: v1.12.3
        boot: { arguments: [quiet] }
        launch: { diskGib: 12, dataDiskGib: 40 }
        machine: { cpus: 2, memoryMib: 2048, arguments: [all=1] }
        roles:
          controlplane: { memoryMib: 4096, disks: [{ gib: 30, bus: nvme }] }
          gateway: { image: ./gateway, arch: amd64, nics: 2, launch: { instanceType: t3.small, zone: eu-west-1b } }
        nodes:
        - { name: cp1, mac: "52:54:00:13:00:01", address: 10.20.13.11 }
        - { name: cp2, mac: "52:54:00:13:00:02", address: 10.20.13.12, memoryMib: 8192, diskGib: 0, arguments: [] }
        - { name: gw1, mac: "52:54:00:13:00:03", address: 10.20.13.13, role: gateway, launch: { diskGib: 8, privateAddress: 10.20.200.5 } }
        - { name: w1, mac: "52:54:00:13:00:04", address: 10.20.13.14, role: worker, disks: [{ gib: 2, bus: ahci }, { gib: 3, bus: scsi }] }
        """;

    [Fact]
    public void Without_a_word_about_it_a_machine_is_what_it_always_was()
    {
        var lab = new LabDefinition();
        var machine = lab.MachineOf(lab.Nodes[0]);
        Assert.Equal(("controlplane", Architecture.Arm64, 1, null, null), (machine.Role, machine.Architecture, machine.Cpus, machine.MemoryMib, machine.Image));
        Assert.Equal([new DiskDefinition { Gib = 8 }], machine.Disks);
        Assert.Equal([lab.Nodes[0].Mac], machine.Macs);
        Assert.Empty(machine.Arguments);
        Assert.Equal(new NodeLaunch("t4g.small", 8, 0, "eu-west-1a", lab.Nodes[0].Address) { Image = lab.Boot.Image }, machine.Launch);
    }

    [Fact]
    public void The_nearest_wins_the_node_its_role_and_what_is_said_of_all()
    {
        var machines = Machines(Several);
        Assert.Equal([2, 2, 2, 2], machines.Select(machine => machine.Cpus));
        Assert.Equal([4096, 8192, 2048, 2048], machines.Select(machine => machine.MemoryMib ?? 0));
        Assert.Equal(["quiet all=1", "quiet", "quiet all=1", "quiet all=1"], machines.Select(machine => string.Join(' ', machine.Arguments)));
        Assert.Equal(["nvme:30", "", "virtio:8 virtio:40", "ahci:2 scsi:3"], machines.Select(Disks));
        Assert.Equal([1, 1, 2, 1], machines.Select(machine => machine.Macs.Count));
        Assert.Equal("52:54:01:13:00:03", machines[2].Macs[1].ToString());
        Assert.Equal([Architecture.Arm64, Architecture.Arm64, Architecture.Amd64, Architecture.Arm64], machines.Select(machine => machine.Architecture));
        Assert.Equal(["v1.12.3", "v1.12.3", "./gateway", "v1.12.3"], machines.Select(machine => machine.Image!.From!.Text));
        Assert.Equal(
            new NodeLaunch("t4g.small", 12, 40, "eu-west-1a", IPAddress.Parse("10.20.13.11")) { Image = new LabDefinition().Boot.Image },
            machines[0].Launch
        );
        Assert.Equal(
            new NodeLaunch("t3.small", 8, 40, "eu-west-1b", IPAddress.Parse("10.20.200.5"))
            {
                Architecture = Architecture.Amd64,
                Image = new LabDefinition().Boot.Image,
            },
            machines[2].Launch
        );
    }

    [Theory]
    [InlineData("{}", "t4g.small", "t4g.small")]
    [InlineData("machine: {arch: amd64}", "t3.small", "t3.small")]
    [InlineData("{machine: {arch: amd64}, launch: {instanceType: t3.medium}}", "t3.medium", "t3.medium")]
    [InlineData(
        "{launch: {instanceType: c7g.large}, nodes: [{name: cp1, mac: '52:54:00:13:00:01', address: 10.20.13.11, arch: amd64}, {name: w1, mac: '52:54:00:13:00:02', address: 10.20.13.12}]}",
        "t3.small",
        "c7g.large"
    )]
    [InlineData(
        "{launch: {instanceType: t3.large}, nodes: [{name: cp1, mac: '52:54:00:13:00:01', address: 10.20.13.11, arch: amd64}, {name: w1, mac: '52:54:00:13:00:02', address: 10.20.13.12}]}",
        "t3.large",
        "t3.large"
    )]
    public void A_node_without_an_instance_type_of_its_own_gets_one_of_its_architecture(string yaml, string first, string further)
    {
        var lab = LabFile.Parse(yaml, "lab.yaml", _ => null);
        Assert.Equal(first, lab.MachineOf(lab.Nodes[0]).Launch.InstanceType);
        Assert.Equal(further, NodeLaunch.Further(lab).InstanceType);
        Assert.Equal(InstanceTypes.ArchitectureOf(further), NodeLaunch.Further(lab).Architecture);
    }

    [Theory]
    [InlineData("t4g.small", Architecture.Arm64)]
    [InlineData("c7gn.medium", Architecture.Arm64)]
    [InlineData("a1.large", Architecture.Arm64)]
    [InlineData("x2gd.large", Architecture.Arm64)]
    [InlineData("t3.small", Architecture.Amd64)]
    [InlineData("g4dn.xlarge", Architecture.Amd64)]
    [InlineData("m7i-flex.large", Architecture.Amd64)]
    public void An_instance_type_tells_its_architecture(string type, Architecture architecture) =>
        Assert.Equal(architecture, InstanceTypes.ArchitectureOf(type));

    [Fact]
    public void A_command_that_switches_a_machine_is_the_nearest_one_each_by_itself()
    {
        var machines = Machines(
            """
            machine: { power: { on: 'plug on $LAB_NODE', off: [plug, off], cycle: [plug, cycle] } }
            roles: { worker: { power: { off: [pdu, off] } } }
            nodes:
            - { name: cp1, mac: "52:54:00:13:00:01", address: 10.20.13.11 }
            - { name: w1, mac: "52:54:00:13:00:02", address: 10.20.13.12, role: worker, power: { on: [wake] } }
            """
        );
        Assert.Equal(["sh", "-c", "plug on $LAB_NODE"], machines[0].Power.On);
        Assert.Equal(["plug off", "pdu off"], machines.Select(machine => string.Join(' ', machine.Power.Off!)));
        Assert.Equal(["wake"], machines[1].Power.On);
        Assert.Equal(["plug", "cycle"], machines[1].Power.Cycle);
        Assert.False(new PowerDefinition { On = ["wake"] }.CanCycle());
        Assert.True(new PowerDefinition { On = ["wake"], Off = ["plug"] }.CanCycle());
    }

    [Fact]
    public void Folders_of_images_begin_at_the_lab_file_wherever_they_are_said()
    {
        using var folder = new TemporaryFolder();
        var lab = LabFile.Load(folder.File("house/lab.yaml", Several));
        Assert.Equal(Path.Combine(folder.Path, "house", "gateway"), lab.MachineOf(lab.Nodes[2]).Image!.From!.Text);
        Assert.Equal("v1.12.3", lab.MachineOf(lab.Nodes[0]).Image!.From!.Text);
        var without = lab.WithImages(_ => null);
        Assert.All(without.Nodes, node => Assert.Null(without.MachineOf(node).Image));
    }

    [Fact]
    public void A_further_node_is_as_the_last_except_for_what_is_one_nodes_own()
    {
        var lab = LabFile.Parse(Several, "lab.yaml", _ => null).WithNodes(3).WithNodes(4);
        Assert.Equal(("gateway", 8), (lab.Nodes[3].Role, lab.MachineOf(lab.Nodes[3]).Launch.DiskGib));
        Assert.Equal(("eu-west-1b", "eu-west-1a"), (lab.MachineOf(lab.Nodes[2]).Launch.Zone, lab.MachineOf(lab.Nodes[3]).Launch.Zone));
        Assert.Equal(lab.Nodes[3].Address, lab.MachineOf(lab.Nodes[3]).Launch.PrivateAddress);
    }

    private static List<NodeMachine> Machines(string yaml)
    {
        var lab = LabFile.Parse(yaml, "lab.yaml", _ => null);
        return [.. lab.Nodes.Select(lab.MachineOf)];
    }

    private static string Disks(NodeMachine machine) => string.Join(' ', machine.Disks.Select(disk => $"{disk.Bus.ToString().ToLowerInvariant()}:{disk.Gib}"));
}
