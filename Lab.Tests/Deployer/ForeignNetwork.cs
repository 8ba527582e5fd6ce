using System.Net;
using System.Text.Json;
using Amazon.EC2.Model;
using Lab.Deployment.Aws;
using Lab.Deployment.Resources;
using Lab.Model.Definition;

namespace Lab.Tests.Deployer;

/// <summary>A VPC as an account has it before the lab: two subnets with tables of their own, a gateway, and somebody's group in it.</summary>
/// <param name="Vpc">The VPC, whose name is <c>home</c>.</param>
/// <param name="Public">The public subnet.</param>
/// <param name="Private">The private subnet.</param>
/// <param name="PrivateTable">The private subnet's route table.</param>
/// <param name="Gateway">The internet gateway.</param>
internal sealed record ForeignNetwork(string Vpc, string Public, string Private, string PrivateTable, string Gateway)
{
    private static readonly JsonSerializerOptions Plain = new() { WriteIndented = false };

    /// <summary>A lab that lives in it, with its subnets by id and its VPC by name.</summary>
    public LabDefinition Lab(Egress egress, bool create)
    {
        var lab = Runs.Lab(egress, create);
        return lab with
        {
            Network = lab.Network with
            {
                Vpc = IPNetwork.Parse("10.10.0.0/16"),
                PublicSubnet = IPNetwork.Parse("10.10.0.0/24"),
                PrivateSubnet = IPNetwork.Parse("10.10.13.0/24"),
                Existing = new()
                {
                    Vpc = "home",
                    PublicSubnet = Public,
                    PrivateSubnet = Private,
                },
            },
            Bastion = lab.Bastion with { Address = IPAddress.Parse("10.10.13.140") },
            Nodes = [],
        };
    }

    public static async Task<ForeignNetwork> CreateAsync(AwsClients aws, CancellationToken cancellationToken, bool ownTable = true)
    {
        var lab = new ForeignNetwork("", "home-public", "home-private", "", "").Lab(Egress.None, create: true);
        await EmulatedNetwork.CreateAsync(aws, lab, cancellationToken);
        var made = (await ExistingNetwork.ReadAsync(aws, lab, cancellationToken))!;
        var (vpc, table) = (made.Vpc.VpcId, made.PrivateTable!);
        await aws.Ec2Writes.CreateTagsAsync(new() { Resources = [vpc], Tags = [new("owner", "somebody")] }, cancellationToken);
        await aws.Ec2Writes.CreateSecurityGroupAsync(
            new()
            {
                GroupName = "web",
                Description = "web",
                VpcId = vpc,
            },
            cancellationToken
        );
        if (!ownTable)
        {
            await aws.Ec2Writes.DisassociateRouteTableAsync(new() { AssociationId = table.Associations.Single().RouteTableAssociationId }, cancellationToken);
        }

        return new ForeignNetwork(vpc, made.Public.SubnetId, made.Private.SubnetId, table.RouteTableId, made.Gateway!);
    }

    /// <summary>Everything of the network that a lab could change, with tags, routes and associations.</summary>
    public async Task<IReadOnlyList<string>> StateAsync(AwsClients aws, CancellationToken cancellationToken)
    {
        List<Filter> inside = [new("vpc-id", [Vpc])];
        object[] all =
        [
            .. (await aws.Ec2.DescribeVpcsAsync(new DescribeVpcsRequest { VpcIds = [Vpc] }, cancellationToken)).Vpcs,
            .. (await aws.Ec2.DescribeSubnetsAsync(new DescribeSubnetsRequest { Filters = inside }, cancellationToken)).Subnets.OrderBy(subnet =>
                subnet.SubnetId
            ),
            .. (await aws.Ec2.DescribeRouteTablesAsync(new DescribeRouteTablesRequest { Filters = inside }, cancellationToken)).RouteTables.OrderBy(table =>
                table.RouteTableId
            ),
            .. (
                await aws.Ec2.DescribeInternetGatewaysAsync(new DescribeInternetGatewaysRequest { InternetGatewayIds = [Gateway] }, cancellationToken)
            ).InternetGateways,
            .. (await aws.Ec2.DescribeSecurityGroupsAsync(new DescribeSecurityGroupsRequest { Filters = inside }, cancellationToken)).SecurityGroups.OrderBy(
                group => group.GroupId
            ),
        ];
        return [.. all.Select(one => JsonSerializer.Serialize(one, one.GetType(), Plain))];
    }
}
