using Amazon.EC2.Model;
using Amazon.SecurityToken.Model;
using Lab.Deployer.Aws;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Rendering;

namespace Lab.Deployer.Resources;

/// <summary>What the lab finds and does not make: the account, the bastion's group, the nodes' image.</summary>
/// <param name="Account">The account's number.</param>
/// <param name="Identity">Who deploys.</param>
/// <param name="Adopted">The bastion group that was there; null where there is none, or where the lab has made it.</param>
/// <param name="Profile">The instance profile of the adopted bastion; null for none.</param>
/// <param name="Role">The role in that profile.</param>
/// <param name="HasOwnGroup">True where the lab has made the group.</param>
/// <param name="NodeImage">The newest official iPXE image for arm64; null where there is none.</param>
/// <param name="Schedule">The group's schedule.</param>
/// <param name="IsEmulated">True on an emulator, which has no group that could be adopted: there one is created, whatever <c>bastion.create</c> says.</param>
internal sealed record Surroundings(
    string Account, string Identity, AdoptedBastion? Adopted, string? Profile, string? Role, bool HasOwnGroup, NodeImage? NodeImage, IReadOnlyList<ScheduledAction> Schedule,
    bool IsEmulated)
{
    /// <summary>Reads all of it.</summary>
    public static async Task<Surroundings> ReadAsync(AwsClients aws, LabDefinition lab, CancellationToken cancellationToken)
    {
        var identity = aws.Sts.GetCallerIdentityAsync(new GetCallerIdentityRequest(), cancellationToken);
        var image = NodeImage.FindAsync(aws, cancellationToken);
        var schedule = aws.AutoScaling.ScheduleAsync(lab.Bastion.Group, cancellationToken);
        var group = await aws.AutoScaling.FindGroupAsync(lab.Bastion.Group, cancellationToken);
        var own = group is not null && CreatedGroup.IsOwn(lab, group);
        var adopted = group is null || own ? null : await AdoptedBastion.ReadAsync(aws, lab, group, cancellationToken);
        var profile = adopted is null ? null : ProfileName(adopted);
        var roles = profile is null ? null : await aws.Iam.ProfileRolesAsync(profile, cancellationToken)
            ?? throw new LabException($"Launch template {adopted!.TemplateId} of group {group!.Name} names the instance profile {profile}, which does not exist.");
        var caller = await identity;
        return new Surroundings(caller.Account, caller.Arn, adopted, profile, roles?.FirstOrDefault(), own, await image, await schedule, aws.Target.IsLocal);
    }

    private static string? ProfileName(AdoptedBastion adopted)
    {
        var original = adopted.Data(adopted.OwnVersion);
        return original.IamInstanceProfile is { } profile ? profile.Name ?? profile.Arn?.Split('/')[^1] : null;
    }
}

/// <summary>An image that runs its user data as an iPXE script.</summary>
/// <param name="Id">The AMI.</param>
/// <param name="Name">Its name.</param>
/// <param name="Created">When it was made, as AWS writes it.</param>
/// <param name="IsStandIn">True for an image of an emulator that is none.</param>
internal sealed record NodeImage(string Id, string Name, string Created, bool IsStandIn)
{
    /// <summary>The newest. Only the last three are kept, so none may be pinned.</summary>
    public static async Task<NodeImage?> FindAsync(AwsClients aws, CancellationToken cancellationToken)
    {
        Filter[] arm = [new("architecture", ["arm64"]), new("state", ["available"])];
        async Task<Image?> FindAsync(DescribeImagesRequest request) => Newest((await aws.Ec2.DescribeImagesAsync(request, cancellationToken)).Images);

        // A lab that runs as a VPC has registered one in its emulator's own account; moto forgets its architecture.
        var registered = await aws.Ec2.DescribeImagesAsync(new DescribeImagesRequest { Filters = [new("name", [NodeImages.Names])] }, cancellationToken);
        if (Newest(registered.Images) is { } rehearsed)
        {
            return new NodeImage(rehearsed.ImageId, rehearsed.Name, rehearsed.CreationDate, IsStandIn: true);
        }

        // An emulator knows no iPXE image. Only a few others are asked for: moto takes seconds to list them all.
        var other = aws.Target.IsLocal ? FindAsync(new() { Filters = [.. arm, new("name", ["al20*-ami-20*"])] }) : Task.FromResult<Image?>(null);
        var official = await FindAsync(new() { Owners = [NodeImages.Publisher], Filters = [.. arm, new("name", [NodeImages.Names])] });
        var standIn = await other;
        return official is not null ? new NodeImage(official.ImageId, official.Name, official.CreationDate, IsStandIn: false)
            : standIn is not null ? new NodeImage(standIn.ImageId, standIn.Name, standIn.CreationDate, IsStandIn: true)
            : null;
    }

    private static Image? Newest(List<Image>? images) => images?.OrderByDescending(image => image.CreationDate, StringComparer.Ordinal).ThenBy(image => image.ImageId, StringComparer.Ordinal).FirstOrDefault();
}
