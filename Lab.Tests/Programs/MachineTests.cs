using System.Text.RegularExpressions;
using Lab.Emulation.Images;
using Lab.Emulation.Linux;
using Lab.Emulation.Machines;
using Lab.Model.Definition;

namespace Lab.Tests.Programs;

/// <summary>A machine is what lab.yaml says: seen by what Linux finds when it boots there.</summary>
[BootsMachines]
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
              big: { cpus: 2, nics: 2, memoryMib: 640, disks: [{ gib: 1, bus: virtio }, { gib: 2, bus: nvme }, { gib: 3, bus: scsi }, { gib: 4, bus: ahci }], arguments: [loglevel=7, "talos.config=http://10.20.13.140:8080/a-second-one-is-not-heeded"] }
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

    [Fact]
    public async Task Each_node_boots_its_own_image_and_is_ready_by_that_images_sign()
    {
        var tools = await new HostInstaller(LabFolders.OfUser, _ => { }).ProvideAsync(install: true, tryAgain: false, TestContext.Current.CancellationToken);
        var (kernel, initrd) = (tools.Of(Architecture.Arm64).Kernel, StandInImage.Get(tools, LabFolders.OfUser).InitrdPath);
        _program.Folder.File(
            "lab.yaml",
            $$"""
            roles:
              own: { image: { kernel: {{kernel}}, initrd: {{initrd}}, arguments: [quiet], ready: 'console:/serving tcp=50000$/' } }
            nodes:
            - { name: cp1, mac: "52:54:00:13:00:01", address: 10.20.13.11 }
            - { name: own1, mac: "52:54:00:13:00:02", address: 10.20.13.12, role: own }
            - { name: own2, mac: "52:54:00:13:00:03", address: 10.20.13.13, image: { kernel: {{kernel}}, initrd: {{initrd}}, ready: 'http:50000/index.html' } }
            """
        );
        var run = await _program.RunAsync("up", "--once", "--json");
        Assert.True(run.ExitCode == 0, run.Transcript);
        IEnumerable<string> StagesOf(string node) =>
            run.Of("milestone").Where(milestone => (string?)milestone["node"] == node).Select(milestone => (string)milestone["stage"]!);
        string ConsoleOf(string node) => File.ReadAllText(_program.Folders.Lab("lab").Log($"{node}.console"));
        Assert.Contains("config", StagesOf("cp1"));
        Assert.All(["own1", "own2"], node => Assert.DoesNotContain("config", StagesOf(node)));
        Assert.Contains("/assets/stand-in/", ConsoleOf("cp1"));
        Assert.Contains("/assets/image/", ConsoleOf("own1"));
        Assert.Contains("/assets/image.2/", ConsoleOf("own2"));
        await _program.NothingIsLeftAsync();
    }

    [Fact]
    public async Task An_arm64_and_an_amd64_node_are_both_ready_in_one_lab_each_by_all_stages_with_their_TPMs()
    {
        _program.Folder.File(
            "lab.yaml",
            """
            machine: { tpm: true, console: "ttyS2,1500000" }
            nodes:
            - { name: cp1, mac: "52:54:00:13:00:01", address: 10.20.13.11, console: ttyS3 }
            - { name: cp2, mac: "52:54:00:13:00:03", address: 10.20.13.13, tpm: false }
            - { name: pc1, mac: "52:54:00:13:00:02", address: 10.20.13.12, arch: amd64, cpus: 2, nics: 2, disks: [{ gib: 1 }, { gib: 2, bus: nvme }, { gib: 3, bus: scsi }, { gib: 4, bus: ahci }], arguments: [loglevel=7] }
            """
        );
        var run = await _program.RunAsync("up", "--once", "--json");
        Assert.True(run.ExitCode == 0, run.Transcript);
        foreach (var node in new[] { "cp1", "cp2", "pc1" })
        {
            Assert.Equal(
                BootStages.All.Select(stage => stage.Id()).Order(),
                run.Of("milestone").Where(milestone => (string?)milestone["node"] == node).Select(milestone => (string)milestone["stage"]!).Order()
            );
        }

        string ConsoleOf(string node) => File.ReadAllText(_program.Folders.Lab("lab").Log($"{node}.console"));
        Assert.Matches(@"stage=userspace kernel=\S+-arm64", ConsoleOf("cp1"));
        Assert.Matches(@"stage=userspace kernel=\S+-amd64", ConsoleOf("pc1"));
        // The firmware measures into a TPM, and Linux finds it.
        Assert.All(["cp1", "pc1"], node => Assert.Matches(@"lab-node: TPM 2\.0, PCR 0 sha256 (?!0{64})[0-9A-F]{64}", ConsoleOf(node)));
        Assert.DoesNotContain("TPM", ConsoleOf("cp2"));
        Assert.Contains("NBP filename is ipxe-amd64.efi", ConsoleOf("pc1"));
        Assert.Contains("lab-node: firmware variables, empty", ConsoleOf("pc1"));
        Assert.Contains("smp: Brought up 1 node, 2 CPUs", ConsoleOf("pc1"));
        var devices = PciDevice().Matches(ConsoleOf("pc1")).Select(match => match.Groups["id"].Value).ToList();
        Assert.Equal(2, devices.Count(id => id == "1af4:1000"));
        Assert.All(["1af4:1001", "1b36:0010", "1af4:1004", "8086:2922"], id => Assert.Contains(id, devices));
        await _program.NothingIsLeftAsync();
    }

    [Theory]
    [InlineData("{ boot: ipxe }")]
    [InlineData("{ boot: ami, talos: v1.12.3 }")]
    public async Task A_PC_boots_in_a_VPC_beside_a_board(string launch)
    {
        _program.Folder.File(
            "lab.yaml",
            $$"""
            launch: {{launch}}
            network: { egress: bastion }
            nodes:
            - { name: cp1, mac: "52:54:00:13:00:01", address: 10.20.13.11 }
            - { name: pc1, mac: "52:54:00:13:00:02", address: 10.20.13.12, arch: amd64 }
            """
        );
        var run = await _program.RunAsync("up", "--vpc", "--once", "--json");
        Assert.True(run.ExitCode == 0, run.Transcript);
        string ConsoleOf(string node) => File.ReadAllText(_program.Folders.Lab("lab").Log($"{node}.console"));
        Assert.Matches("kernel=[^ ]*-arm64", ConsoleOf("cp1"));
        Assert.Matches("kernel=[^ ]*-amd64", ConsoleOf("pc1"));
        await _program.NothingIsLeftAsync();
    }

    [Fact]
    public async Task An_image_of_another_architecture_than_its_node_s_is_refused_before_anything_starts()
    {
        var tools = await new HostInstaller(LabFolders.OfUser, _ => { }).ProvideAsync(install: true, tryAgain: false, TestContext.Current.CancellationToken);
        var kernel = tools.Of(Architecture.Arm64).Kernel;
        _program.Folder.File(
            "lab.yaml",
            $"nodes:\n- {{ name: pc1, mac: \"52:54:00:13:00:01\", address: 10.20.13.11, arch: amd64, image: {{ kernel: {kernel}, initrd: {kernel}, ready: 'tcp:22' }} }}\n"
        );
        var run = await _program.RunAsync("up", "--once");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("is for arm64, not for amd64", run.Transcript);
    }

    [Theory]
    [InlineData("up --vpc", "image: v1.12.3", "cp1 has another image on this machine than further nodes have, and on AWS both boot ghcr.io/")]
    [InlineData("up --vpc", "image: v1.12.3 }\nlaunch: { boot: ami, talos: v1.12.3", "and on AWS all nodes start the release of launch.talos")]
    public async Task What_cannot_be_had_yet_is_refused_before_anything_starts(string command, string key, string message)
    {
        _program.Folder.File("lab.yaml", $"nodes:\n- {{ name: cp1, mac: \"52:54:00:13:00:01\", address: 10.20.13.11, {key} }}\n");
        var run = await _program.RunAsync([.. command.Split(' '), "--once"]);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(message, run.Transcript);
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _program.DisposeAsync();

    [GeneratedRegex(@"pci 0000:[0-9a-f:.]+: \[(?<id>[0-9a-f]{4}:[0-9a-f]{4})\] type")]
    private static partial Regex PciDevice();
}
