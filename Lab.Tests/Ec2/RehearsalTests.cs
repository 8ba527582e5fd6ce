using System.Text.Json.Nodes;
using CliWrap;
using CliWrap.Buffered;
using Lab.Emulation.Images;
using Lab.Emulation.Linux;
using Lab.Model.Definition;
using Lab.Runtime.Cloud;
using Lab.Tests.Programs;

namespace Lab.Tests.Ec2;

/// <summary>What lab-deploy makes in an emulator really boots here, and what does not work on AWS does not.</summary>
[BootsMachines]
public sealed class RehearsalTests : IAsyncDisposable
{
    private readonly LabProgram _program = new();

    /// <summary>What dnsmasq on the bastion wrote where it serves DHCP as at home.</summary>
    private string DhcpLog => _program.Folders.Lab("lab").Log("dnsmasq-dhcp");

    [Fact]
    public async Task A_launched_node_boots_from_its_disk_through_its_user_data()
    {
        var run = await _program.RunAsync("up", "--vpc", "--once", "--json");
        Assert.True(run.ExitCode == 0, run.Transcript);

        var milestones = run.Of("milestone").ToList();
        Assert.Equal(
            ["firmware", "ipxe", "dhcp", "user-data", "script", "kernel", "initrd", "linux", "userspace", "lease", "ready"],
            milestones.Select(milestone => (string)milestone["stage"]!)
        );
        Assert.Equal(
            ["console", "console", "dnsmasq", "metadata", "boot-server", "boot-server", "boot-server", "console", "console", "dnsmasq", "bastion"],
            milestones.Select(milestone => (string)milestone["source"]!)
        );
        Assert.Contains("lab.sh has ended well", run.Transcript);
        var emulator = await File.ReadAllTextAsync(_program.Folders.Lab("lab").Log("aws"), TestContext.Current.CancellationToken);
        Assert.Contains("Running on unix://", emulator);
        Assert.DoesNotContain("HTTP/1.1\" 200", emulator);
        await _program.NothingIsLeftAsync();
    }

    [Fact]
    public async Task A_node_of_Talos_s_own_image_starts_from_its_disk_and_asks_for_its_user_data()
    {
        _program.Folder.File("lab.yaml", "network: vpc\nlaunch: { boot: ami, talos: v1.12, metadataTokens: required }\n");
        var run = _program.Start("up", "--json");
        await run.WaitForAsync(happened => (string?)happened["event"] == "summary");
        Assert.Equal(
            ["firmware console", "linux console", "userspace console", "lease dnsmasq", "user-data metadata", "ready bastion"],
            run.Of("milestone").Select(milestone => $"{milestone["stage"]} {milestone["source"]}")
        );
        Assert.Contains("lab-node: no user data: maintenance mode", await ConsoleAsync());
        Assert.Contains("LINUX_EFI_INITRD_MEDIA_GUID", await ConsoleAsync());
        Assert.DoesNotContain("iPXE", await ConsoleAsync());

        var verified = (await DeployAsync("verify", "--phase", "4")).StandardOutput;
        Assert.Contains("PASS node started Linux from its disk: cp1", verified);
        Assert.Contains("PASS node asked for its user data: cp1", verified);
        Assert.Contains("PASS node is ready: cp1", verified);
        Assert.DoesNotContain("boot.ipxe", verified);

        // As a machine of EC2 it starts from its disk again.
        await DeployAsync("stop", "--keep-disks", "--yes");
        await run.WaitForAsync(happened => (string?)happened["event"] == "off" && (string?)happened["node"] == "cp1");
        await DeployAsync("start");
        await run.WaitForAsync(happened => (string?)happened["node"] == "cp1" && (string?)happened["stage"] == "ready", times: 2);

        await run.SignalAsync("INT");
        await run.Ended;
        await _program.NothingIsLeftAsync();
    }

