using System.Net;
using Amazon.EC2;
using Amazon.EC2.Model;
using Lab.Deployment.Aws;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Rendering;

namespace Lab.Deployment.Resources;

/// <summary>
/// What launched nodes are otherwise than the definition says by now. Nothing changes a node that is launched: it is what it was then until
/// it is terminated and launched again.
/// </summary>
internal static class NodeDifferences
{
    private const string NoSuchNode = "lab.yaml has no such node";

    /// <summary>The lab's nodes, as <see cref="NodeInstances.FindAsync"/> has them, with what is different about each.</summary>
    public static async Task<IReadOnlyList<NodeInstance>> FindAsync(AwsClients aws, LabDefinition lab, CancellationToken cancellationToken)
    {
        var nodes = await NodeInstances.FindAsync(aws, lab, cancellationToken);
        var ids = nodes.Where(node => lab.FindNode(node.Name) is not null).Select(node => node.Id).ToList();
        var volumes = ids.Count == 0 ? [] : await VolumesAsync(aws, ids, cancellationToken);
        return [.. nodes.Select(node => node with { Differences = [.. Of(lab, node, volumes)] })];
    }

    /// <summary>Their disks; null where the policy of who asks is of before Lab looked at them, or an emulator has none.</summary>
    private static async Task<IReadOnlyList<Volume>?> VolumesAsync(AwsClients aws, List<string> instances, CancellationToken cancellationToken)
    {
        try
        {
            return await aws
                .Ec2.Paginators.DescribeVolumes(new DescribeVolumesRequest { Filters = [new("attachment.instance-id", instances)] })
                .Volumes.ToListAsync(cancellationToken);
        }
        catch (Exception e) when (AwsErrors.IsDenied(e) || (aws.Target.IsLocal && AwsErrors.IsUnknownCall(e)))
        {
            return null;
        }
    }

    private static IEnumerable<string> Of(LabDefinition lab, NodeInstance node, IReadOnlyList<Volume>? volumes)
    {
        if (lab.FindNode(node.Name) is not { } definition)
        {
            return node.Name is null ? [] : [NoSuchNode];
        }

        var launch = lab.MachineOf(definition).Launch;
        return
        [
            .. OfMachine(lab, launch, node),
            // What was launched a moment ago has not all of its disks yet.
            .. node.State == InstanceStateName.Pending || volumes is null ? [] : OfDisks(lab, launch, Disks(volumes, node.Id)),
            .. node.Boot is { } boot && boot != NodeUserData.Digest(lab, definition) ? ["another boot script in its user data"] : Array.Empty<string>(),
        ];
    }

    /// <summary>A sentence on each node that differs, with what to do.</summary>
    public static IEnumerable<string> Tell(IEnumerable<NodeInstance> nodes) =>
        nodes
            .Where(node => node.Differences.Count > 0)
            .Select(node =>
                $"{node.Name} stays as it was launched: {string.Join("; ", node.Differences)}. To have it "
                + (
                    node.Differences.Contains(NoSuchNode)
                        ? $"gone: {DeployCommand.Line($"terminate {node.Name}")}"
                        : $"as lab.yaml says: {DeployCommand.Line($"terminate {node.Name}")}; {DeployCommand.Line("launch")} (its disks go with it)"
                )
            );

    private static IEnumerable<string> OfMachine(LabDefinition lab, NodeLaunch wanted, NodeInstance node)
    {
        if (node.InstanceType != wanted.InstanceType)
        {
            yield return $"{node.InstanceType}, not {wanted.InstanceType}";
        }

        if (node.IsSpot != (wanted.Market == Market.Spot))
        {
            yield return node.IsSpot ? "spot, not on-demand" : "on-demand, not spot";
        }

        if (!IPAddress.TryParse(node.PrivateIp, out var address) || lab.PrivateSubnetOf(wanted.Zone) is not { } subnet)
        {
            yield break;
        }

        if (!subnet.Contains(address))
        {
            yield return $"in {lab.Network.Zones.Select(further => further.Zone).Prepend(lab.Zone).FirstOrDefault(zone => lab.PrivateSubnetOf(zone)?.Contains(address) == true) ?? "another zone"}, not in {wanted.Zone}";
        }
        else if (wanted.PrivateAddress is { } own && !own.Equals(address))
        {
            yield return $"address {address}, not {own}";
        }
    }

    private static Dictionary<string, int> Disks(IEnumerable<Volume> volumes, string instance) =>
        volumes
            .SelectMany(volume => (volume.Attachments ?? []).Where(one => one.InstanceId == instance).Select(one => (one.Device, Gib: volume.Size ?? 0)))
            .GroupBy(disk => disk.Device)
            .ToDictionary(disk => disk.Key, disk => disk.Last().Gib);

    private static IEnumerable<string> OfDisks(LabDefinition lab, NodeLaunch wanted, IReadOnlyDictionary<string, int> disks)
    {
        var (root, data) = (disks.GetValueOrDefault(NodeImages.DeviceOf(lab)), disks.GetValueOrDefault(NodeTemplate.DataDevice));
        if (root != 0 && root != wanted.DiskGib)
        {
            yield return $"a disk of {root} GiB, not {wanted.DiskGib}";
        }

        if (data != wanted.DataDiskGib)
        {
            yield return wanted.DataDiskGib == 0 ? $"a data disk of {data} GiB, not none"
            : data == 0 ? $"no data disk, not one of {wanted.DataDiskGib} GiB"
            : $"a data disk of {data} GiB, not {wanted.DataDiskGib}";
        }
    }
}
