using System.Net;
using Lab.Model.Definition;

namespace Lab.Model.Input;

/// <summary>What must hold for the VPC, its subnets and their zones.</summary>
internal static class SubnetRules
{
    /// <summary>What is in no network's hands (RFC 6890).</summary>
    private static readonly (IPNetwork Range, string What)[] NoNetworks =
    [
        (IPNetwork.Parse("0.0.0.0/8"), "the addresses without a network (0.0.0.0/8)"),
        (IPNetwork.Parse("127.0.0.0/8"), "the addresses of a machine for itself (loopback, 127.0.0.0/8)"),
        (IPNetwork.Parse("169.254.0.0/16"), "the addresses that machines make for themselves (link-local, 169.254.0.0/16)"),
        (IPNetwork.Parse("224.0.0.0/4"), "the addresses of groups (multicast, 224.0.0.0/4)"),
        (IPNetwork.Parse("240.0.0.0/4"), "the reserved addresses (240.0.0.0/4)"),
    ];

    /// <summary>Every broken rule.</summary>
    public static IEnumerable<DefinitionFinding> Check(LabDefinition lab) => [.. Ranges(lab), .. Zones(lab)];

    private static IEnumerable<DefinitionFinding> Ranges(LabDefinition lab)
    {
        var vpc = lab.Network.Vpc;
        (string Key, IPNetwork Range)[] subnets =
        [
            ("publicSubnet", lab.Network.PublicSubnet),
            ("privateSubnet", lab.Network.PrivateSubnet),
            .. lab.Network.Zones.Select((zone, index) => ($"zones[{index}].privateSubnet", zone.PrivateSubnet)),
        ];
        if (vpc.PrefixLength is < 16 or > 28)
        {
            yield return new("network.vpc", $"a VPC is a /16 to a /28, found /{vpc.PrefixLength}");
        }

        // The private one first: the others usually follow from it.
        foreach (var (key, subnet) in subnets.OrderBy(each => each.Key == "privateSubnet" ? 0 : 1))
        {
            if (NoNetworks.FirstOrDefault(each => each.Range.Contains(subnet)) is { What: { } what })
            {
                yield return new($"network.{key}", $"{subnet} is of {what}, which no network of machines can have");
                yield break;
            }
        }

        foreach (var (key, subnet) in subnets)
        {
            if (!vpc.Contains(subnet))
            {
                yield return new($"network.{key}", $"subnet {subnet} is not in the VPC {vpc}") { Against = ["network.vpc"] };
            }
            else if (subnet.PrefixLength > 28)
            {
                yield return new($"network.{key}", $"a subnet is a /28 or larger, found /{subnet.PrefixLength}");
            }
        }

        foreach (var (index, (key, range)) in subnets.Index())
        {
            if (subnets.Take(index).FirstOrDefault(other => other.Range.Contains(range) || range.Contains(other.Range)) is { Key: { } other, Range: var taken })
            {
                yield return new($"network.{key}", $"subnets {taken} and {range} overlap") { Against = [$"network.{other}"] };
            }
        }
    }

    /// <summary>The further zones: each once, in the region, and with network.existing a subnet that is there.</summary>
    private static IEnumerable<DefinitionFinding> Zones(LabDefinition lab)
    {
        var seen = new Dictionary<string, string> { [lab.Zone] = "zone" };
        foreach (var (index, zone) in lab.Network.Zones.Index())
        {
            var path = $"network.zones[{index}]";
            if ((DefinitionRules.Zone($"{path}.zone", zone.Zone, lab.Region) ?? DefinitionRules.Twice(seen, zone.Zone, $"{path}.zone", "zone")) is { } finding)
            {
                yield return finding;
            }

            if (zone.Existing is null != (lab.Network.Existing is null))
            {
                yield return zone.Existing is null
                    ? new($"{path}.zone", "with network.existing each zone names its subnet that is there: set existing") { Against = ["network.existing"] }
                    : new($"{path}.existing", "only with network.existing, in whose VPC the subnet is; leave it out and Lab makes the subnet");
            }
        }
    }
}
