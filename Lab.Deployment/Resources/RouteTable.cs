using Amazon.EC2;
using Amazon.EC2.Model;
using Lab.Deployment.Aws;
using Lab.Model.Definition;
using Ec2Table = Amazon.EC2.Model.RouteTable;

namespace Lab.Deployment.Resources;

/// <summary>The route table of a subnet, or of all private ones.</summary>
/// <param name="lab">The lab.</param>
/// <param name="vpc">Its VPC.</param>
/// <param name="name"><c>public</c> or <c>private</c>.</param>
/// <param name="subnets">The subnets that use it, and those that are to go.</param>
/// <param name="routes">Where to, by destination, beside the VPC's own range.</param>
internal sealed class RouteTable(LabDefinition lab, Vpc vpc, string name, IReadOnlyList<Subnet> subnets, IReadOnlyDictionary<string, Resource> routes)
    : Resource($"routes/{name}", "route table", [vpc, .. subnets, .. routes.Values.Distinct()])
{
    /// <summary>What the name of a field that holds a route begins with.</summary>
    public const string Route = "route ";

    private const string UsedBy = "used by";

    public override IReadOnlyCollection<string> Immutable => ["vpc"];

    /// <summary>A subnet comes to the table and goes; others use it on.</summary>
    public override bool IsMadeAnewWith(Resource need) => need is not Subnet || subnets.Count == 1;

    public override async Task<Found?> FindAsync(AwsClients aws, CancellationToken cancellationToken)
    {
        var table = await Tagging.FindAsync<Ec2Table>(
            aws,
            lab,
            Id,
            found => found.Tags,
            found => found.RouteTableId,
            filters => aws.Ec2.Paginators.DescribeRouteTables(new DescribeRouteTablesRequest { Filters = filters }).RouteTables,
            cancellationToken
        );
        if (table is null)
        {
            return null;
        }

        var fields = new Fields { ["vpc"] = table.VpcId };
        foreach (var route in (table.Routes ?? []).Where(route => route.GatewayId != "local"))
        {
            fields[Route + DestinationOf(route)] = TargetOf(route);
        }

        var associations = (table.Associations ?? [])
            .Where(association => association.SubnetId is not null)
            .OrderBy(association => association.SubnetId, StringComparer.Ordinal)
            .ToList();
        if (associations.Count > 0)
        {
            fields[UsedBy] = string.Join(' ', associations.Select(association => association.SubnetId));
        }

        fields.AddName(table.Tags);
        return new Found(table.RouteTableId, fields)
        {
            Handles = associations.ToDictionary(association => association.SubnetId, association => association.RouteTableAssociationId),
        };
    }

    public override Fields Desired(World world)
    {
        var fields = new Fields
        {
            ["vpc"] = world.Ref(vpc),
            [UsedBy] = string.Join(' ', Users(world).Order(StringComparer.Ordinal)),
            [Tagging.NameField] = Tagging.ConsoleName(lab, Id),
        };
        foreach (var (destination, target) in routes)
        {
            fields[Route + destination] = world.Ref(target);
        }

        return fields;
    }

    public override Task CreateAsync(AwsClients aws, World world, CancellationToken cancellationToken) =>
        aws.Ec2Writes.CreateRouteTableAsync(
            new CreateRouteTableRequest { VpcId = world.Ref(vpc), TagSpecifications = Tagging.Specify(lab, Id, ResourceType.RouteTable) },
            cancellationToken
        );

    public override async Task UpdateAsync(AwsClients aws, World world, Found found, IReadOnlyList<FieldChange> changes, CancellationToken cancellationToken)
    {
        foreach (var change in changes.Where(change => change.Name.StartsWith(Route, StringComparison.Ordinal)))
        {
            await ChangeRouteAsync(aws, found.Id, change, cancellationToken);
        }

        if (changes.Any(change => change.Name == UsedBy))
        {
            foreach (var (_, association) in found.Handles.Where(handle => !Users(world).Contains(handle.Key)))
            {
                await aws.Ec2Writes.DisassociateRouteTableAsync(new DisassociateRouteTableRequest { AssociationId = association }, cancellationToken);
            }

            foreach (var subnet in Users(world).Where(subnet => !found.Handles.ContainsKey(subnet)))
            {
                await AssociateAsync(aws, subnet, found.Id, cancellationToken);
            }
        }

        await Tagging.UpdateNameAsync(aws, lab, this, found, changes, cancellationToken);
    }

    public override async Task DeleteAsync(AwsClients aws, Found found, CancellationToken cancellationToken)
    {
        foreach (var association in found.Handles.Values)
        {
            await aws.Ec2Writes.DisassociateRouteTableAsync(new DisassociateRouteTableRequest { AssociationId = association }, cancellationToken);
        }

        await aws.Ec2Writes.DeleteRouteTableAsync(new DeleteRouteTableRequest { RouteTableId = found.Id }, cancellationToken);
    }

    /// <summary>What a subnet's uses of route tables are called.</summary>
    public static async Task<IReadOnlyList<string>> AssociationsAsync(AwsClients aws, string subnet, CancellationToken cancellationToken)
    {
        var tables = await aws
            .Ec2.Paginators.DescribeRouteTables(new DescribeRouteTablesRequest { Filters = [new("association.subnet-id", [subnet])] })
            .RouteTables.ToListAsync(cancellationToken);
        return
        [
            .. tables
                .SelectMany(table => table.Associations ?? [])
                .Where(association => association.SubnetId == subnet)
                .Select(association => association.RouteTableAssociationId),
        ];
    }

    /// <summary>A subnet uses one table: another one's association is replaced.</summary>
    private static async Task AssociateAsync(AwsClients aws, string subnet, string table, CancellationToken cancellationToken)
    {
        var present = (await AssociationsAsync(aws, subnet, cancellationToken)).FirstOrDefault();
        await (
            present is null
                ? (Task)aws.Ec2Writes.AssociateRouteTableAsync(new AssociateRouteTableRequest { RouteTableId = table, SubnetId = subnet }, cancellationToken)
                : aws.Ec2Writes.ReplaceRouteTableAssociationAsync(
                    new ReplaceRouteTableAssociationRequest { RouteTableId = table, AssociationId = present },
                    cancellationToken
                )
        );
    }

    private IEnumerable<string> Users(World world) => subnets.Where(subnet => subnet.IsWanted).Select(world.Ref);

    /// <summary>Where a route is for: an IPv4 or IPv6 network, or a prefix list.</summary>
    public static string DestinationOf(Amazon.EC2.Model.Route route) =>
        route.DestinationCidrBlock ?? route.DestinationIpv6CidrBlock ?? route.DestinationPrefixListId ?? "";

    /// <summary>Makes, changes or removes a route.</summary>
    public static Task ChangeRouteAsync(AwsClients aws, string table, FieldChange change, CancellationToken cancellationToken)
    {
        var destination = change.Name[Route.Length..];
        var (ipv4, ipv6, list) =
            destination.StartsWith("pl-", StringComparison.Ordinal) ? (null, null, destination)
            : destination.Contains(':') ? (null, destination, null)
            : ((string?)destination, (string?)null, (string?)null);
        var (gateway, nat, networkInterface) = Split(change.After);
        return (change.Before, change.After) switch
        {
            (_, null) => aws.Ec2Writes.DeleteRouteAsync(
                new DeleteRouteRequest
                {
                    RouteTableId = table,
                    DestinationCidrBlock = ipv4,
                    DestinationIpv6CidrBlock = ipv6,
                    DestinationPrefixListId = list,
                },
                cancellationToken
            ),
            (null, _) => aws.Ec2Writes.CreateRouteAsync(
                new CreateRouteRequest
                {
                    RouteTableId = table,
                    DestinationCidrBlock = ipv4,
                    DestinationIpv6CidrBlock = ipv6,
                    GatewayId = gateway,
                    NatGatewayId = nat,
                    NetworkInterfaceId = networkInterface,
                },
                cancellationToken
            ),
            _ => aws.Ec2Writes.ReplaceRouteAsync(
                new ReplaceRouteRequest
                {
                    RouteTableId = table,
                    DestinationCidrBlock = ipv4,
                    DestinationIpv6CidrBlock = ipv6,
                    GatewayId = gateway,
                    NatGatewayId = nat,
                    NetworkInterfaceId = networkInterface,
                },
                cancellationToken
            ),
        };
    }

    private static (string? Gateway, string? Nat, string? Interface) Split(string? target) =>
        target switch
        {
            null => default,
            _ when target.StartsWith("nat-", StringComparison.Ordinal) => (null, target, null),
            _ when target.StartsWith("eni-", StringComparison.Ordinal) => (null, null, target),
            _ => (target, null, null),
        };

    /// <summary>AWS's identifier of where a route leads.</summary>
    public static string TargetOf(Amazon.EC2.Model.Route route) =>
        route.NatGatewayId
        ?? route.NetworkInterfaceId
        ?? route.GatewayId
        ?? route.EgressOnlyInternetGatewayId
        ?? route.TransitGatewayId
        ?? route.VpcPeeringConnectionId
        ?? route.InstanceId
        ?? "unknown";
}
