using Amazon.EC2;
using Amazon.EC2.Model;
using Lab.Deployment.Aws.Protocols;

namespace Lab.Tests.Deployer;

/// <summary>Ways to open a lab: each makes something with the AWS SDK, and says what must be found of it.</summary>
internal static class Openings
{
    private const string Bastion = "group/bastion-sg";
    private const string Nodes = "group/talos-nodes-sg";

    public static IReadOnlyDictionary<string, Func<AuditedLab, Task<(string What, string Why)>>> All { get; } =
        new Dictionary<string, Func<AuditedLab, Task<(string What, string Why)>>>
        {
            ["rule for an IPv4 range"] = lab =>
                RuleAsync(
                    lab,
                    new()
                    {
                        IpProtocol = "tcp",
                        FromPort = 22,
                        ToPort = 22,
                        Ipv4Ranges = [new() { CidrIp = "0.0.0.0/0" }],
                    },
                    "tcp 22 from 0.0.0.0/0"
                ),
            ["rule for an IPv6 range"] = lab => RuleAsync(lab, new() { IpProtocol = "-1", Ipv6Ranges = [new() { CidrIpv6 = "::/0" }] }, "all from ::/0"),
            ["rule for a range that begins inside"] = lab =>
                RuleAsync(
                    lab,
                    new()
                    {
                        IpProtocol = "tcp",
                        FromPort = 23,
                        ToPort = 23,
                        Ipv4Ranges = [new() { CidrIp = "10.0.0.0/8" }],
                    },
                    "tcp 23 from 10.0.0.0/8"
                ),
            ["rule for the operator's address and another protocol"] = lab =>
                RuleAsync(
                    lab,
                    new()
                    {
                        IpProtocol = "udp",
                        FromPort = 22,
                        ToPort = 22,
                        Ipv6Ranges = [new() { CidrIpv6 = "2001:db8::7/128" }],
                    },
                    "udp 22 from 2001:db8::7/128"
                ),
            ["rule for a prefix list"] = async lab =>
            {
                var list = (
                    await lab.Aws.Ec2.CreateManagedPrefixListAsync(
                        new()
                        {
                            PrefixListName = "all",
                            AddressFamily = "IPv4",
                            MaxEntries = 1,
                            Entries = [new() { Cidr = "0.0.0.0/0" }],
                        }
                    )
                ).PrefixList.PrefixListId;
                return await RuleAsync(
                    lab,
                    new()
                    {
                        IpProtocol = "tcp",
                        FromPort = 22,
                        ToPort = 22,
                        PrefixListIds = [new() { Id = list }],
                    },
                    $"tcp 22 from prefix list {list}, which holds 0.0.0.0/0"
                );
            },
            ["rule for a group of another VPC"] = async lab =>
            {
                var group = (
                    await lab.Aws.Ec2.CreateSecurityGroupAsync(
                        new()
                        {
                            GroupName = "other",
                            Description = "other",
                            VpcId = await OtherVpcAsync(lab, "10.98.0.0/16"),
                        }
                    )
                ).GroupId;
                return await RuleAsync(
                    lab,
                    new()
                    {
                        IpProtocol = "tcp",
                        FromPort = 24,
                        ToPort = 24,
                        UserIdGroupPairs = [new() { GroupId = group }],
                    },
                    $"tcp 24 from group {group}"
                );
            },
            ["template with public addresses"] = lab =>
                VersionAsync(lab, "template/node", "gives instances a public address", network => network.AssociatePublicIpAddress = true),
            ["template with IPv6 addresses"] = lab =>
                VersionAsync(lab, "template/node", "gives instances an IPv6 address", network => network.Ipv6AddressCount = 1),
            ["template with carrier addresses"] = lab =>
                VersionAsync(lab, "template/node", "gives instances a carrier address", network => network.AssociateCarrierIpAddress = true),
            ["template with another group"] = lab =>
                VersionAsync(lab, "template/node", "puts instances into security group sg-1", network => network.Groups = ["sg-1"]),
            ["template for the public subnet"] = lab =>
                VersionAsync(lab, "template/bastion", "launches outside the private subnet", network => network.SubnetId = lab["subnet/public"]),
            ["template without a network"] = lab => VersionAsync(lab, "template/bastion", "names no network interface", null),
            ["public address"] = async lab =>
            {
                var network = await InterfaceAsync(lab, new());
                var address = await lab.Aws.Ec2.AllocateAddressAsync(new AllocateAddressRequest { Domain = DomainType.Vpc });
                await lab.Aws.Ec2.AssociateAddressAsync(new() { AllocationId = address.AllocationId, NetworkInterfaceId = network });
                return (network, $"public address {address.PublicIp}");
            },
            ["IPv6 address"] = async lab => (await InterfaceAsync(lab, new() { Ipv6AddressCount = 1 }), "IPv6 address"),
            ["interface with another group"] = async lab =>
            {
                var group = (
                    await lab.Aws.Ec2.CreateSecurityGroupAsync(
                        new()
                        {
                            GroupName = "mine",
                            Description = "mine",
                            VpcId = lab["vpc"],
                        }
                    )
                ).GroupId;
                return (await InterfaceAsync(lab, new() { Groups = [group] }), $"uses security group {group}");
            },
            ["instance in the public subnet"] = async lab =>
            {
                var image = (await lab.Aws.Ec2.DescribeInstancesAsync(new DescribeInstancesRequest { InstanceIds = [lab.Node] }))
                    .Reservations[0]
                    .Instances[0]
                    .ImageId;
                var instance = (
                    await lab.Aws.Ec2.RunInstancesAsync(
                        new()
                        {
                            ImageId = image,
                            MinCount = 1,
                            MaxCount = 1,
                            SubnetId = lab["subnet/public"],
                        }
                    )
                ).Reservation.Instances[0];
                return (instance.InstanceId, "outside the private subnet");
            },
            ["subnet that gives public addresses"] = async lab =>
            {
                await lab.Aws.Ec2.ModifySubnetAttributeAsync(new() { SubnetId = lab["subnet/private"], MapPublicIpOnLaunch = true });
                return (lab["subnet/private"], "gives public IPv4 addresses");
            },
            ["subnet that gives IPv6 addresses"] = async lab =>
            {
                await lab.Aws.Ec2.ModifySubnetAttributeAsync(new() { SubnetId = lab["subnet/private"], AssignIpv6AddressOnCreation = true });
                return (lab["subnet/private"], "gives IPv6 addresses");
            },
            ["shared subnet"] = async lab =>
            {
                await lab.CallAsync(
                    ServiceProtocol.ResourceShares,
                    new ProtocolRequest("CreateResourceShare")
                    {
                        Json =
                            $$"""{"name":"all","allowExternalPrincipals":true,"principals":["210987654321"],"resourceArns":["arn:aws:ec2:eu-west-1:123456789012:subnet/{{lab["subnet/public"]}}"]}""",
                    }
                );
                return (lab["subnet/public"], "is shared with other accounts by resource share all");
            },
            ["egress-only internet gateway"] = async lab =>
                (
                    (await lab.Aws.Ec2.CreateEgressOnlyInternetGatewayAsync(new() { VpcId = lab["vpc"] }))
                        .EgressOnlyInternetGateway
                        .EgressOnlyInternetGatewayId,
                    "egress-only internet gateway"
                ),
            ["NAT gateway"] = async lab =>
                (
                    (await lab.Aws.Ec2.CreateNatGatewayAsync(new() { SubnetId = lab["subnet/private"], ConnectivityType = ConnectivityType.Private }))
                        .NatGateway
                        .NatGatewayId,
                    "NAT gateway"
                ),
            ["transit gateway"] = async lab =>
            {
                var gateway = (await lab.Aws.Ec2.CreateTransitGatewayAsync(new())).TransitGateway.TransitGatewayId;
                await lab.Aws.Ec2.CreateTransitGatewayVpcAttachmentAsync(
                    new()
                    {
                        TransitGatewayId = gateway,
                        VpcId = lab["vpc"],
                        SubnetIds = [lab["subnet/private"]],
                    }
                );
                return (gateway, "transit gateway");
            },
            ["VPN gateway"] = async lab =>
            {
                var gateway = (await lab.Aws.Ec2.CreateVpnGatewayAsync(new() { Type = GatewayType.Ipsec1 })).VpnGateway.VpnGatewayId;
                await lab.Aws.Ec2.AttachVpnGatewayAsync(new() { VpnGatewayId = gateway, VpcId = lab["vpc"] });
                return (gateway, "VPN gateway");
            },
            ["carrier gateway"] = async lab =>
                ((await lab.Aws.Ec2.CreateCarrierGatewayAsync(new() { VpcId = lab["vpc"] })).CarrierGateway.CarrierGatewayId, "carrier gateway"),
            ["peering connection"] = async lab =>
                (
                    (await lab.Aws.Ec2.CreateVpcPeeringConnectionAsync(new() { VpcId = lab["vpc"], PeerVpcId = await OtherVpcAsync(lab, "10.97.0.0/16") }))
                        .VpcPeeringConnection
                        .VpcPeeringConnectionId,
                    "peering connection"
                ),
            ["gateway endpoint"] = async lab => (await EndpointAsync(lab, VpcEndpointType.Gateway), "Gateway endpoint of com.amazonaws.eu-west-1.s3"),
            ["interface endpoint"] = async lab => (await EndpointAsync(lab, VpcEndpointType.Interface), "Interface endpoint of com.amazonaws.eu-west-1.s3"),
            ["load balancer"] = async lab =>
            {
                await BalancerAsync(lab, "front", "application");
                return ("front", "load balancer in the lab's VPC (internet-facing)");
            },
            ["classic load balancer"] = async lab =>
            {
                await lab.CallAsync(
                    ServiceProtocol.ClassicLoadBalancers,
                    new ProtocolRequest("CreateLoadBalancer")
                        .With("LoadBalancerName", "old")
                        .With("Subnets.member.1", lab["subnet/public"])
                        .With("Listeners.member.1.Protocol", "HTTP")
                        .With("Listeners.member.1.LoadBalancerPort", "80")
                        .With("Listeners.member.1.InstancePort", "80")
                );
                return ("old", "load balancer in the lab's VPC (internet-facing)");
            },
            ["endpoint service"] = async lab =>
            {
                var service = (
                    await lab.Aws.Ec2.CreateVpcEndpointServiceConfigurationAsync(
                        new() { NetworkLoadBalancerArns = [await BalancerAsync(lab, "offer", "network")] }
                    )
                )
                    .ServiceConfiguration
                    .ServiceId;
                return (service, "to other accounts");
            },
            ["public image"] = async lab =>
            {
                var image = (await lab.Aws.Ec2.CreateImageAsync(new() { InstanceId = lab.Node, Name = "public" })).ImageId;
                await lab.Aws.Ec2.ModifyImageAttributeAsync(
                    new()
                    {
                        ImageId = image,
                        LaunchPermission = new() { Add = [new() { Group = "all" }] },
                    }
                );
                return (image, "image of the lab that is shared with everybody");
            },
            ["shared image"] = async lab =>
            {
                var image = (await lab.Aws.Ec2.CreateImageAsync(new() { InstanceId = lab.Node, Name = "shared" })).ImageId;
                await lab.Aws.Ec2.ModifyImageAttributeAsync(
                    new()
                    {
                        ImageId = image,
                        LaunchPermission = new() { Add = [new() { UserId = "210987654321" }] },
                    }
                );
                return (image, "image of the lab that is shared with 210987654321");
            },
            ["public snapshot"] = async lab => (await SnapshotAsync(lab, new() { GroupNames = ["all"] }), "snapshot of the lab that is shared with everybody"),
            ["shared snapshot"] = async lab =>
                (await SnapshotAsync(lab, new() { UserIds = ["210987654321"] }), "snapshot of the lab that is shared with 210987654321"),
        };

