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
        var open = await SubnetAsync(existing.PublicSubnet, lab.Network.PublicSubnet, 0);
        await SubnetAsync(existing.PrivateSubnet, lab.Network.PrivateSubnet, 1);
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
        async Task<string> SubnetAsync(string name, IPNetwork range, byte number)
        {
            var subnet = await ec2.CreateSubnetAsync(
                new CreateSubnetRequest
                {
                    VpcId = vpc.VpcId,
                    CidrBlock = range.ToString(),
                    Ipv6CidrBlock = Subnet.Ipv6Of(block, number),
                    AvailabilityZone = lab.Zone,
                    TagSpecifications = Named(name, ResourceType.Subnet),
                },
                cancellationToken
            );
            var table = await ec2.CreateRouteTableAsync(new CreateRouteTableRequest { VpcId = vpc.VpcId }, cancellationToken);
            await ec2.AssociateRouteTableAsync(
                new AssociateRouteTableRequest { RouteTableId = table.RouteTable.RouteTableId, SubnetId = subnet.Subnet.SubnetId },
                cancellationToken
            );
            return table.RouteTable.RouteTableId;
        }
    }

    private static List<TagSpecification> Named(string name, ResourceType type) => [new() { ResourceType = type, Tags = [new(Tags.ConsoleName, name)] }];
}
