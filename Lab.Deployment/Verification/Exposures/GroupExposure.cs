using Amazon.EC2.Model;
using Lab.Deployment.Resources;
using Lab.Model.Network;
using Ec2Group = Amazon.EC2.Model.SecurityGroup;

namespace Lab.Deployment.Verification.Exposures;

/// <summary>What the security groups of the VPC let in, by every kind of peer that a rule can have.</summary>
internal sealed class GroupExposure(VpcScope scope)
{
    private const string UnknownPeer = "a peer of a kind that lab-deploy does not know";

    public IEnumerable<ExposureCheck> Checks =>
        [
            new("ec2:DescribeSecurityGroups", "security group rules", FindAsync),
            new("ec2:DescribeSecurityGroupRules", "peers of security group rules", FindUnknownPeersAsync),
        ];

    private async Task<IEnumerable<Exposed>> FindAsync(CancellationToken cancellationToken)
    {
        var groups = await GroupsAsync(cancellationToken);
        var known = groups.Select(group => group.GroupId).ToHashSet();
        List<Exposed> found = [];
        foreach (
            var (group, permission) in groups
                .Where(group => scope.Concerns([group.GroupId]))
                .SelectMany(group => (group.IpPermissions ?? []).Select(permission => (group, permission)))
        )
        {
            found.AddRange(Ranges(group, permission));
            found.AddRange((permission.UserIdGroupPairs ?? []).Where(pair => !IsInside(pair, known)).Select(pair => Rule(group, permission, Name(pair))));
            foreach (var list in permission.PrefixListIds ?? [])
            {
                found.Add(Rule(group, permission, $"prefix list {list.Id}, {await EntriesAsync(list.Id, cancellationToken)}"));
            }
        }

        return found;
    }

    /// <summary>
    /// A rule in a group's description holds the peers of all kinds that the client knows, and is silent of others. Asked for one by one,
    /// a rule without a peer that is known has one that is not.
    /// </summary>
    private async Task<IEnumerable<Exposed>> FindUnknownPeersAsync(CancellationToken cancellationToken)
    {
        var groups = (await GroupsAsync(cancellationToken)).Where(group => scope.Concerns([group.GroupId])).ToList();
        if (groups.Count == 0)
        {
            return [];
        }

        var names = groups.ToDictionary(group => group.GroupId, group => group.GroupName);
        var rules = await scope
            .Aws.Ec2.Paginators.DescribeSecurityGroupRules(new DescribeSecurityGroupRulesRequest { Filters = [new Filter("group-id", [.. names.Keys])] })
            .SecurityGroupRules.ToListAsync(cancellationToken);
        return rules
            .Where(rule => rule is { IsEgress: not true, CidrIpv4: null or "", CidrIpv6: null or "", PrefixListId: null or "", ReferencedGroupInfo: null })
            .Select(rule => Rule($"{rule.GroupId} {names[rule.GroupId]}", rule.IpProtocol, rule.FromPort, rule.ToPort, UnknownPeer));
    }

    private ValueTask<List<Ec2Group>> GroupsAsync(CancellationToken cancellationToken) =>
        scope
            .Aws.Ec2.Paginators.DescribeSecurityGroups(new DescribeSecurityGroupsRequest { Filters = scope.Inside() })
            .SecurityGroups.ToListAsync(cancellationToken);

    private IEnumerable<Exposed> Ranges(Ec2Group group, IpPermission permission)
    {
        foreach (
            var range in (permission.Ipv4Ranges ?? [])
                .Select(range => range.CidrIp)
                .Concat((permission.Ipv6Ranges ?? []).Select(range => range.CidrIpv6))
                .Where(range => !scope.Contains(range))
        )
        {
            var isOperator =
                range == scope.Lab.Access.Ipv6?.ToString()
                && group.GroupId == scope.BastionGroup
                && permission is { IpProtocol: "tcp", FromPort: NetworkDesign.SshPort, ToPort: NetworkDesign.SshPort };
            yield return isOperator ? Rule(group, permission, $"{range}, the operator") with { Verdict = Verdict.Accepted } : Rule(group, permission, range);
        }
    }

    /// <summary>A reference to a group of the same VPC; a peer's group may have the same identifier in another account.</summary>
    private bool IsInside(UserIdGroupPair pair, HashSet<string> known) =>
        known.Contains(pair.GroupId)
        && (string.IsNullOrEmpty(pair.UserId) || pair.UserId == scope.Account)
        && string.IsNullOrEmpty(pair.VpcPeeringConnectionId);

    private static string Name(UserIdGroupPair pair) =>
        $"group {pair.GroupId} of {(string.IsNullOrEmpty(pair.UserId) ? "another VPC" : $"account {pair.UserId}")}{(string.IsNullOrEmpty(pair.VpcPeeringConnectionId) ? "" : $" over {pair.VpcPeeringConnectionId}")}";

    /// <summary>What the list holds at the moment. Whoever owns it may change that without touching the rule.</summary>
    private async Task<string> EntriesAsync(string list, CancellationToken cancellationToken)
    {
        var check = new ExposureCheck(
            "ec2:GetManagedPrefixListEntries",
            list,
            async token =>
            {
                var entries = await scope
                    .Aws.Ec2.Paginators.GetManagedPrefixListEntries(new GetManagedPrefixListEntriesRequest { PrefixListId = list })
                    .Entries.ToListAsync(token);
                return [new Exposed(list, $"which holds {string.Join(", ", entries.Select(entry => entry.Cidr).DefaultIfEmpty("nothing yet"))}")];
            }
        );
        return (await check.RunAsync(scope.Aws.Target.IsLocal, cancellationToken))[0].Why;
    }

    private static Exposed Rule(Ec2Group group, IpPermission permission, string peer) =>
        Rule($"{group.GroupId} {group.GroupName}", permission.IpProtocol, permission.FromPort, permission.ToPort, peer);

    private static Exposed Rule(string group, string protocol, int? from, int? to, string peer) =>
        new(
            group,
            (protocol == "-1" ? SecurityRule.All(isIngress: true, peer) : new SecurityRule(IsIngress: true, protocol, from, to, peer)).Describe(name => name)
        );
}
