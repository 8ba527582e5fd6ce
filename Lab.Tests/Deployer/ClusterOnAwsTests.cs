using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Lab.Deployment;
using Lab.Deployment.Resources;
using Lab.Emulation.Linux;
using Lab.Model.Definition;
using Lab.Model.Input;
using Lab.Tests.Cluster;
using Lab.Tests.Deployer.Strict;
using Lab.Tests.Programs;

namespace Lab.Tests.Deployer;

/// <summary>A cluster of launched nodes, which <c>lab-deploy</c> reaches through the bastion.</summary>
public sealed class ClusterOnAwsTests(Moto moto) : IClassFixture<Moto>
{
    private const string Yaml = """
        name: garage
        network: { egress: none }
        bastion: { create: true }
        cluster: { talos: v1.12.3, vip: 10.20.13.10 }
        nodes:
          - { name: cp1, mac: "52:54:00:13:00:01", address: 10.20.13.11 }
          - { name: w1, mac: "52:54:00:13:00:02", address: 10.20.13.12, role: worker, launch: { privateAddress: 10.20.13.112 } }
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("ssh")]
    [InlineData("ssm")]
    public async Task Launched_nodes_become_a_cluster_through_the_bastion_and_a_second_run_changes_nothing(string via)
    {
        await using var subnet = await TestPrivateSubnet.CreateAsync("10.20.13.11", "10.20.13.112");
        await using var aws = await AccountAsync(subnet);
        using var program = new Program(aws, subnet);
        string[] way = via == "ssh" ? ["--ssh", subnet.Ssh] : ["--via", "ssm"];

        var up = (await program.RunAsync(["cluster", "up", "--json", .. way])).Expect(0);
        Assert.Contains("10.20.13.10 is the cluster's address at home. In a VPC no machines share an address", up.Output, StringComparison.Ordinal);
        var stages = up
            .Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonNode.Parse(line)!)
            .Where(happened => (string?)happened["event"] == "cluster-milestone")
            .ToLookup(reached => (string)reached["node"]!, reached => (string)reached["stage"]!);
        Assert.Equal(["configured", "installed", "rebooted", "etcd", "kubelet", "node-ready"], stages["cp1"]);
        Assert.Equal(["configured", "installed", "rebooted", "kubelet", "node-ready"], stages["w1"]);

        // As the launch has them, and Amazon's time; apart from the cluster at home.
        Assert.Equal(["10.20.13.11"], program.Lines("bootstraps"));
        var made = Path.Combine(program.Files.Cluster, "configurations");
        var control = await File.ReadAllTextAsync(Path.Combine(made, "cp1.lab.yaml"), Token);
        Assert.Contains("169.254.169.123", control, StringComparison.Ordinal);
        Assert.DoesNotContain("Layer2VIPConfig", control, StringComparison.Ordinal);
        Assert.Contains(
            program.Lines("calls"),
            call =>
                call.StartsWith("gen config garage https://10.20.13.11:6443 ", StringComparison.Ordinal)
                && call.Contains("--install-disk /dev/nvme0n1 --install-image ghcr.io/urmanac/talos-cozystack-demo:demo-stable ", StringComparison.Ordinal)
        );
        Assert.Contains("apply-config --insecure -n 10.20.13.112 ", string.Join('\n', program.Lines("calls")), StringComparison.Ordinal);
        Assert.False(File.Exists(program.Home.TalosConfig));
        if (via == "ssm")
        {
            return;
        }

        var again = (await program.RunAsync(["cluster", "up", .. way])).Expect(0);
        Assert.Contains("Cluster garage: 2 of 2 nodes", again.Output, StringComparison.Ordinal);
        Assert.Single(program.Lines("bootstraps"));
        Assert.Equal(2, program.Lines("calls").Count(call => call.StartsWith("apply-config", StringComparison.Ordinal)));
        foreach (var command in OfTheGuide.Where(command => command[0] == "cluster"))
        {
            (await program.RunAsync(command.Contains("--via") ? command : [.. command[..2], .. way, .. command[2..]])).Expect(0);
        }

        Assert.Equal(["get nodes"], program.Lines("kubectl"));
        Assert.Contains(program.Files.KubeConfig, (await program.RunAsync(["cluster", "kubeconfig", .. way])).Expect(0).Output, StringComparison.Ordinal);

        var asked = (
            await program.RunAsync([
                "cluster",
                "exec",
                .. way,
                "--",
                "sh",
                "-c",
                "talosctl --talosconfig \"$TALOSCONFIG\" -n 10.20.13.112 -e 10.20.13.112 get services -o json; echo \"$KUBECONFIG\"; exit 7",
            ])
        ).Expect(7);
        Assert.Contains("kubelet", asked.Output, StringComparison.Ordinal);
        Assert.Contains(program.Files.KubeConfig, asked.Output, StringComparison.Ordinal);
        foreach (var (command, code) in new[] { ("no-such-program", 127), ("/etc/hostname", 126) })
        {
            Assert.Contains($"{command} cannot be run", (await program.RunAsync(["cluster", "exec", .. way, "--", command])).Expect(code).Errors);
        }

        Assert.Contains("w1: resets.", (await program.RunAsync(["cluster", "reset", "w1", "--yes", .. way])).Expect(0).Output, StringComparison.Ordinal);
        (await program.RunAsync(["cluster", "destroy", "--yes", .. way])).Expect(0);
        Assert.False(Directory.Exists(program.Files.Cluster));
    }

    [Fact]
    public async Task What_stands_in_the_way_is_told_before_anything_is_made()
    {
        await using var subnet = await TestPrivateSubnet.CreateAsync("10.20.13.11", "10.20.13.112");
        await using var aws = await AccountAsync(subnet, launched: ["cp1"]);
        using var program = new Program(aws, subnet);
        var folders = Directory.GetDirectories(Path.GetTempPath(), "lab-ssh-*");
        async Task<string> RefusedAsync(params string[] arguments) => (await program.RunAsync(["cluster", .. arguments])).Expect(1).Errors;
        async Task<string> NotRunAsync(string ssh) => (await program.RunAsync(["cluster", "exec", "--ssh", ssh, "--", "true"])).Expect(125).Errors;

        Assert.Contains("w1 is not launched. Run: lab-deploy launch --target aws", await RefusedAsync("up", "--ssh", subnet.Ssh), StringComparison.Ordinal);
        Assert.False(Directory.Exists(program.Files.Cluster));
        Assert.Contains("has made no cluster yet. Make it with: lab-deploy cluster up --target aws", await RefusedAsync("status"), StringComparison.Ordinal);
        Assert.Contains("--ssh and --via ssm contradict each other", await RefusedAsync("up", "--ssh", "ssh -v", "--via", "ssm"), StringComparison.Ordinal);
        Assert.Contains("--via takes ssh, ssm or direct, found 'tor'", await RefusedAsync("up", "--via", "tor"), StringComparison.Ordinal);

        // Another's key for the bastion, as one has who stands between.
        var console = subnet.Console;
        subnet.Console = Regex.Replace(console, "(ssh-ed25519 [^ ]{30})....", "$1AAAA");
        Assert.Contains("Host key verification failed.", await NotRunAsync(subnet.Ssh), StringComparison.Ordinal);
        subnet.Console = console;
        subnet.LockOut();
        Assert.Contains(
            "Permission denied (publickey). Check that this machine has the address of access.ipv6",
            await NotRunAsync(subnet.Ssh),
            StringComparison.Ordinal
        );
        Assert.Contains("no-such-ssh", await NotRunAsync("no-such-ssh"), StringComparison.Ordinal);
        aws.IsBastionUp = false;
        Assert.Contains("The bastion is off (group tf-asg)", await NotRunAsync(subnet.Ssh), StringComparison.Ordinal);
        Assert.Equal(folders, Directory.GetDirectories(Path.GetTempPath(), "lab-ssh-*"));
    }

    [Fact]
    public async Task Killed_it_leaves_no_way_to_the_bastion_open()
    {
        await using var subnet = await TestPrivateSubnet.CreateAsync("10.20.13.11", "10.20.13.112");
        await using var aws = await AccountAsync(subnet);
        using var program = new Program(aws, subnet);
        var begun = Path.Combine(program.Folder, "begun");
        var open = Eventually.TrueAsync(() => File.Exists(begun), "the command runs");
        await program.KillAsync(open, ["cluster", "exec", "--ssh", subnet.Ssh, "--", "sh", "-c", $"touch {begun}; sleep 3"]);
        Assert.True(open.IsCompletedSuccessfully);
        await Eventually.TrueAsync(() => !Directory.GetDirectories("/proc").Any(IsOurs), "ssh has ended");

        bool IsOurs(string process)
        {
            try
            {
                return File.ReadAllText(Path.Combine(process, "cmdline")).Contains(subnet.Ssh.Split(' ')[^1], StringComparison.Ordinal);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return false;
            }
        }
    }

    private async Task<TestAccount> AccountAsync(TestPrivateSubnet subnet, params string[] launched)
    {
        await moto.ResetAsync();
        await Runs.ApplyAsync(Lab, moto.Endpoint, Token, width: 6);
        using var clients = Runs.Clients(moto.Endpoint);
        await NodeInstances.LaunchAsync(
            clients,
            await DeployedLab.ReadAsync(clients, Lab, Token),
            [.. Lab.Nodes.Where(node => launched.Length == 0 || launched.Contains(node.Name))],
            Token
        );
        return new(moto.Endpoint, subnet);
    }

    /// <summary>What docs/guide/cluster.md says to type, without the target.</summary>
    private static IReadOnlyList<string[]> OfTheGuide { get; } =
    [
        .. GuideCommand
            .All.Where(shown => shown.Page.EndsWith("cluster.md", StringComparison.Ordinal) && shown.Text.StartsWith("lab-deploy ", StringComparison.Ordinal))
            .Select(shown => shown.Text.Replace(" --target aws", "", StringComparison.Ordinal).Split(' ')[1..]),
    ];

    [Fact]
    public void Every_command_of_the_guide_is_run_by_a_test() =>
        Assert.All(
            OfTheGuide.Where(command => command[0] != "cluster"),
            command => Assert.Contains(DeployGuideTests.OfAnAccount, step => step.Command == string.Join(' ', command))
        );

    private static LabDefinition Lab { get; } = LabFile.Parse(Yaml, "lab.yaml", _ => null);

    /// <summary>An account whose bastion runs: moto starts none from the template that the lab makes.</summary>
    private sealed class TestAccount : IAsyncDisposable
    {
        private const string Instance = "i-0123456789abcdef0";

        private readonly FaultProxy _proxy;

        public TestAccount(Uri endpoint, TestPrivateSubnet subnet) =>
            _proxy = new FaultProxy(endpoint)
            {
                Answering = (call, answer) =>
                    call.Operation switch
                    {
                        "DescribeAutoScalingGroups" when IsBastionUp => answer with { Body = StrictAccountTests.WithInstance(answer.Body, Instance) },
                        "DescribeInstances" when call.Text.Contains(Instance, StringComparison.Ordinal) => StrictAccountTests.Xml(
                            $"<DescribeInstancesResponse><reservationSet><item><instancesSet><item><instanceId>{Instance}</instanceId><instanceState><code>16</code><name>running</name></instanceState><ipv6Address>2001:db8::140</ipv6Address></item></instancesSet></item></reservationSet></DescribeInstancesResponse>"
                        ),
                        "GetConsoleOutput" => StrictAccountTests.Xml(
                            $"<GetConsoleOutputResponse><output>{Convert.ToBase64String(Encoding.UTF8.GetBytes(subnet.Console))}</output></GetConsoleOutputResponse>"
                        ),
                        "StartSession" => new(
                            HttpStatusCode.OK,
                            "application/x-amz-json-1.1",
                            """{"SessionId":"test","TokenValue":"token","StreamUrl":"wss://ssmmessages.eu-west-1.amazonaws.com/v1/data-channel/test"}"""
                        ),
                        _ => answer,
                    },
            };

        public bool IsBastionUp { get; set; } = true;

        public Uri Endpoint => _proxy.Endpoint;

        public ValueTask DisposeAsync() => _proxy.DisposeAsync();
    }

    /// <summary>lab-deploy with the test's talosctl, whose nodes answer where the subnet's machines do.</summary>
    private sealed class Program : IDisposable
    {
        private readonly LabDeploy _program = new(Yaml);
        private readonly Uri _endpoint;
        private readonly string _state;

        public Program(TestAccount account, TestPrivateSubnet subnet)
        {
            _endpoint = account.Endpoint;
            _state = Directory.CreateDirectory(Path.Combine(_program.Folder, "talos")).FullName;
            var programs = TestPrograms.Put(_program.Folder, TestTalosctl.Word, TestSessionManager.Word);
            File.WriteAllText(
                Path.Combine(programs, "kubectl"),
                $"#!/bin/sh\n[ -r \"$KUBECONFIG\" ] && curl -sf -o /dev/null -x \"$HTTPS_PROXY\" -p http://10.20.13.11:50000/ && echo \"$*\" >>'{_state}/kubectl'\n"
            );
            if (OperatingSystem.IsLinux())
            {
                File.SetUnixFileMode(Path.Combine(programs, "kubectl"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
            }

            _program.Environment["PATH"] = $"{programs}:{Environment.GetEnvironmentVariable("PATH")}";
            _program.Environment[TestTalosctl.Folder] = _state;
            _program.Environment[TestTalosctl.Connects] = "1";
            _program.Environment[TestSessionManager.Holder] = $"{subnet.Holder}";
            _program.Environment["AWS_ACCESS_KEY_ID"] = _program.Environment["AWS_SECRET_ACCESS_KEY"] = "test";
        }

        /// <summary>Files of the lab at home.</summary>
        public LabFolder Home => new LabFolders(Path.Combine(_program.Folder, "state", "lab"), "").Lab("garage");

        /// <summary>Files of the cluster on AWS.</summary>
        public LabFolder Files => Home.In("aws");

        public string Folder => _program.Folder;

        public Task<LabDeploy.Ended> RunAsync(IReadOnlyList<string> arguments) => _program.RunAsync(_endpoint, OnAws(arguments));

        /// <summary>Runs it, and kills it when something has happened.</summary>
        public Task KillAsync(Task happened, IReadOnlyList<string> arguments) =>
            _program.RunUntilAsync(_endpoint, happened, LabDeploy.SigKill, OnAws(arguments));

        private static IReadOnlyList<string> OnAws(IReadOnlyList<string> arguments)
        {
            var end = arguments.ToList().IndexOf("--") is >= 0 and var found ? found : arguments.Count;
            return [.. arguments.Take(end), "--target", "aws", .. arguments.Skip(end)];
        }

        public string[] Lines(string file) => Path.Combine(_state, file) is var path && File.Exists(path) ? File.ReadAllLines(path) : [];

        public void Dispose() => _program.Dispose();
    }
}
