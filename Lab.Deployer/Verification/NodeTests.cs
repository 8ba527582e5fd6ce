using System.Net;
using System.Text;
using Amazon.EC2.Model;
using Lab.Deployer.Aws;
using Lab.Deployer.Commands;
using Lab.Deployer.Resources;

namespace Lab.Deployer.Verification;

/// <summary>Test 04: the nodes' launch template and what was launched from it.</summary>
internal sealed class NodeTests(AwsClients aws, DeployedLab deployed)
{
    private const string Place = "test instance in the private subnet";
    private const string Ready = "ready";
    private const string Boot = "test instance attempts the network boot";

    public async Task<IReadOnlyList<VerifyResult>> RunAsync(CancellationToken cancellationToken)
    {
        var image = deployed.Surroundings.NodeImage!;
        var nodes = await NodeInstances.FindAsync(aws, deployed.Lab, cancellationToken);
        return
        [
            image.IsStandIn
                ? VerifyResult.Skip(4, "newest official iPXE image", $"the emulator has none; {image.Id} ({image.Name}) stands in", "Deploy to AWS.")
                : VerifyResult.Of(4, "newest official iPXE image", true, $"{image.Id} {image.Name}", "", ""),
            .. nodes.Count == 0
                ? [VerifyResult.Skip(4, Place, "no node is launched", "Run: lab-deploy launch"), VerifyResult.Skip(4, Boot, "no node is launched", "Run: lab-deploy launch")]
                : new[] { InSubnet(nodes), await BootAsync(nodes[^1], cancellationToken) },
            VerifyResult.Skip(4, "lease from the bastion", "in a VPC every lease comes from Amazon's DHCP", "Rehearse it: dotnet run --project Lab.AppHost"),
        ];
    }

    private VerifyResult InSubnet(IReadOnlyList<NodeInstance> nodes) => VerifyResult.Of(
        4, Place, nodes.All(node => node.PrivateIp is { } ip && deployed.Lab.Network.PrivateSubnet.Contains(IPAddress.Parse(ip)) && node.PublicIp is null),
        $"in {deployed.Lab.Network.PrivateSubnet}, without a public address", string.Join(", ", nodes.Select(node => $"{node.Id} {node.PrivateIp} {node.PublicIp}")), "Run: lab-deploy terminate, then lab-deploy launch");

    /// <summary>iPXE writes its name to the console. EC2 shows the console some minutes after the start.</summary>
    private async Task<VerifyResult> BootAsync(NodeInstance node, CancellationToken cancellationToken)
    {
        if (aws.Target.IsLocal)
        {
            return RunningLab.Find(deployed.Lab)?.Nodes.GetValueOrDefault(node.Id) is { } stage
                ? VerifyResult.Of(4, Boot, stage == Ready, $"{node.Id} is ready", $"{node.Id}: {stage}", "Look at what the lab says about it where it runs.")
                : VerifyResult.Skip(4, Boot, "an emulator boots no machine", "Run the lab that does: dotnet run --project Lab.AppHost -- --as vpc");
        }

        var answer = await aws.Ec2.GetConsoleOutputAsync(new GetConsoleOutputRequest { InstanceId = node.Id }, cancellationToken);
        return string.IsNullOrEmpty(answer.Output)
            ? VerifyResult.Skip(4, Boot, $"EC2 does not show the console of {node.Id} yet", "Run this again in five minutes.")
            : VerifyResult.Of(4, Boot, Encoding.UTF8.GetString(Convert.FromBase64String(answer.Output)).Contains("iPXE", StringComparison.Ordinal), $"iPXE on the console of {node.Id}", "no iPXE", $"Read it: aws ec2 get-console-output --instance-id {node.Id}");
    }
}
