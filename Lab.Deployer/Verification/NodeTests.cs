using Lab.Deployer.Aws;
using Lab.Deployer.Commands;
using Lab.Deployer.Resources;

namespace Lab.Deployer.Verification;

/// <summary>Test 04: the nodes' launch template and what was launched from it.</summary>
internal sealed class NodeTests(AwsClients aws, DeployedLab deployed)
{
    public async Task<IReadOnlyList<VerifyResult>> RunAsync(CancellationToken cancellationToken)
    {
        var image = deployed.Surroundings.NodeImage!;
        var nodes = await NodeInstances.FindAsync(aws, deployed.Lab, cancellationToken);
        return
        [
            image.IsStandIn
                ? VerifyResult.Skip(4, "newest official iPXE image", $"the emulator has none; {image.Id} ({image.Name}) stands in", "Deploy to AWS.")
                : VerifyResult.Of(4, "newest official iPXE image", true, $"{image.Id} {image.Name}", "", ""),
            nodes.Count == 0
                ? VerifyResult.Skip(4, "test instance in the private subnet", "no node is launched", "Run: lab-deploy launch")
                : VerifyResult.Of(
                    4, "test instance in the private subnet", nodes.All(node => node.PrivateIp is { } ip && deployed.Lab.Network.PrivateSubnet.Contains(System.Net.IPAddress.Parse(ip)) && node.PublicIp is null),
                    $"in {deployed.Lab.Network.PrivateSubnet}, without a public address", string.Join(", ", nodes.Select(node => $"{node.Id} {node.PrivateIp} {node.PublicIp}")), "Run: lab-deploy terminate, then lab-deploy launch"),
        ];
    }
}