    [Fact]
    public async Task A_fault_of_the_network_boot_is_none_of_a_node_that_starts_from_its_disk()
    {
        _program.Folder.File("lab.yaml", "network: vpc\nlaunch: { boot: ami, talos: v1.12 }\n");
        var run = await _program.RunAsync("up", "--once", "--fault", "bastion-stopped");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("bastion-stopped is a mistake of the network boot, and with launch.boot: ami no node makes one", run.Errors);
    }

    [Fact]
    public async Task A_node_that_is_offered_the_caches_fetches_them_and_pulls_through_each()
    {
        _program.Folder.File("lab.yaml", "network: { as: vpc, egress: ipv6 }\nboot: { mirrorDocuments: true }\n");
        var run = await _program.RunAsync("up", "--once", "--json");
        Assert.True(run.ExitCode == 0, run.Transcript);
        Assert.Equal(
            ["lease dnsmasq", "config boot-server", "images console", "ready bastion"],
            run.Of("milestone")
                .Select(milestone => $"{milestone["stage"]} {milestone["source"]}")
                .SkipWhile(stage => !stage.StartsWith("lease", StringComparison.Ordinal))
        );
        await _program.NothingIsLeftAsync();
    }

    [Fact]
    public async Task A_node_boots_the_image_and_with_the_arguments_that_are_its_own_and_a_further_node_those_of_all()
    {
        var tools = await new HostInstaller(LabFolders.OfUser, _ => { }).ProvideAsync(install: true, tryAgain: false, TestContext.Current.CancellationToken);
        var (kernel, initrd) = (tools.Of(Architecture.Arm64).Kernel, StandInImage.Get(tools, LabFolders.OfUser).InitrdPath);
        _program.Folder.File(
            "lab.yaml",
            $$"""
            network: { as: vpc, egress: ipv6 }
            roles:
              worker:
                image: { kernel: {{kernel}}, initrd: {{initrd}}, arguments: [lab.image=theirs], ready: 'console:/serving tcp=50000$/' }
                launch: { image: 'ghcr.io/example/talos:v1.12.3' }
            nodes:
            - { name: cp1, mac: "52:54:00:13:00:01", address: 10.20.13.11 }
            - { name: w1, mac: "52:54:00:13:00:02", address: 10.20.13.12, role: worker, arguments: [loglevel=7, lab.own=1, lab.install=disk] }
            """
        );
        var run = _program.Start("up", "--json");
        await run.WaitForAsync(happened => (string?)happened["event"] == "summary");
        await DeployAsync("launch", "1", "--yes");
        await run.WaitForAsync(happened => (string?)happened["stage"] == "ready", times: 3);
        var further = run.Of("milestone").Select(milestone => (string)milestone["node"]!).First(node => node.StartsWith("i-", StringComparison.Ordinal));

        // Linux shows its arguments on the console where one of them is loglevel=7.
        string? ArgumentsOf(string node) =>
            File.ReadLines(_program.Folders.Lab("lab").Log($"{node}.console"))
                .FirstOrDefault(line => line.Contains("Kernel command line:", StringComparison.Ordinal));
        Assert.All(["cp1", further], node => Assert.Null(ArgumentsOf(node)));
        Assert.All(["lab.image=theirs", "lab.own=1"], argument => Assert.Contains(argument, ArgumentsOf("w1")));
        // It starts from its disk as it is, and is not told where more of its image is.
        Assert.Contains(
            "lab-node: no installation: ",
            await File.ReadAllTextAsync(_program.Folders.Lab("lab").Log("w1.console"), TestContext.Current.CancellationToken)
        );
        var asked = await File.ReadAllTextAsync(_program.Folders.Lab("lab").Log("matchbox"), TestContext.Current.CancellationToken);
        Assert.All(["/assets/talos/arm64/kernel-arm64", "/assets/talos.2/arm64/kernel-arm64", "node=w1"], words => Assert.Contains(words, asked));
        await run.SignalAsync("INT");
        await run.Ended;
        await _program.NothingIsLeftAsync();
    }

