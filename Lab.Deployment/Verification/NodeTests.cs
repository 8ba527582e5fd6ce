using System.Globalization;
using System.Net;
using System.Text;
using Amazon.EC2.Model;
using Lab.Deployment.Aws;
using Lab.Deployment.Resources;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Rendering;
using Lab.Model.Running;

namespace Lab.Deployment.Verification;

/// <summary>Test 04: the nodes' launch template and what was launched from it.</summary>
internal sealed class NodeTests(AwsClients aws, DeployedLab deployed)
{
    private const string Place = "test instance in the private subnet";
    private const string Boot = "test instance attempts the network boot";
    private const string Config = "config";
    private const string Ready = "ready";

    /// <summary>What a running lab says of a node whose machine is off.</summary>
    private const string Off = "off";

    /// <summary>What a node passes, as a running lab names it, and the test of it.</summary>
    private static readonly (string Stage, string Test)[] Stages =
    [
        ("dhcp", "node took its lease"),
        ("user-data", "node got its user data"),
        ("script", "node fetched boot.ipxe"),
        ("kernel", "node fetched the kernel"),
        ("initrd", "node fetched the initramfs"),
        (Config, "node fetched its configuration"),
        (Ready, "node is ready"),
    ];

    /// <summary>The same for a node that starts from Talos's own image.</summary>
    private static readonly (string Stage, string Test)[] OwnImageStages =
    [
        ("linux", "node started Linux from its disk"),
        ("lease", "node took its lease"),
        ("user-data", "node asked for its user data"),
        (Ready, "node is ready"),
    ];

    public async Task<IReadOnlyList<VerifyResult>> RunAsync(CancellationToken cancellationToken)
    {
        var wanted = NodeImages.AllOf(deployed.Lab);
        var nodes = await NodeInstances.FindAsync(aws, deployed.Lab, cancellationToken);
        return
        [
            .. wanted.Select(images =>
                Newest(wanted.Count == 1 ? $"newest {images.What}" : $"newest {images.What}, {images.Architecture.Id()}", images.Architecture)
            ),
            .. nodes.Count == 0
                ? new[] { Place, Boot }.Select(test => VerifyResult.Skip(4, test, "no node is launched", $"Run: {DeployCommand.Line("launch")}"))
                : (IEnumerable<VerifyResult>)
                    [InSubnet(nodes), .. aws.Target.IsLocal ? Passed(nodes[^1]) : new[] { await BootAsync(nodes[^1], cancellationToken) }],
            VerifyResult.Skip(4, "lease from the bastion", "in a VPC every lease comes from Amazon's DHCP", $"Rehearse it: {LabCommand.Line("up")}"),
        ];
    }

    private VerifyResult Newest(string test, Architecture architecture)
    {
        var image = deployed.Surroundings.Images[architecture]!;
        return image.IsStandIn
            ? VerifyResult.Skip(4, test, $"the emulator has none; {image.Id} ({image.Name}) stands in", "Deploy to AWS.")
            : VerifyResult.Of(4, test, true, $"{image.Id} {image.Name}", "", "");
    }

    private VerifyResult InSubnet(IReadOnlyList<NodeInstance> nodes) =>
        VerifyResult.Of(
            4,
            Place,
            nodes.All(node =>
                node.PrivateIp is { } ip && deployed.Lab.PrivateSubnets.Any(subnet => subnet.Contains(IPAddress.Parse(ip))) && node.PublicIp is null
            ),
            $"in {string.Join(" or ", deployed.Lab.PrivateSubnets)}, without a public address",
            string.Join(", ", nodes.Select(node => $"{node.Id} {node.PrivateIp} {node.PublicIp}")),
            $"Run: {DeployCommand.Line("terminate")}, then {DeployCommand.Line("launch")}"
        );

    /// <summary>Each stage by what the lab that runs on this machine has seen of it.</summary>
    private IEnumerable<VerifyResult> Passed(NodeInstance node)
    {
        var running = RunningLab.Find(deployed.Lab);
        var name = node.Name is { } given && running?.Status.Boots.ContainsKey(given) == true ? given : node.Id;
        var stages = deployed.Lab.Launch.Boot == LaunchBoot.Ami ? OwnImageStages : Stages;
        if (running?.Status.Boots.GetValueOrDefault(name) is not { } passed)
        {
            return stages.Select(stage =>
                VerifyResult.Skip(4, stage.Test, "an emulator boots no machine", $"Run the lab that does: {LabCommand.Line("up --vpc")}")
            );
        }

        var isOff = running.Status.Nodes.GetValueOrDefault(name) == Off;
        return stages.Select(stage =>
            stage.Stage == Config && !passed.ContainsKey(Config) && !MatchboxData.OffersMirrors(deployed.Lab)
                ? NotAskedTo(stage.Test)
                : VerifyResult.Of(
                    4,
                    stage.Test,
                    passed.ContainsKey(stage.Stage) && !(isOff && stage.Stage == Ready),
                    passed.GetValueOrDefault(stage.Stage) is { } seen ? Words(node, seen) : $"{node.Name ?? node.Id} at stage {stage.Stage}",
                    $"{(isOff ? "the machine is off; " : "")}passed: {string.Join(", ", passed.OrderBy(one => one.Value.Seconds).Select(one => one.Key).DefaultIfEmpty("nothing"))}",
                    "Look at what the lab says about it where it runs."
                )
        );
    }

    private VerifyResult NotAskedTo(string test) =>
        deployed.Lab.Boot.MirrorDocuments
            ? VerifyResult.Skip(
                4,
                test,
                "it was not asked to: there are no mirrors to offer, so the profile names no talos.config",
                "Add a registry under mirrors"
            )
            : VerifyResult.Skip(
                4,
                test,
                "it was not asked to: boot.mirrorDocuments is off, so the profile names no talos.config",
                "With a Talos of 1.12 or later: set boot.mirrorDocuments: true"
            );

    private static string Words(NodeInstance node, LabStatus.StageStatus seen) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{node.Name ?? node.Id} after {seen.Seconds:0.00} s ({seen.Source}{(seen.Evidence is null ? "" : $": {seen.Evidence}")})"
        );

    /// <summary>iPXE and Talos write their names to the console. EC2 shows the console some minutes after the start.</summary>
    private async Task<VerifyResult> BootAsync(NodeInstance node, CancellationToken cancellationToken)
    {
        var speaker = deployed.Lab.Launch.Boot == LaunchBoot.Ipxe ? "iPXE" : "Talos";
        var answer = await aws.Ec2.GetConsoleOutputAsync(new GetConsoleOutputRequest { InstanceId = node.Id }, cancellationToken);
        return string.IsNullOrEmpty(answer.Output)
            ? VerifyResult.Skip(4, Boot, $"EC2 does not show the console of {node.Id} yet", "Run this again in five minutes.")
            : VerifyResult.Of(
                4,
                Boot,
                Encoding.UTF8.GetString(Convert.FromBase64String(answer.Output)).Contains(speaker, StringComparison.Ordinal),
                $"{speaker} on the console of {node.Id}",
                $"no {speaker}",
                $"Read it: aws ec2 get-console-output --instance-id {node.Id}"
            );
    }
}
