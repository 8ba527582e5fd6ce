using Amazon.SecurityToken.Model;
using Lab.Deployment.Aws;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Rendering;

namespace Lab.Deployment.Resources;

/// <summary>What the lab finds and does not make: the account, the bastion's group, the nodes' image.</summary>
/// <param name="Account">The account's number.</param>
/// <param name="Identity">Who deploys.</param>
/// <param name="Adopted">The bastion group that was there; null where there is none, or where the lab has made it.</param>
/// <param name="Profile">The instance profile of the adopted bastion; null for none.</param>
/// <param name="Role">The role in that profile.</param>
/// <param name="HasOwnGroup">True where the lab has made the group.</param>
/// <param name="Images">The newest of the images that nodes of each architecture start from; null where there is none.</param>
/// <param name="Schedule">The group's schedule.</param>
/// <param name="IsEmulated">True on an emulator, which has no group that could be adopted: there one is created, whatever <c>bastion.create</c> says.</param>
internal sealed record Surroundings(
    string Account,
    string Identity,
    AdoptedBastion? Adopted,
    string? Profile,
    string? Role,
    bool HasOwnGroup,
    IReadOnlyDictionary<Architecture, NodeImage?> Images,
    IReadOnlyList<ScheduledAction> Schedule,
    bool IsEmulated
)
{
    /// <summary>The instances that the bastion's group has now.</summary>
    public IReadOnlyList<string> RunningBastions { get; init; } = [];

    /// <summary>The network of <c>network.existing</c>; null where the lab makes its own.</summary>
    public ExistingNetwork? Existing { get; init; }

    /// <summary>The lab's subnets in zones that its definition does not name any more.</summary>
    public IReadOnlyList<SubnetPlace> LeftSubnets { get; init; } = [];

    /// <summary>True on an emulator without AWS Budgets: there the alarm is left out.</summary>
    public bool LacksBudgets { get; init; }

    /// <summary>True where the group was deleted by hand after the lab had adopted it: its launch template still has the lab's version.</summary>
    public bool IsLeftover { get; init; }

    /// <summary>Reads all of it, and what is left of an adopted bastion whose group is gone.</summary>
    public static async Task<Surroundings> ReadForRemovalAsync(AwsClients aws, LabDefinition lab, CancellationToken cancellationToken)
    {
        var existing = await ExistingNetwork.TryReadAsync(aws, lab, cancellationToken);
        if (await ExistingNetwork.StraysAsync(aws, lab, existing, cancellationToken) is { Count: > 0 } strays)
        {
            throw new LabException($"{string.Join('\n', strays)}\nNothing was changed.");
        }

        var found = await ReadAsync(aws, lab, Task.FromResult(existing), cancellationToken);
        if (found.Adopted is not null || found.HasOwnGroup || await AdoptedBastion.FindLeftoverAsync(aws, lab, cancellationToken) is not { } leftover)
        {
            return found;
        }

        var profile = ProfileName(leftover);
        var roles = profile is null ? null : await aws.Iam.ProfileRolesAsync(profile, cancellationToken);
        return found with { Adopted = leftover, Profile = profile, Role = roles?.FirstOrDefault(), IsLeftover = true };
    }

    /// <summary>Reads all of it.</summary>
    public static Task<Surroundings> ReadAsync(AwsClients aws, LabDefinition lab, CancellationToken cancellationToken) =>
        ReadAsync(aws, lab, ExistingNetwork.ReadAsync(aws, lab, cancellationToken), cancellationToken);

    private static async Task<Surroundings> ReadAsync(AwsClients aws, LabDefinition lab, Task<ExistingNetwork?> existing, CancellationToken cancellationToken)
    {
        var identity = aws.Sts.GetCallerIdentityAsync(new GetCallerIdentityRequest(), cancellationToken);
        var images = ImagesAsync(aws, lab, cancellationToken);
        var left = SubnetPlace.LeftAsync(aws, lab, cancellationToken);
        var schedule = aws.AutoScaling.ScheduleAsync(lab.Bastion.Group, cancellationToken);
        var group = await aws.AutoScaling.FindGroupAsync(lab.Bastion.Group, cancellationToken);
        var own = group is not null && CreatedGroup.IsOwn(lab, group);
        var adopted = group is null || own ? null : await AdoptedBastion.ReadAsync(aws, lab, group, cancellationToken);
        var profile = adopted is null ? null : ProfileName(adopted);
        var roles = profile is null
            ? null
            : await aws.Iam.ProfileRolesAsync(profile, cancellationToken)
                ?? throw new LabException(
                    $"Launch template {adopted!.TemplateId} of group {group!.Name} names the instance profile {profile}, which does not exist."
                );
        var caller = await identity;
        return new Surroundings(caller.Account, caller.Arn, adopted, profile, roles?.FirstOrDefault(), own, await images, await schedule, aws.Target.IsLocal)
        {
            RunningBastions = group?.Instances ?? [],
            Existing = await existing,
            LeftSubnets = await left,
            LacksBudgets = lab.Budget.Email is not null && aws.Target.IsLocal && !await BudgetAlarm.IsKnownAsync(aws, lab, caller.Account, cancellationToken),
        };
    }

    private static async Task<IReadOnlyDictionary<Architecture, NodeImage?>> ImagesAsync(AwsClients aws, LabDefinition lab, CancellationToken cancellationToken)
    {
        var wanted = NodeImages.AllOf(lab);
        var found = await Task.WhenAll(wanted.Select(images => NodeImage.FindAsync(aws, images, cancellationToken)));
        return wanted.Zip(found).ToDictionary(pair => pair.First.Architecture, pair => pair.Second);
    }

    private static string? ProfileName(AdoptedBastion adopted)
    {
        var original = adopted.Data(adopted.OwnVersion);
        return original.IamInstanceProfile is { } profile ? profile.Name ?? profile.Arn?.Split('/')[^1] : null;
    }
}
