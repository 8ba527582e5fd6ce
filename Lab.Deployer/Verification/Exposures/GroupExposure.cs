using Amazon.EC2.Model;
using Lab.Deployer.Resources;
using Lab.Model.Network;
using Ec2Group = Amazon.EC2.Model.SecurityGroup;

namespace Lab.Deployer.Verification.Exposures;

/// <summary>What the security groups of the VPC let in, by every kind of peer that a rule can have.</summary>
internal sealed class GroupExposure(VpcScope scope)
{
    public IEnumerable<ExposureCheck> Checks => [new("ec2:DescribeSecurityGroups", "security group rules", FindAsync)];

    private async Task<IEnumerable<Exposed>> FindAsync(CancellationToken cancellationToken)
    {
        var groups = await Pages.AllAsync(async token =>
        {
            var answer = await scope.Aws.Ec2.DescribeSecurityGroupsAsync(new DescribeSecurityGroupsRequest { Filters = scope.Inside(), NextToken = token }, cancellationToken);
            return (answer.SecurityGroups, answer.NextToken);
        });
        var known = groups.Select(group => group.GroupId).ToHashSet();
        List<Exposed> found = [];
        foreach (var (group, permission) in groups.SelectMany(group => (group.IpPermissions ?? []).Select(permission => (group, permission))))
        {
            found.AddRange(Ranges(group, permission));
            found.AddRange((permission.UserIdGroupPairs ?? []).Where(pair => !IsInside(pair, known)).Select(pair => Rule(group, permission, Name(pair))));
            foreach (var list in permission.PrefixListIds ?? [])
            {
                found.Add(Rule(group, permission, $"prefix list {list.Id}, {await EntriesAsync(list.Id, cancellationToken)}"));
            }

            if (permission is { Ipv4Ranges: null or { Count: 0 }, Ipv6Ranges: null or { Count: 0 }, UserIdGroupPairs: null or { Count: 0 }, PrefixListIds: null or { Count: 0 } })
            {
                found.Add(Rule(group, permission, "a peer of a kind that lab-deploy does not know"));
            }
        }

        return found;
    }

    private IEnumerable<Exposed> Ranges(Ec2Group group, IpPermission permission)
    {
        foreach (var range in (permission.Ipv4Ranges ?? []).Select(range => range.CidrIp).Concat((permission.Ipv6Ranges ?? []).Select(range => range.CidrIpv6)).Where(range => !scope.Contains(range)))
        {
            var isOperator = range == scope.Lab.Access.Ipv6?.ToString() && group.GroupId == scope.BastionGroup && permission is { IpProtocol: "tcp", FromPort: NetworkDesign.SshPort, ToPort: NetworkDesign.SshPort };
            yield return isOperator ? Rule(group, permission, $"{range}, the operator") with { Verdict = Verdict.Accepted } : Rule(group, permission, range);
        }
    }

    /// <summary>A reference to a group of the same VPC; a peer's group may have the same identifier in another account.</summary>
    private bool IsInside(UserIdGroupPair pair, HashSet<string> known) =>
        known.Contains(pair.GroupId) && (string.IsNullOrEmpty(pair.UserId) || pair.UserId == scope.Account) && string.IsNullOrEmpty(pair.VpcPeeringConnectionId);

    private static string Name(UserIdGroupPair pair) =>
        $"group {pair.GroupId} of {(string.IsNullOrEmpty(pair.UserId) ? "another VPC" : $"account {pair.UserId}")}{(string.IsNullOrEmpty(pair.VpcPeeringConnectionId) ? "" : $" over {pair.VpcPeeringConnectionId}")}";

    /// <summary>What the list holds at the moment. Whoever owns it may change that without touching the rule.</summary>
    private async Task<string> EntriesAsync(string list, CancellationToken cancellationToken)
    {
        var check = new ExposureCheck("ec2:GetManagedPrefixListEntries", list, async token =>
        {
            var entries = await Pages.AllAsync(async next =>
            {
                var answer = await scope.Aws.Ec2.GetManagedPrefixListEntriesAsync(new GetManagedPrefixListEntriesRequest { PrefixListId = list, NextToken = next }, token);
                return (answer.Entries, answer.NextToken);
            });
            return [new Exposed(list, $"which holds {string.Join(", ", entries.Select(entry => entry.Cidr).DefaultIfEmpty("nothing yet"))}")];
        });
        return (await check.RunAsync(scope.Aws.Target.IsLocal, cancellationToken))[0].Why;
    }

    private static Exposed Rule(Ec2Group group, IpPermission permission, string peer)
    {
        var rule = permission.IpProtocol == "-1" ? SecurityRule.All(isIngress: true, peer) : new SecurityRule(IsIngress: true, permission.IpProtocol, permission.FromPort, permission.ToPort, peer);
        return new Exposed($"{group.GroupId} {group.GroupName}", rule.Describe(name => name));
    }
}
