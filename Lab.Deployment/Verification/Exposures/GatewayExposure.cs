using Amazon.EC2.Model;

namespace Lab.Deployment.Verification.Exposures;

/// <summary>Ways into and out of the VPC other than those that the lab makes.</summary>
internal sealed class GatewayExposure(VpcScope scope)
{
    private static readonly string[] Ended = ["deleted", "deleting", "detached", "rejected", "failed", "expired"];

    public IEnumerable<ExposureCheck> Checks =>
        [
            Check(
                "ec2:DescribeInternetGateways",
                "internet gateway",
                token =>
                    scope
                        .Aws.Ec2.Paginators.DescribeInternetGateways(new DescribeInternetGatewaysRequest { Filters = scope.Inside("attachment.vpc-id") })
                        .InternetGateways.ToListAsync(token),
                gateway => (gateway.InternetGatewayId, gateway.Attachments?.FirstOrDefault()?.VpcId, null)
            ),
            Check(
                "ec2:DescribeEgressOnlyInternetGateways",
                "egress-only internet gateway",
                token =>
                    scope
                        .Aws.Ec2.Paginators.DescribeEgressOnlyInternetGateways(new DescribeEgressOnlyInternetGatewaysRequest())
                        .EgressOnlyInternetGateways.ToListAsync(token),
                gateway => (gateway.EgressOnlyInternetGatewayId, gateway.Attachments?.FirstOrDefault()?.VpcId, null)
            ),
            Check(
                "ec2:DescribeNatGateways",
                "NAT gateway",
                token =>
                    scope.Aws.Ec2.Paginators.DescribeNatGateways(new DescribeNatGatewaysRequest { Filter = scope.Inside() }).NatGateways.ToListAsync(token),
                gateway => (gateway.NatGatewayId, gateway.VpcId, gateway.State)
            ),
            Check(
                "ec2:DescribeTransitGatewayVpcAttachments",
                "transit gateway",
                token =>
                    scope
                        .Aws.Ec2.Paginators.DescribeTransitGatewayVpcAttachments(new DescribeTransitGatewayVpcAttachmentsRequest { Filters = scope.Inside() })
                        .TransitGatewayVpcAttachments.ToListAsync(token),
                attachment => ($"{attachment.TransitGatewayAttachmentId} {attachment.TransitGatewayId}", attachment.VpcId, attachment.State)
            ),
            Check(
                "ec2:DescribeVpnGateways",
                "VPN gateway",
                // Not given in pages.
                async token =>
                    (
                        await scope.Aws.Ec2.DescribeVpnGatewaysAsync(new DescribeVpnGatewaysRequest { Filters = scope.Inside("attachment.vpc-id") }, token)
                    ).VpnGateways
                    ?? [],
                gateway =>
                    (
                        gateway.VpnGatewayId,
                        gateway
                            .VpcAttachments?.Where(attachment => attachment.VpcId == scope.Vpc && !Ended.Contains(attachment.State?.Value))
                            .Select(attachment => attachment.VpcId)
                            .FirstOrDefault(),
                        gateway.State
                    )
            ),
            Check(
                "ec2:DescribeCarrierGateways",
                "carrier gateway",
                token =>
                    scope
                        .Aws.Ec2.Paginators.DescribeCarrierGateways(new DescribeCarrierGatewaysRequest { Filters = scope.Inside() })
                        .CarrierGateways.ToListAsync(token),
                gateway => (gateway.CarrierGatewayId, gateway.VpcId, gateway.State)
            ),
            Check(
                "ec2:DescribeVpcPeeringConnections",
                "peering connection",
                token =>
                    scope.Aws.Ec2.Paginators.DescribeVpcPeeringConnections(new DescribeVpcPeeringConnectionsRequest()).VpcPeeringConnections.ToListAsync(token),
                peering =>
                    (
                        peering.VpcPeeringConnectionId,
                        new[] { peering.RequesterVpcInfo?.VpcId, peering.AccepterVpcInfo?.VpcId }.FirstOrDefault(vpc => vpc == scope.Vpc),
                        peering.Status?.Code?.Value
                    )
            ),
        ];

    private ExposureCheck Check<T>(
        string call,
        string kind,
        Func<CancellationToken, ValueTask<List<T>>> all,
        Func<T, (string Id, string? Vpc, string? State)> read
    ) =>
        new(
            call,
            $"{kind}s",
            async token =>
                (await all(token))
                    .Select(read)
                    .Where(way => way.Vpc == scope.Vpc && !Ended.Contains(way.State) && !IsOwn(way.Id))
                    .Select(way => new Exposed(way.Id, $"{kind} that the lab does not have in its definition"))
        );

    private bool IsOwn(string id) => id == scope.Find<Resources.InternetGateway>() || id == scope.Find<Resources.NatGateway>();
}
