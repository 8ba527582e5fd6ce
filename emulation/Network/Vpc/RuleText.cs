namespace Lab.Emulation.Network.Vpc;

/// <summary>A security group's rule in words.</summary>
internal static class RuleText
{
    /// <summary><c>in: tcp 22 from 2001:db8::7/128</c>, <c>out: all to talos-nodes-sg</c>.</summary>
    public static string Of(VpcState vpc, VpcRule rule, bool isIngress)
    {
        var peer = rule.Network?.ToString() ?? vpc.SecurityGroups.FirstOrDefault(group => group.Id == rule.GroupId)?.Name ?? rule.GroupId ?? "nobody";
        return $"{(isIngress ? "in" : "out")}: {Traffic(rule)} {(isIngress ? "from" : "to")} {peer}";
    }

    private static string Traffic(VpcRule rule) =>
        (rule.Protocol, rule.Ports) switch
        {
            ("-1", _) => "all",
            (var protocol, null) => protocol,
            (var protocol, var (first, last)) when first == last => $"{protocol} {first}",
            (var protocol, var (first, last)) => $"{protocol} {first}-{last}",
        };
}
