using Amazon.EC2;
using Amazon.EC2.Model;
using Lab.Deployment.Aws;
using Lab.Deployment.Resources;
using Lab.Model.Rendering;

namespace Lab.Deployment.Verification.Exposures;

/// <summary>Images and snapshots that carry the lab's tag, or are made from the lab's instances, and are public or shared.</summary>
internal sealed class ImageExposure(AwsClients aws, DeployedLab deployed)
{
    public IEnumerable<ExposureCheck> Checks =>
        [new("ec2:DescribeImages", "images of the lab", ImagesAsync), new("ec2:DescribeSnapshots", "snapshots of the lab", SnapshotsAsync)];

    private async Task<IEnumerable<Exposed>> ImagesAsync(CancellationToken cancellationToken)
    {
        var instances = (await InstancesAsync(cancellationToken)).Select(instance => instance.InstanceId).ToHashSet();
        var images = await aws.Ec2.Paginators.DescribeImages(new DescribeImagesRequest { Owners = ["self"] }).Images.ToListAsync(cancellationToken);
        List<Exposed> found = [];
        foreach (
            var image in images.Where(image =>
                image.OwnerId == deployed.Surroundings.Account && (IsTagged(image.Tags) || instances.Contains(image.SourceInstanceId ?? ""))
            )
        )
        {
            var attribute = await aws.Ec2.DescribeImageAttributeAsync(
                new DescribeImageAttributeRequest { ImageId = image.ImageId, Attribute = ImageAttributeName.LaunchPermission },
                cancellationToken
            );
            var shares = (attribute.ImageAttribute?.LaunchPermissions ?? [])
                .Select(permission =>
                    permission.Group is not null ? Public : permission.UserId ?? permission.OrganizationArn ?? permission.OrganizationalUnitArn ?? "somebody"
                )
                .ToList();
            found.AddRange(Shared(image.ImageId, "image", image.Public == true ? [Public, .. shares] : shares));
        }

        return found;
    }

    private async Task<IEnumerable<Exposed>> SnapshotsAsync(CancellationToken cancellationToken)
    {
        var volumes = (await InstancesAsync(cancellationToken))
            .SelectMany(instance => instance.BlockDeviceMappings ?? [])
            .Select(device => device.Ebs?.VolumeId)
            .OfType<string>()
            .ToHashSet();
        var snapshots = await aws
            .Ec2.Paginators.DescribeSnapshots(new DescribeSnapshotsRequest { OwnerIds = ["self"] })
            .Snapshots.ToListAsync(cancellationToken);
        List<Exposed> found = [];
        foreach (
            var snapshot in snapshots.Where(snapshot =>
                snapshot.OwnerId == deployed.Surroundings.Account && (IsTagged(snapshot.Tags) || volumes.Contains(snapshot.VolumeId ?? ""))
            )
        )
        {
            var attribute = await aws.Ec2.DescribeSnapshotAttributeAsync(
                new DescribeSnapshotAttributeRequest { SnapshotId = snapshot.SnapshotId, Attribute = SnapshotAttributeName.CreateVolumePermission },
                cancellationToken
            );
            found.AddRange(
                Shared(
                    snapshot.SnapshotId,
                    "snapshot",
                    [.. (attribute.CreateVolumePermissions ?? []).Select(permission => permission.Group is not null ? Public : permission.UserId ?? "somebody")]
                )
            );
        }

        return found;
    }

    private const string Public = "everybody";

    private static IEnumerable<Exposed> Shared(string id, string kind, IReadOnlyList<string> shares) =>
        shares.Count == 0 ? [] : [new Exposed(id, $"{kind} of the lab that is shared with {string.Join(", ", shares.Distinct())}")];

    private bool IsTagged(List<Tag>? tags) => Tagging.Value(tags, Tags.Lab) == deployed.Lab.Name;

    private Task<IReadOnlyList<Instance>> InstancesAsync(CancellationToken cancellationToken) =>
        aws.InstancesAsync(new DescribeInstancesRequest { Filters = [new($"tag:{Tags.Lab}", [deployed.Lab.Name])] }, cancellationToken);
}
