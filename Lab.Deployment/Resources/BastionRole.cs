using Lab.Deployment.Aws;
using Lab.Model.Definition;
using Lab.Model.Rendering;

namespace Lab.Deployment.Resources;

/// <summary>The bastion's role, where it has none of its own.</summary>
internal sealed class BastionRole(LabDefinition lab) : Resource("role/bastion", "IAM role")
{
    /// <summary>Name of the role and of its instance profile.</summary>
    public static string NameOf(LabDefinition lab) => Tags.BastionPolicy(lab);

    public override async Task<Found?> FindAsync(AwsClients aws, CancellationToken cancellationToken) =>
        await aws.Iam.HasRoleAsync(NameOf(lab), cancellationToken) ? new Found(NameOf(lab), []) : null;

    public override Fields Desired(World world) => [];

    public override Task CreateAsync(AwsClients aws, World world, CancellationToken cancellationToken) =>
        aws.Iam.CreateRoleAsync(NameOf(lab), Tagging.Of(lab, Id), cancellationToken);

    public override Task DeleteAsync(AwsClients aws, Found found, CancellationToken cancellationToken) => aws.Iam.DeleteRoleAsync(found.Id, cancellationToken);
}

/// <summary>The instance profile that gives instances the <see cref="BastionRole"/>.</summary>
internal sealed class BastionProfile(LabDefinition lab, BastionRole role) : Resource("profile/bastion", "instance profile", role)
{
    public override async Task<Found?> FindAsync(AwsClients aws, CancellationToken cancellationToken)
    {
        var roles = await aws.Iam.ProfileRolesAsync(BastionRole.NameOf(lab), cancellationToken);
        return roles is null ? null : new Found(BastionRole.NameOf(lab), roles.Count == 0 ? [] : new Fields { ["role"] = string.Join(' ', roles) });
    }

    public override Fields Desired(World world) => new() { ["role"] = BastionRole.NameOf(lab) };

    public override Task CreateAsync(AwsClients aws, World world, CancellationToken cancellationToken) =>
        aws.Iam.CreateProfileAsync(BastionRole.NameOf(lab), Tagging.Of(lab, Id), cancellationToken);

    public override Task UpdateAsync(AwsClients aws, World world, Found found, IReadOnlyList<FieldChange> changes, CancellationToken cancellationToken) =>
        aws.Iam.AddRoleAsync(found.Id, BastionRole.NameOf(lab), cancellationToken);

    public override async Task DeleteAsync(AwsClients aws, Found found, CancellationToken cancellationToken)
    {
        if (found.Fields.TryGetValue("role", out var member))
        {
            await aws.Iam.RemoveRoleAsync(found.Id, member, cancellationToken);
        }

        await aws.Iam.DeleteProfileAsync(found.Id, cancellationToken);
    }
}
