using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Amazon.EC2;
using Amazon.EC2.Model;
using Lab.Deployment;
using Lab.Deployment.Aws;
using Lab.Deployment.Resources;
using Lab.Model.Definition;
using Lab.Tests.Deployer.Strict;

namespace Lab.Tests.Deployer;

/// <summary>The nodes of the definition on AWS: launched by name, each as it is said, and once.</summary>
public sealed class NamedNodesTests(Moto moto) : IClassFixture<Moto>
{
    private const string Yaml = """
        network: { egress: none }
        bastion: { create: true }
        roles:
          worker: { launch: { instanceType: t4g.medium, diskGib: 20, dataDiskGib: 50, image: "ghcr.io/example/talos:v1.12.3" } }
        nodes:
          - { name: cp1, mac: "52:54:00:13:00:01", address: 10.20.13.11 }
          - { name: w1, mac: "52:54:00:13:00:02", address: 10.20.13.12, role: worker, launch: { privateAddress: 10.20.13.112 } }
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_is_launched_as_it_is_said_and_only_where_it_is_missing()
    {
        await moto.ResetAsync();
        var models = await ServiceModels.LoadAsync();
        await using var proxy = new FaultProxy(moto.Endpoint) { Models = models };
        using var program = new LabDeploy(Yaml);
        using var aws = Runs.Clients(moto.Endpoint);
        Task<LabDeploy.Ended> RunAsync(params string[] arguments) => program.RunAsync(proxy.Endpoint, arguments);
        (await RunAsync("apply", "--yes", "--over-budget")).Expect(0);

        (await RunAsync("launch")).Expect(0);

        var nodes = await InstancesAsync(aws);
        Assert.Equal(["cp1 t4g.small 10.20.13.11", "w1 t4g.medium 10.20.13.112"], nodes.Select(Describe));
        Assert.Equal(
            [
                [8],
                [20, 50],
            ],
            await Task.WhenAll(nodes.Select(node => DisksAsync(aws, node)))
        );
        Assert.Contains("/boot.ipxe ", await UserDataAsync(aws, nodes[0]), StringComparison.Ordinal);
        Assert.Contains("&node=w1 ", await UserDataAsync(aws, nodes[1]), StringComparison.Ordinal);
        Assert.All(nodes, node => Assert.Equal("talos-nodes-sg", Assert.Single(Assert.Single(node.NetworkInterfaces).Groups).GroupName));
        Assert.Contains("Every node of lab.yaml is there", (await RunAsync("launch")).Expect(0).Output, StringComparison.Ordinal);

        (await RunAsync("terminate", "w1", "--yes")).Expect(0);
        Assert.Equal(["w1"], JsonNode.Parse((await RunAsync("launch", "--json")).Expect(0).Output)!.AsArray().Select(node => (string)node!["name"]!));
        (await RunAsync("launch", "1")).Expect(0);
        Assert.Equal(3, JsonNode.Parse((await RunAsync("nodes", "--json")).Expect(0).Output)!.AsArray().Count);

        Assert.Contains("Stopped: cp1 (i-", (await RunAsync("stop", "--keep-disks", "cp1")).Expect(0).Output, StringComparison.Ordinal);
        Assert.Equal("stopped", (await InstancesAsync(aws))[0].State.Name);
        Assert.Contains("Started: cp1 (i-", (await RunAsync("start", "cp1")).Expect(0).Output, StringComparison.Ordinal);
        Assert.Equal("cp1 t4g.small 10.20.13.11", Describe((await InstancesAsync(aws))[0]));
        Assert.Equal("running", (await InstancesAsync(aws))[0].State.Name);
        Assert.Contains("cp9 is not a node of lab", (await RunAsync("start", "cp9")).Expect(1).Errors, StringComparison.Ordinal);
        Assert.Empty(models.Refused);
        (await RunAsync("destroy", "--yes")).Expect(0);
        Assert.Empty(await InstancesAsync(aws));
    }

    [Fact]
    public async Task Nothing_is_launched_where_one_of_them_has_no_subnet_yet()
    {
        await moto.ResetAsync();
        using var applied = new LabDeploy(Yaml);
        using var aws = Runs.Clients(moto.Endpoint);
        (await applied.RunAsync(moto.Endpoint, "apply", "--yes", "--over-budget")).Expect(0);
        using var further = new LabDeploy(
            Yaml.Replace("egress: none", "egress: none, zones: [{ zone: eu-west-1b, privateSubnet: 10.20.14.0/24 }]", StringComparison.Ordinal)
                .Replace("{ privateAddress: 10.20.13.112 }", "{ zone: eu-west-1b, privateAddress: 10.20.14.12 }", StringComparison.Ordinal)
        );

        var refused = (await further.RunAsync(moto.Endpoint, "launch")).Expect(1);

        Assert.Contains("w1: eu-west-1b has no private subnet yet. Run: lab-deploy apply\nNothing was launched.", refused.Errors, StringComparison.Ordinal);
        Assert.Empty(await InstancesAsync(aws));
    }

    private static async Task<string> UserDataAsync(AwsClients aws, Instance node)
    {
        var answer = await aws.Ec2.DescribeInstanceAttributeAsync(new() { InstanceId = node.InstanceId, Attribute = InstanceAttributeName.UserData }, Token);
        return Encoding.UTF8.GetString(Convert.FromBase64String(answer.InstanceAttribute.UserData));
    }

    [Theory]
    [InlineData(Fault.ResetAfter)]
    [InlineData(Fault.ResetBefore)]
    [InlineData(Fault.Throttled)]
    public async Task A_lost_answer_makes_no_second_one(Fault fault)
    {
        await moto.ResetAsync();
        var lab = Runs.Lab(Egress.None);
        await Runs.ApplyAsync(lab, moto.Endpoint, Token);
        var failed = false;
        await using var proxy = new FaultProxy(moto.Endpoint)
        {
            Decide = call => call.Operation == "RunInstances" && !failed && (failed = true) ? fault : Fault.None,
        };
        using var aws = Runs.Clients(proxy.Endpoint);
        var deployed = await DeployedLab.ReadAsync(aws, lab, Token);

        var node = await NodeInstances.LaunchAsync(aws, deployed, NodeDefinition.First, Token);

        Assert.True(failed);
        Assert.Equal([node], await NodeInstances.FindAsync(aws, lab, Token));
        Assert.Empty(NodeInstances.Missing(lab with { Nodes = [NodeDefinition.First] }, [node]));
    }

    [Fact]
    public async Task What_lab_yaml_says_otherwise_of_a_launched_node_is_told_and_changes_nothing()
    {
        await moto.ResetAsync();
        var models = await ServiceModels.LoadAsync();
        await using var proxy = new FaultProxy(moto.Endpoint) { Models = models };
        using var before = new LabDeploy(Yaml);
        using var after = new LabDeploy(
            """
            network: { egress: none }
            bastion: { create: true }
            roles:
              worker: { launch: { instanceType: t4g.large, diskGib: 30, market: spot } }
            nodes:
              - { name: w1, mac: "52:54:00:13:00:02", address: 10.20.13.12, role: worker, launch: { privateAddress: 10.20.13.113 } }
            """
        );
        using var aws = Runs.Clients(moto.Endpoint);
        (await before.RunAsync(proxy.Endpoint, "apply", "--yes", "--over-budget")).Expect(0);
        (await before.RunAsync(proxy.Endpoint, "launch")).Expect(0);
        Assert.DoesNotContain("as it was launched", (await before.RunAsync(proxy.Endpoint, "nodes")).Expect(0).Said, StringComparison.Ordinal);
        Assert.Contains("Every node of lab.yaml is there", (await before.RunAsync(proxy.Endpoint, "launch")).Expect(0).Said, StringComparison.Ordinal);

        string[] sentences =
        [
            "cp1 stays as it was launched: lab.yaml has no such node. To have it gone: lab-deploy terminate cp1",
            "w1 stays as it was launched: t4g.medium, not t4g.large; on-demand, not spot; address 10.20.13.112, not 10.20.13.113; a disk of 20 GiB, not 30; a data disk of 50 GiB, not none; another boot script in its user data. To have it as lab.yaml says: lab-deploy terminate w1; lab-deploy launch (its disks go with it)",
        ];
        foreach (var verb in new[] { "nodes", "launch", "plan", "apply --yes" })
        {
            var said = (await after.RunAsync(proxy.Endpoint, verb.Split(' '))).Said;
            Assert.All(sentences, sentence => Assert.Contains(sentence, said, StringComparison.Ordinal));
        }

        var nodes = JsonNode.Parse((await after.RunAsync(proxy.Endpoint, "nodes", "--json")).Expect(0).Output)!.AsArray();
        Assert.Equal([1, 6], nodes.Select(node => node!["differences"]!.AsArray().Count).Order());
        Assert.Contains("(not as in lab.yaml)", (await after.RunAsync(proxy.Endpoint, "status")).Expect(0).Output, StringComparison.Ordinal);
        Assert.Equal(["cp1 t4g.small 10.20.13.11", "w1 t4g.medium 10.20.13.112"], (await InstancesAsync(aws)).Select(Describe));
        Assert.Empty(models.Refused);
        proxy.Answering = (call, answer) =>
            call.Operation == "DescribeVolumes"
                ? new Answer(
                    HttpStatusCode.Forbidden,
                    "text/xml",
                    "<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>You are not authorized to perform this operation.</Message></Error></Errors></Response>"
                )
                : answer;
        var withoutDisks = (await after.RunAsync(proxy.Endpoint, "nodes")).Expect(0).Output;
        Assert.Contains("t4g.medium, not t4g.large", withoutDisks, StringComparison.Ordinal);
        Assert.DoesNotContain("disk of", withoutDisks, StringComparison.Ordinal);
        (await after.RunAsync(proxy.Endpoint, "destroy", "--yes")).Expect(0);
    }

    [Fact]
    public async Task A_PC_is_launched_as_a_PC_beside_boards()
    {
        await moto.ResetAsync();
        var models = await ServiceModels.LoadAsync();
        await using var proxy = new FaultProxy(moto.Endpoint) { Models = models };
        using var program = new LabDeploy(
            """
            network: { egress: none }
            bastion: { create: true }
            nodes:
              - { name: cp1, mac: "52:54:00:13:00:01", address: 10.20.13.11 }
              - { name: pc1, mac: "52:54:00:13:00:02", address: 10.20.13.12, arch: amd64, launch: { image: "ghcr.io/example/talos-pc:v1.12.3" } }
            """
        );
        using var aws = Runs.Clients(moto.Endpoint);
        Task<LabDeploy.Ended> RunAsync(params string[] arguments) => program.RunAsync(proxy.Endpoint, arguments);
        (await RunAsync("apply", "--yes", "--over-budget")).Expect(0);

        (await RunAsync("launch")).Expect(0);

        var nodes = await InstancesAsync(aws);
        Assert.Equal(["cp1 t4g.small 10.20.13.11", "pc1 t3.small 10.20.13.12"], nodes.Select(Describe));
        var images = (await aws.Ec2.DescribeImagesAsync(new DescribeImagesRequest { ImageIds = [.. nodes.Select(node => node.ImageId)] }, Token)).Images;
        Assert.Equal(["arm64", "x86_64"], nodes.Select(node => images.Single(image => image.ImageId == node.ImageId).Architecture.Value));
        Assert.Contains("&node=pc1 ", await UserDataAsync(aws, nodes[1]), StringComparison.Ordinal);
        var verified = (await RunAsync("verify", "--json")).Output;
        Assert.Contains("newest official iPXE image, amd64", verified, StringComparison.Ordinal);
        Assert.Empty(models.Refused);
        (await RunAsync("destroy", "--yes")).Expect(0);
        Assert.Empty(await InstancesAsync(aws));
    }

    [Fact]
    public async Task Spot_capacity_is_asked_for_once_and_not_stopped()
    {
        await moto.ResetAsync();
        var models = await ServiceModels.LoadAsync();
        await using var proxy = new FaultProxy(moto.Endpoint) { Models = models };
        using var program = new LabDeploy(Yaml.Replace("diskGib: 20", "market: spot, diskGib: 20", StringComparison.Ordinal));
        Task<LabDeploy.Ended> RunAsync(params string[] arguments) => program.RunAsync(proxy.Endpoint, arguments);
        (await RunAsync("apply", "--yes", "--over-budget")).Expect(0);

        (await RunAsync("launch")).Expect(0);

        using var aws = Runs.Clients(moto.Endpoint);
        Assert.Equal([null, "spot"], (await InstancesAsync(aws)).Select(node => node.InstanceLifecycle?.Value));
        Assert.Contains("t4g.medium spot", (await RunAsync("nodes")).Expect(0).Output, StringComparison.Ordinal);
        var refused = (await RunAsync("stop", "--keep-disks")).Expect(1).Errors;
        Assert.Contains(
            "AWS does not stop spot instances and keep their disks: w1. Terminate them: lab-deploy terminate w1",
            refused,
            StringComparison.Ordinal
        );
        Assert.All(await InstancesAsync(aws), node => Assert.Equal("running", node.State.Name.Value));
        (await RunAsync("stop", "--keep-disks", "cp1")).Expect(0);
        Assert.Empty(models.Refused);

        await using var watched = new FaultProxy(moto.Endpoint) { Models = models };
        using var further = new LabDeploy("network: { egress: none }\nbastion: { create: true }\nlaunch: { market: spot }\nnodes: []\n");
        (await further.RunAsync(watched.Endpoint, "apply", "--yes", "--over-budget")).Expect(0);
        Assert.True((bool)JsonNode.Parse((await further.RunAsync(watched.Endpoint, "launch", "1", "--json")).Expect(0).Output)![0]!["isSpot"]!);
        (await further.RunAsync(watched.Endpoint, "destroy", "--yes")).Expect(0);
        Assert.Empty(await InstancesAsync(aws));
        Assert.Empty(models.Refused);
    }

    [Fact]
    public void What_AWS_cannot_launch_as_it_is_said_is_named()
    {
        var lab = new LabDefinition();
        string? Obstacle(NodeDefinition node) => NodeInstances.Obstacle(lab, node);
        var node = NodeDefinition.First;

        Assert.Null(Obstacle(node));
        Assert.Contains("10.20.13.4", Obstacle(node with { Address = IPAddress.Parse("10.20.13.2") }), StringComparison.Ordinal);
    }

    private static string Describe(Instance node) => $"{node.Tags.Single(tag => tag.Key == "lab:node").Value} {node.InstanceType} {node.PrivateIpAddress}";

    private static async Task<IReadOnlyList<Instance>> InstancesAsync(AwsClients aws) =>
        [
            .. (await aws.InstancesAsync(new DescribeInstancesRequest(), Token))
                .Where(instance => instance.State.Name != "terminated" && instance.Tags.Any(tag => tag.Key == "lab:node"))
                .OrderBy(instance => instance.Tags.Single(tag => tag.Key == "lab:node").Value, StringComparer.Ordinal),
        ];

    private static async Task<IEnumerable<int>> DisksAsync(AwsClients aws, Instance node)
    {
        var volumes = (await aws.Ec2.DescribeVolumesAsync(new DescribeVolumesRequest(), Token)).Volumes;
        return volumes.Where(volume => volume.Attachments?.Any(at => at.InstanceId == node.InstanceId) == true).Select(volume => volume.Size!.Value).Order();
    }
}