    [Fact]
    public async Task The_option_counts_more_than_the_file()
    {
        _program.Folder.File("lab.yaml", "network: vpc\n");
        var run = await _program.RunAsync("up", "--home", "--once", "--json");
        Assert.True(run.ExitCode == 0, run.Transcript);
        Assert.Contains(run.Of("milestone"), milestone => (string?)milestone["stage"] == "tftp");
    }

    [Fact]
    public async Task The_same_definition_gets_ready_at_home_and_in_a_vpc()
    {
        // On AWS in a further zone, with an address of its subnet.
        _program.Folder.File(
            "lab.yaml",
            """
            name: both
            network: { egress: ipv6, zones: [{ zone: eu-west-1b, privateSubnet: 10.20.14.0/24 }] }
            access: { ipv6: "2001:db8::7" }
            nodes:
              - { name: cp1, mac: "52:54:00:13:00:01", address: 10.20.13.11, launch: { zone: eu-west-1b, privateAddress: 10.20.14.11 } }
            """
        );
        foreach (var network in new[] { "lan", "vpc" })
        {
            var run = await _program.RunAsync("up", LabProgram.In(network), "--once", "--json");
            Assert.True(run.ExitCode == 0, $"{network}: {run.Transcript}");
            await _program.NothingIsLeftAsync("both");
        }
    }

    [Theory]
    [InlineData("bastion-stopped", "script", "The bastion is off, so nothing answers on 10.20.13.140:8080")]
    [InlineData(
        "dhcp-from-bastion",
        "script",
        "in a VPC DHCP is Amazon's, which names no server and no file. dnsmasq on the bastion hears no node: a VPC carries no broadcast"
    )]
    [InlineData("boot-rule-missing", "script", "The bastion's security group (bastion-sg) has no rule that lets nodes in on tcp 8080")]
    [InlineData("image-without-ipxe", "ipxe", "has no iPXE, so nothing reads the user data")]
    [InlineData("tokens-required", "user-data", "HttpTokens=required, and the iPXE of image iPXE (2026-06-01) (arm64) asks without a token")]
    [InlineData("platform-aws", "config", "talos.platform=aws makes Talos take the user data for its machine configuration")]
    public async Task What_does_not_work_on_aws_does_not_work_here(string fault, string stage, string cause)
    {
        var run = await _program.RunAsync("up", "--vpc", "--once", "--json", "--timeout", "90", "--fault", fault);
        Assert.True(run.ExitCode == 1, run.Transcript);
        Assert.True(run.Of("failure").Count() == 1, run.Transcript);
        var failure = run.Of("failure").Single();
        Assert.Equal(stage, (string?)failure["stage"]);
        Assert.Contains(cause, (string?)failure["cause"]);
        Assert.NotEmpty(failure["evidence"]!.AsArray());
        Assert.DoesNotContain("DHCPDISCOVER", File.Exists(DhcpLog) ? await File.ReadAllTextAsync(DhcpLog, TestContext.Current.CancellationToken) : "");
        Assert.Equal(
            fault == "dhcp-from-bastion",
            File.Exists(DhcpLog)
                && (await File.ReadAllTextAsync(DhcpLog, TestContext.Current.CancellationToken)).Contains("DHCP, IP range", StringComparison.Ordinal)
        );
        await _program.NothingIsLeftAsync();
    }

    [Fact]
    public void Every_fault_has_a_test() =>
        Assert.Equal(
            VpcFault.All.Select(fault => fault.Name).Order(),
            InlineRows.FirstsOf(typeof(RehearsalTests), nameof(What_does_not_work_on_aws_does_not_work_here))
        );

