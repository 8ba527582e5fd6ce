using System.Text.RegularExpressions;

namespace Lab.Tests.Programs;

/// <summary>A machine is what lab.yaml says: seen by what Linux finds when it boots there.</summary>
[Collection(VirtualMachines.Name)]
public sealed partial class MachineTests : IAsyncDisposable
{
    private readonly LabProgram _program = new();

    [Fact]
    public async Task Linux_finds_the_processors_disks_and_network_cards_that_the_definition_gives_and_the_arguments()
    {
        _program.Folder.File(
            "lab.yaml",
            """
            name: lab
            roles:
              big: { cpus: 2, nics: 2, memoryMib: 640, disks: [{ gib: 1, bus: virtio }, { gib: 2, bus: nvme }, { gib: 3, bus: scsi }, { gib: 4, bus: ahci }], arguments: [loglevel=7] }
            nodes:
            - { name: cp1, mac: "52:54:00:13:00:01", address: 10.20.13.11, role: big }
            """
        );
        var run = await _program.RunAsync("up", "--once", "--json");
        Assert.True(run.ExitCode == 0, run.Transcript);
        var console = await File.ReadAllTextAsync(_program.Folders.Lab("lab").Log("cp1.console"), TestContext.Current.CancellationToken);
        Assert.Contains("smp: Brought up 1 node, 2 CPUs", console);
        Assert.Contains("lab-node: disk 1 GiB, blank", console);

        // By PCI: network cards, virtio-blk, NVMe, virtio-scsi, AHCI.
        var devices = PciDevice().Matches(console).Select(match => match.Groups["id"].Value).ToList();
        Assert.Equal(2, devices.Count(id => id == "1af4:1000"));
        Assert.All(["1af4:1001", "1b36:0010", "1af4:1004", "8086:2922"], id => Assert.Contains(id, devices));
        await _program.NothingIsLeftAsync();
    }

    [Theory]
    [InlineData("arch: amd64", "cp1 has arch: amd64, and Lab boots arm64 machines only")]
    [InlineData("image: v1.12.3", "cp1 has an image of its own, and Lab boots all nodes of a lab with the same one")]
    public async Task What_cannot_be_had_yet_is_refused_before_anything_starts(string key, string message)
    {
        _program.Folder.File("lab.yaml", $"nodes:\n- {{ name: cp1, mac: \"52:54:00:13:00:01\", address: 10.20.13.11, {key} }}\n");
        var run = await _program.RunAsync("up", "--once");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(message, run.Transcript);
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _program.DisposeAsync();

    [GeneratedRegex(@"pci 0000:[0-9a-f:.]+: \[(?<id>[0-9a-f]{4}:[0-9a-f]{4})\] type")]
    private static partial Regex PciDevice();
}
