using Amazon.EC2.Model;

namespace Lab.Deployer.Verification.Exposures;

/// <summary>Ways into and out of the VPC other than those that the lab makes.</summary>
internal sealed class GatewayExposure(VpcScope scope)
{
    private static readonly string[] Ended = ["deleted", "deleting", "detached", "rejected", "failed", "expired"];

    public IEnumerable<ExposureCheck> Checks =>
    [
        Check("ec2:DescribeInternetGateways", "internet gateway", async (next, token) =>
        {
            var answer = await scope.Aws.Ec2.DescribeInternetGatewaysAsync(new DescribeInternetGatewaysRequest { Filters = scope.Inside("attachment.vpc-id"), NextToken = next }, token);
            return (answer.InternetGateways, answer.NextToken);
        }, gateway => (gateway.InternetGatewayId, gateway.Attachments?.FirstOrDefault()?.VpcId, null)),
        Check("ec2:DescribeEgressOnlyInternetGateways", "egress-only internet gateway", async (next, token) =>
        {
            var answer = await scope.Aws.Ec2.DescribeEgressOnlyInternetGatewaysAsync(new DescribeEgressOnlyInternetGatewaysRequest { NextToken = next }, token);
            return (answer.EgressOnlyInternetGateways, answer.NextToken);
        }, gateway => (gateway.EgressOnlyInternetGatewayId, gateway.Attachments?.FirstOrDefault()?.VpcId, null)),
        Check("ec2:DescribeNatGateways", "NAT gateway", async (next, token) =>
        {
            var answer = await scope.Aws.Ec2.DescribeNatGatewaysAsync(new DescribeNatGatewaysRequest { Filter = scope.Inside(), NextToken = next }, token);
            return (answer.NatGateways, answer.NextToken);
        }, gateway => (gateway.NatGatewayId, gateway.VpcId, gateway.State)),
        Check("ec2:DescribeTransitGatewayVpcAttachments", "transit gateway", async (next, token) =>
        {
            var answer = await scope.Aws.Ec2.DescribeTransitGatewayVpcAttachmentsAsync(new DescribeTransitGatewayVpcAttachmentsRequest { Filters = scope.Inside(), NextToken = next }, token);
            return (answer.TransitGatewayVpcAttachments, answer.NextToken);
        }, attachment => ($"{attachment.TransitGatewayAttachmentId} {attachment.TransitGatewayId}", attachment.VpcId, attachment.State)),
        Check("ec2:DescribeVpnGateways", "VPN gateway", async (_, token) =>
        {
            var answer = await scope.Aws.Ec2.DescribeVpnGatewaysAsync(new DescribeVpnGatewaysRequest { Filters = scope.Inside("attachment.vpc-id") }, token);
            return (answer.VpnGateways, (string?)null);
        }, gateway => (gateway.VpnGatewayId, gateway.VpcAttachments?.Where(attachment => attachment.VpcId == scope.Vpc && !Ended.Contains(attachment.State?.Value)).Select(attachment => attachment.VpcId).FirstOrDefault(), gateway.State)),
        Check("ec2:DescribeCarrierGateways", "carrier gateway", async (next, token) =>
        {
            var answer = await scope.Aws.Ec2.DescribeCarrierGatewaysAsync(new DescribeCarrierGatewaysRequest { Filters = scope.Inside(), NextToken = next }, token);
            return (answer.CarrierGateways, answer.NextToken);
        }, gateway => (gateway.CarrierGatewayId, gateway.VpcId, gateway.State)),
        Check("ec2:DescribeVpcPeeringConnections", "peering connection", async (next, token) =>
        {
            var answer = await scope.Aws.Ec2.DescribeVpcPeeringConnectionsAsync(new DescribeVpcPeeringConnectionsRequest { NextToken = next }, token);
            return (answer.VpcPeeringConnections, answer.NextToken);
        }, peering => (peering.VpcPeeringConnectionId, new[] { peering.RequesterVpcInfo?.VpcId, peering.AccepterVpcInfo?.VpcId }.FirstOrDefault(vpc => vpc == scope.Vpc), peering.Status?.Code?.Value)),
    ];

    private ExposureCheck Check<T>(string call, string kind, Func<string?, CancellationToken, Task<(List<T>?, string?)>> page, Func<T, (string Id, string? Vpc, string? State)> read) =>
        new(call, $"{kind}s", async token =>
            (await Pages.AllAsync(next => page(next, token))).Select(read).Where(way => way.Vpc == scope.Vpc && !Ended.Contains(way.State) && !IsOwn(way.Id))
                .Select(way => new Exposed(way.Id, $"{kind} that the lab does not have in its definition")));

    private bool IsOwn(string id) => id == scope.Find<Resources.InternetGateway>() || id == scope.Find<Resources.NatGateway>();
}
