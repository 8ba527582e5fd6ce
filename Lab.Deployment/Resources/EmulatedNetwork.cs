using System.Net;
using Amazon.EC2;
using Amazon.EC2.Model;
using Lab.Deployment.Aws;
using Lab.Model.Definition;
using Lab.Model.Network;
using Lab.Model.Rendering;

namespace Lab.Deployment.Resources;

/// <summary>The network of <c>network.existing</c> on an emulator, which has none: as an account has it before the lab comes.</summary>
internal static class EmulatedNetwork
{
    /// <summary>Makes it where it is not there.</summary>
    public static async Task CreateAsync(AwsClients aws, LabDefinition lab, CancellationToken cancellationToken)
    {
        if (lab.Network.Existing is not { } existing || await ExistingNetwork.TryReadAsync(aws, lab, cancellationToken) is not null)
        {
            return;
        }

        var ec2 = aws.Ec2Writes;
        var vpc = (
            await ec2.CreateVpcAsync(
                new CreateVpcRequest
                {
                    CidrBlock = lab.Network.Vpc.ToString(),
                    AmazonProvidedIpv6CidrBlock = true,
                    TagSpecifications = Named(existing.Vpc, ResourceType.Vpc),
                },
                cancellationToken
            )
        ).Vpc;
        var block = IPNetwork.Parse(vpc.Ipv6CidrBlockAssociationSet[0].Ipv6CidrBlock);
        var gateway = (await ec2.CreateInternetGatewayAsync(new CreateInternetGatewayRequest(), cancellationToken)).InternetGateway.InternetGatewayId;
        await ec2.AttachInternetGatewayAsync(new AttachInternetGatewayRequest { InternetGatewayId = gateway, VpcId = vpc.VpcId }, cancellationToken);
        var open = await SubnetAsync(existing.PublicSubnet, SubnetPlace.Public(lab));
        var inner = await SubnetAsync(existing.PrivateSubnet, SubnetPlace.Private(lab));
        foreach (var zone in lab.Network.Zones)
        {
            await SubnetAsync(zone.Existing ?? "", SubnetPlace.In(zone.Zone, zone.PrivateSubnet), inner);
        }

        await ec2.CreateRouteAsync(
            new CreateRouteRequest
            {
                RouteTableId = open,
                DestinationCidrBlock = NetworkDesign.AllIpv4,
                GatewayId = gateway,
            },
            cancellationToken
        );

        // With a route table of its own, which is the answer.
        async Task<string> SubnetAsync(string name, SubnetPlace place, string? table = null)
        {
            var subnet = await ec2.CreateSubnetAsync(
                new CreateSubnetRequest
                {
                    VpcId = vpc.VpcId,
                    CidrBlock = place.Range.ToString(),
                    Ipv6CidrBlock = Subnet.Ipv6Of(block, place.Number),
                    AvailabilityZone = place.Zone,
                    TagSpecifications = Named(name, ResourceType.Subnet),
                },
                cancellationToken
            );
            table ??= (await ec2.CreateRouteTableAsync(new CreateRouteTableRequest { VpcId = vpc.VpcId }, cancellationToken)).RouteTable.RouteTableId;
            await ec2.AssociateRouteTableAsync(new AssociateRouteTableRequest { RouteTableId = table, SubnetId = subnet.Subnet.SubnetId }, cancellationToken);
            return table;
        }
    }

    private static List<TagSpecification> Named(string name, ResourceType type) => [new() { ResourceType = type, Tags = [new(Tags.ConsoleName, name)] }];
}
