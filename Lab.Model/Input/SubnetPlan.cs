using System.Net;
using Lab.Model.Definition;
using Lab.Model.Network;

namespace Lab.Model.Input;

/// <summary>Where what the lab brings stands in a subnet, beside machines that are there already. A /24 gets the places of the defaults.</summary>
internal sealed record SubnetPlan(IPNetwork Vpc, IPNetwork PublicSubnet, IPAddress Bastion, IPAddress DhcpFirst, IPAddress DhcpLast, IPAddress FirstNode)
{
    /// <summary>More of a subnet is not looked at.</summary>
    private const int Places = 256;

    /// <summary>The /24 that holds all nodes, or the smallest larger network that does; null where no address is known.</summary>
    public static IPNetwork? Around(IReadOnlyList<InventoryNode> nodes)
    {
        var addresses = nodes.Select(node => node.Address).OfType<IPAddress>().ToList();
        return addresses.Count == 0
            ? null
            : Enumerable.Range(0, 25).Select(wider => addresses[0].NetworkOf(24 - wider)).First(network => addresses.All(network.Contains));
    }

    /// <summary>Where the first node stands: routers like the places before it.</summary>
    public static IPAddress FirstNodeOf(IPNetwork subnet) => subnet.BaseAddress.Plus(Math.Max(NetworkDesign.KeptAddresses, SizeOf(subnet) * 11 / Places));

    /// <summary>The first address of a subnet, from one on, that nobody has and DHCP leases to nobody; null where there is none.</summary>
    public static IPAddress? FreeAddress(IPNetwork subnet, DhcpDefinition dhcp, IEnumerable<IPAddress> taken, IPAddress from)
    {
        var others = taken.ToHashSet();
        for (var address = from; subnet.HasHost(address); address = address.Plus(1))
        {
            if (!dhcp.Leases(address) && !others.Contains(address))
            {
                return address;
            }
        }

        return null;
    }

    private static int SizeOf(IPNetwork subnet) => Math.Min(Places, 1 << Math.Min(30, 32 - subnet.PrefixLength));

    /// <summary>Finds the places.</summary>
    /// <param name="subnet">The private subnet.</param>
    /// <param name="taken">Addresses of machines that are there already.</param>
    /// <exception cref="LabException">The subnet is no /17 to /28, or has no room beside the machines.</exception>
    public static SubnetPlan For(IPNetwork subnet, IReadOnlyCollection<IPAddress> taken)
    {
        if (subnet.PrefixLength is < 17 or > 28)
        {
            throw new LabException($"The subnet {subnet} is a /{subnet.PrefixLength}; a lab's is a /17 to /28. Name another one.");
        }

        var size = SizeOf(subnet);
        var (run, usual) = (size * 60 / Places, size * 140 / Places);
        var starts = Enumerable.Range(NetworkDesign.KeptAddresses + 1, size).OrderBy(start => Math.Abs(start - usual));
        var start = starts.FirstOrDefault(start => start + run < size && Enumerable.Range(start, run).All(IsFree));
        if (start == 0)
        {
            throw new LabException($"The subnet {subnet} has no {run} addresses in a row for bastion and DHCP beside the nodes. Name a larger one.");
        }

        var vpc = subnet.BaseAddress.NetworkOf(16);
        var publicSubnet = Enumerable
            .Range(1, 255)
            .Select(i => new IPNetwork(vpc.BaseAddress.Plus(i * 256), 24))
            .First(network => !subnet.Contains(network) && !network.Contains(subnet));
        return new SubnetPlan(
            vpc,
            publicSubnet,
            subnet.BaseAddress.Plus(start),
            subnet.BaseAddress.Plus(start + Math.Max(1, run / 6)),
            subnet.BaseAddress.Plus(start + run - 1),
            FirstNodeOf(subnet)
        );

        bool IsFree(int place) => !taken.Contains(subnet.BaseAddress.Plus(place));
    }
}
