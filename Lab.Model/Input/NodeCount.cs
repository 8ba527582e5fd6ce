using System.Net;
using System.Text.RegularExpressions;
using Lab.Model.Definition;

namespace Lab.Model.Input;

/// <summary>Definitions as an option of the command line changes them.</summary>
public static partial class NodeCount
{
    /// <summary>The lab as it is rehearsed in a network.</summary>
    public static LabDefinition In(this LabDefinition lab, RehearsedNetwork network) => lab with { Network = lab.Network with { As = network } };

    /// <summary>
    /// The lab with its first <paramref name="count"/> nodes; where it names fewer, further ones follow in the way of the last: name
    /// with the next number, the next MAC, the next free address.
    /// </summary>
    /// <exception cref="LabException">No nodes were asked for, or the private subnet has no room for so many.</exception>
    public static LabDefinition WithNodes(this LabDefinition lab, int count)
    {
        if (count < 1)
        {
            throw new LabException($"--nodes takes a number from 1, found {count}.");
        }

        var nodes = lab.Nodes.Take(count).ToList();
        while (nodes.Count < count)
        {
            nodes.Add(nodes.Count == 0 ? NodeDefinition.First : After(lab, nodes));
        }

        var result = lab with { Nodes = nodes };
        return DefinitionRules.Check(result).FirstOrDefault() is { } finding ? throw new LabException($"--nodes {count}: {finding.Message}") : result;
    }

    private static NodeDefinition After(LabDefinition lab, List<NodeDefinition> nodes)
    {
        var last = nodes[^1];
        var stem = TrailingNumber().Replace(last.Name, "");
        return last with
        {
            Name = Enumerable.Range(1, nodes.Count + 1).Select(i => $"{stem}{i}").First(name => nodes.All(node => node.Name != name)),
            Mac = Enumerable.Range(1, nodes.Count + 1).Select(last.Mac.Next).First(mac => nodes.All(node => node.Mac != mac)),
            Address =
                FreeAddress(lab, nodes)
                ?? throw new LabException(
                    $"--nodes: the private subnet {lab.Network.PrivateSubnet} has no free address after {last.Address}. Name the nodes in {LabFile.DefaultName}, or ask for fewer."
                ),
            Launch = InLabsZone(lab, last),
        };
    }

    /// <summary>Its address at home is its address on AWS too, which is one of the lab's own zone.</summary>
    private static OwnLaunchDefinition? InLabsZone(LabDefinition lab, NodeDefinition last) =>
        lab.MachineOf(last).Launch.Zone != lab.Zone ? (last.Launch ?? new()) with { PrivateAddress = null, Zone = lab.Zone }
        : last.Launch is { } launch ? launch with { PrivateAddress = null }
        : null;

    /// <summary>The first address after that of the last node that nobody in the definition has; null where there is none.</summary>
    internal static IPAddress? FreeAddress(LabDefinition lab, IReadOnlyList<NodeDefinition> nodes) =>
        SubnetPlan.FreeAddress(
            lab.Network.PrivateSubnet,
            lab.Dhcp,
            nodes.Select(node => node.Address).Append(lab.Bastion.Address),
            nodes.Count > 0 ? nodes[^1].Address.Plus(1) : SubnetPlan.FirstNodeOf(lab.Network.PrivateSubnet)
        );

    [GeneratedRegex(@"\d+\z")]
    private static partial Regex TrailingNumber();
}