    [Fact]
    public async Task Lab_deploy_acts_on_a_rehearsal_that_runs()
    {
        _program.Folder.File("lab.yaml", "network: vpc\nboot: { mirrorDocuments: true }\n");
        var run = _program.Start("up", "--json");
        await run.WaitForAsync(happened => (string?)happened["event"] == "summary");

        await BootIsVerifiedAsync();
        Assert.Contains("PASS boot server answers", (await DeployAsync("verify", "--phase", "3")).StandardOutput);
        Assert.Contains("Desired capacity of tf-asg is 0", (await DeployAsync("bastion", "stop")).StandardOutput);
        await run.WaitForAsync(happened => IsBootServer(happened, "Exited"));
        Assert.Contains("Desired capacity of tf-asg is 1", (await DeployAsync("bastion", "start")).StandardOutput);
        Assert.Equal("[]", (await DeployAsync("launch", "--json")).StandardOutput.Trim());
        var second = (await DeployAsync("launch", "1", "--json")).StandardOutput;
        var id = (string)JsonNode.Parse(second)![0]!["id"]!;
        await run.WaitForAsync(happened => (string?)happened["node"] == id && (string?)happened["stage"] == "ready");
        var reset = await _program.RunAsync("reset-disk", id);
        Assert.Equal(1, reset.ExitCode);
        Assert.Contains($"{id} has no command 'reset-disk'. It has: start, stop, terminate, console.", reset.Errors);
        Assert.All(await BootIsVerifiedAsync(), line => Assert.Contains(id, line));
        Assert.Contains(id, (await DeployAsync("terminate", id, "--yes")).StandardOutput);
        await run.WaitForAsync(happened => (string?)happened["event"] == "off" && (string?)happened["node"] == id);

        // A node of the definition has its name, also as the next instance.
        await DeployAsync("terminate", "cp1", "--yes");
        await run.WaitForAsync(happened => (string?)happened["event"] == "off" && (string?)happened["node"] == "cp1");
        await DeployAsync("launch");
        await run.WaitForAsync(happened => ((string?)happened["text"])?.StartsWith("cp1 is instance ", StringComparison.Ordinal) == true, times: 2);
        await run.WaitForAsync(happened => (string?)happened["node"] == "cp1" && (string?)happened["stage"] == "ready", times: 2);

        await run.SignalAsync("INT");
        await run.Ended;
        await _program.NothingIsLeftAsync();
    }

    private Task<string> ConsoleAsync() => File.ReadAllTextAsync(_program.Folders.Lab("lab").Log("cp1.console"), TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _program.DisposeAsync();

    /// <returns>A line for each stage that verify found evidence of.</returns>
    private async Task<IReadOnlyList<string>> BootIsVerifiedAsync()
    {
        var lines = (await DeployAsync("verify", "--phase", "4", "--json")).StandardOutput;
        var results = JsonNode.Parse(lines)![0]!["results"]!
            .AsArray()
            .Where(result => ((string)result!["name"]!).StartsWith("node ", StringComparison.Ordinal))
            .ToList();
        Assert.Equal(
            [
                "node took its lease",
                "node got its user data",
                "node fetched boot.ipxe",
                "node fetched the kernel",
                "node fetched the initramfs",
                "node fetched its configuration",
                "node is ready",
            ],
            results.Select(result => (string)result!["name"]!)
        );
        Assert.All(results, result => Assert.Equal("passed", (string?)result!["outcome"]));
        Assert.Contains("/assets/config/mirrors-documents.yaml -> 200", (string?)results[5]!["expected"]);
        return [.. results.Select(result => (string)result!["expected"]!)];
    }

    private static bool IsBootServer(JsonObject happened, string state) =>
        (string?)happened["event"] == "service" && (string?)happened["name"] == "matchbox" && (string?)happened["state"] == state;

    private async Task<BufferedCommandResult> DeployAsync(params string[] arguments)
    {
        var result = await Cli.Wrap(DotNet.Host)
            .WithArguments([Path.Combine(AppContext.BaseDirectory, "lab-deploy.dll"), .. arguments])
            .WithWorkingDirectory(_program.Folder.Path)
            .WithEnvironmentVariables(variables => variables.Set("XDG_STATE_HOME", Path.Combine(_program.Folder.Path, "state")))
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(TestContext.Current.CancellationToken);
        Assert.True(result.ExitCode == 0, $"lab-deploy {string.Join(' ', arguments)}: {result.StandardOutput}{result.StandardError}");
        return result;
    }
}