    public static TheoryData<string> Names() => [.. All.Keys];

    private static async Task<(string, string)> RuleAsync(AuditedLab lab, IpPermission permission, string why)
    {
        await lab.Aws.Ec2.AuthorizeSecurityGroupIngressAsync(new() { GroupId = lab[Bastion], IpPermissions = [permission] });
        return (lab[Bastion], why);
    }

    /// <summary>Adds a version to a template, which is neither the default nor in use.</summary>
    private static async Task<(string, string)> VersionAsync(
        AuditedLab lab,
        string template,
        string why,
        Action<LaunchTemplateInstanceNetworkInterfaceSpecificationRequest>? open
    )
    {
        var network = new LaunchTemplateInstanceNetworkInterfaceSpecificationRequest
        {
            DeviceIndex = 0,
            SubnetId = lab["subnet/private"],
            Groups = [lab[template == "template/node" ? Nodes : Bastion]],
        };
        open?.Invoke(network);
        var version = (
            await lab.Aws.Ec2.CreateLaunchTemplateVersionAsync(
                new()
                {
                    LaunchTemplateId = lab[template],
                    LaunchTemplateData = new() { InstanceType = InstanceType.T4gSmall, NetworkInterfaces = open is null ? null : [network] },
                }
            )
        ).LaunchTemplateVersion.VersionNumber;
        return ($"{lab[template]} version {version}", why);
    }

