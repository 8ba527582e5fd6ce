using System.Net;
using Lab.Model.Definition;
using Lab.Model.Pricing;

namespace Lab.Model.Input;

/// <summary>What somebody who begins a lab knows of it. The rest follows from it, or is a default.</summary>
public sealed record LabDraft
{
    /// <summary>Name of the lab; null for the default.</summary>
    public string? Name { get; init; }

    /// <summary>How many nodes; further ones follow in the way of the last of <see cref="Known"/>.</summary>
    public int Nodes { get; init; } = 1;

    /// <summary>Nodes that are there already.</summary>
    public IReadOnlyList<InventoryNode> Known { get; init; } = [];

    /// <summary>The container image with Talos that nodes boot on AWS; null for the default.</summary>
    public string? Image { get; init; }

    /// <summary>The network of the lab: a /17 to /28. Null for that of the known nodes, or the default.</summary>
    public IPNetwork? Subnet { get; init; }

    /// <summary>Rehearse the cloud instead of a home network.</summary>
    public bool IsCloud { get; init; }

    /// <summary>The complete definition, which passes <c>check</c>.</summary>
    /// <exception cref="LabException">The nodes do not fit into the subnet, or a value is not allowed.</exception>
    public LabDefinition ToDefinition()
    {
        var usual = new LabDefinition();
        var subnet = Subnet ?? SubnetPlan.Around(Known) ?? usual.Network.PrivateSubnet;
        var plan = SubnetPlan.For(subnet, [.. Known.Select(node => node.Address).OfType<IPAddress>()]);
        var lab = usual with
        {
            Name = Name ?? usual.Name,
            Network = usual.Network with
            {
                As = IsCloud ? RehearsedNetwork.Vpc : RehearsedNetwork.Lan,
                Vpc = plan.Vpc,
                PublicSubnet = plan.PublicSubnet,
                PrivateSubnet = subnet,
                Egress = Egress.Bastion,
                InterNodeEgress = Math.Max(Nodes, Known.Count) > 1,
            },
            Bastion = usual.Bastion with { Address = plan.Bastion },
            Dhcp = usual.Dhcp with { First = plan.DhcpFirst, Last = plan.DhcpLast },
            Boot = usual.Boot with { Image = Image ?? usual.Boot.Image },
            Nodes = [NodeDefinition.First with { Address = plan.FirstNode }],
        };
        lab = (Known.Count == 0 ? lab : lab with { Nodes = Complete(lab, plan) }).WithNodes(Math.Max(Nodes, Known.Count));

        // Without what is free for a time: the file is to pass next year too.
        var budget = decimal.Ceiling(Estimate.For(lab, DateOnly.MaxValue).TotalUsd);
        return lab with { Budget = lab.Budget with { MonthlyUsd = budget, AlertUsd = budget * 0.8m } };
    }

    /// <summary>The known nodes, with MACs and addresses for those that have none.</summary>
    private List<NodeDefinition> Complete(LabDefinition lab, SubnetPlan plan)
    {
        var nodes = new List<NodeDefinition>();
        var hasRoles = Known.Any(node => node.IsController);
        var (mac, address) = (NodeDefinition.First.Mac, plan.FirstNode);
        foreach (var known in Known)
        {
            while (Known.Any(other => other.Mac == mac) || nodes.Any(other => other.Mac == mac))
            {
                mac = mac.Next();
            }

            while (
                lab.Dhcp.Leases(address)
                || address.Equals(lab.Bastion.Address)
                || Known.Any(other => address.Equals(other.Address))
                || nodes.Any(other => address.Equals(other.Address))
            )
            {
                address = address.Plus(1);
            }

            nodes.Add(
                new NodeDefinition
                {
                    Name = known.Name,
                    Mac = known.Mac ?? mac,
                    Address = known.Address ?? address,
                    Role = hasRoles && !known.IsController ? NodeMachine.Worker : NodeMachine.ControlPlane,
                }
            );
        }

        return nodes;
    }
}
