using Amazon.EC2.Model;
using Lab.Deployment.Aws;

namespace Lab.Deployment.Resources;

/// <summary>
/// All rules of one security group. What is not wanted is revoked, so the egress that AWS gives a new group by default goes too. One
/// rule a call: several at once are all or nothing, and an emulator describes only the last of them.
/// </summary>
/// <param name="group">The group.</param>
/// <param name="other">The group that rules also name.</param>
/// <param name="rules">What shall be; given the groups' ids.</param>
/// <param name="scope">Which rules are looked at; the others are neither read nor changed. Null for all.</param>
internal sealed class SecurityRules(
    SecurityGroup group,
    SecurityGroup other,
    Func<string, string, IReadOnlyList<SecurityRule>> rules,
    Func<SecurityRule, bool>? scope = null
) : Resource($"rules/{group.Name}", "security group rules", group, other)
{
    private const string Allowed = "allowed";

    public override async Task<Found?> FindAsync(AwsClients aws, CancellationToken cancellationToken)
    {
        var read = group.ReadAsync(aws, cancellationToken);
        var partner = await other.ReadAsync(aws, cancellationToken);
        if (await read is not { } own)
        {
            return null;
        }

        var fields = new Fields();
        foreach (var rule in Rules(own))
        {
            fields[rule.Describe(peer => Name(peer, own.GroupId, partner?.GroupId))] = Allowed;
        }

        return new Found(own.GroupId, fields) { IsForeign = fields.Count == 0 };
    }

    public override Fields Desired(World world)
    {
        var fields = new Fields();
        foreach (var rule in Wanted(group.Name, other.Name))
        {
            fields[rule.Describe(peer => peer)] = Allowed;
        }

        return fields;
    }

    /// <summary>There is nothing to create: the rules come with their group.</summary>
    public override Task CreateAsync(AwsClients aws, World world, CancellationToken cancellationToken) => Task.CompletedTask;

    public override async Task UpdateAsync(AwsClients aws, World world, Found found, IReadOnlyList<FieldChange> changes, CancellationToken cancellationToken)
    {
        var own = await group.ReadAsync(aws, cancellationToken);
        var wanted = Wanted(found.Id, world.Ref(other));
        IReadOnlyList<SecurityRule> present = own is null ? [] : [.. Rules(own)];
        foreach (var rule in present.Except(wanted))
        {
            await RevokeAsync(aws, found.Id, rule, cancellationToken);
        }

        foreach (var rule in wanted.Except(present))
        {
            await AllowAsync(aws, found.Id, rule, cancellationToken);
        }
    }

    /// <summary>Revokes all, so that neither group is held by the other's rules.</summary>
    public override async Task DeleteAsync(AwsClients aws, Found found, CancellationToken cancellationToken)
    {
        foreach (var rule in await group.ReadAsync(aws, cancellationToken) is { } own ? Rules(own).ToList() : [])
        {
            await RevokeAsync(aws, found.Id, rule, cancellationToken);
        }
    }

    private List<SecurityRule> Wanted(string own, string partner) => [.. rules(own, partner).Where(rule => scope?.Invoke(rule) ?? true)];

    private IEnumerable<SecurityRule> Rules(Amazon.EC2.Model.SecurityGroup group) =>
        (group.IpPermissions ?? [])
            .SelectMany(permission => SecurityRule.Of(permission, isIngress: true))
            .Concat((group.IpPermissionsEgress ?? []).SelectMany(permission => SecurityRule.Of(permission, isIngress: false)))
            .Where(rule => scope?.Invoke(rule) ?? true);

    private string Name(string peer, string own, string? partner) =>
        peer == own ? group.Name
        : peer == partner ? other.Name
        : peer;

    private static Task AllowAsync(AwsClients aws, string id, SecurityRule rule, CancellationToken cancellationToken) =>
        IgnoreAsync(
            AwsErrors.IsDuplicate,
            rule.IsIngress
                ? aws.Ec2Writes.AuthorizeSecurityGroupIngressAsync(
                    new AuthorizeSecurityGroupIngressRequest { GroupId = id, IpPermissions = [rule.ToPermission()] },
                    cancellationToken
                )
                : aws.Ec2Writes.AuthorizeSecurityGroupEgressAsync(
                    new AuthorizeSecurityGroupEgressRequest { GroupId = id, IpPermissions = [rule.ToPermission()] },
                    cancellationToken
                )
        );

    private static Task RevokeAsync(AwsClients aws, string id, SecurityRule rule, CancellationToken cancellationToken) =>
        IgnoreAsync(
            AwsErrors.IsGone,
            rule.IsIngress
                ? aws.Ec2Writes.RevokeSecurityGroupIngressAsync(
                    new RevokeSecurityGroupIngressRequest { GroupId = id, IpPermissions = [rule.ToPermission()] },
                    cancellationToken
                )
                : aws.Ec2Writes.RevokeSecurityGroupEgressAsync(
                    new RevokeSecurityGroupEgressRequest { GroupId = id, IpPermissions = [rule.ToPermission()] },
                    cancellationToken
                )
        );

    private static async Task IgnoreAsync(Func<Exception, bool> harmless, Task call)
    {
        try
        {
            await call;
        }
        catch (Exception e) when (harmless(e)) { }
    }
}