    private static async Task<string> InterfaceAsync(AuditedLab lab, CreateNetworkInterfaceRequest request)
    {
        request.SubnetId = lab["subnet/private"];
        request.Groups ??= [lab[Nodes]];
        return (await lab.Aws.Ec2.CreateNetworkInterfaceAsync(request)).NetworkInterface.NetworkInterfaceId;
    }

    private static async Task<string> OtherVpcAsync(AuditedLab lab, string range) => (await lab.Aws.Ec2.CreateVpcAsync(new() { CidrBlock = range })).Vpc.VpcId;

    private static async Task<string> EndpointAsync(AuditedLab lab, VpcEndpointType type) => (
            await lab.Aws.Ec2.CreateVpcEndpointAsync(
                new()
                {
                    VpcId = lab["vpc"],
                    ServiceName = "com.amazonaws.eu-west-1.s3",
                    VpcEndpointType = type,
                    SubnetIds = type == VpcEndpointType.Interface ? [lab["subnet/private"]] : null,
                }
            )
        ).VpcEndpoint.VpcEndpointId;

    private static async Task<string> BalancerAsync(AuditedLab lab, string name, string type)
    {
        var answer = await lab.CallAsync(
            ServiceProtocol.LoadBalancers,
            new ProtocolRequest("CreateLoadBalancer")
                .With("Name", name)
                .With("Type", type)
                .With("Scheme", "internet-facing")
                .With("Subnets.member.1", lab["subnet/public"])
                .With("Subnets.member.2", lab["subnet/private"])
        );
        return System.Xml.Linq.XElement.Parse(answer).List("LoadBalancers").Single().Text("LoadBalancerArn")!;
    }

    private static async Task<string> SnapshotAsync(AuditedLab lab, ModifySnapshotAttributeRequest share)
    {
        var volume = (await lab.Aws.Ec2.DescribeInstancesAsync(new DescribeInstancesRequest { InstanceIds = [lab.Node] }))
            .Reservations[0]
            .Instances[0]
            .BlockDeviceMappings[0]
            .Ebs
            .VolumeId;
        var snapshot = (await lab.Aws.Ec2.CreateSnapshotAsync(new() { VolumeId = volume, Description = "copy" })).Snapshot.SnapshotId;
        (share.SnapshotId, share.OperationType) = (snapshot, OperationType.Add);
        await lab.Aws.Ec2.ModifySnapshotAttributeAsync(share);
        return snapshot;
    }
}
