using System.Net;
using Amazon.EC2.Model;
using Lab.Emulation.Aws.MotoQuirks;
using Lab.Emulation.Network.Vpc;
using Lab.Model.Definition;

namespace Lab.Emulation.Aws;

/// <summary>EC2's descriptions in the terms of <see cref="VpcState"/>.</summary>
internal static class VpcReading
{
    private const string GroupTag = "aws:autoscaling:groupName";

    /// <summary>The tag that names an instance's launch template.</summary>
    public const string TemplateTag = "aws:ec2launchtemplate:id";

    /// <summary>The tag that names its version.</summary>
    public const string TemplateVersionTag = "aws:ec2launchtemplate:version";

    /// <summary>Tags as a dictionary.</summary>
    public static Dictionary<string, string> TagsOf(List<Tag>? tags) => (tags ?? []).ToDictionary(tag => tag.Key, tag => tag.Value ?? "");

    public static IReadOnlyList<IPNetwork> Ipv4Blocks(Vpc vpc) =>
        [
            IPNetwork.Parse(vpc.CidrBlock),
            .. (vpc.CidrBlockAssociationSet ?? []).Where(set => set.CidrBlock != vpc.CidrBlock).Select(set => IPNetwork.Parse(set.CidrBlock)),
        ];

    public static IReadOnlyList<IPNetwork> Ipv6Blocks(Vpc vpc) =>
        [
            .. (vpc.Ipv6CidrBlockAssociationSet ?? [])
                .Where(set => set.Ipv6CidrBlockState?.State?.Value is not ("disassociating" or "disassociated"))
                .Select(set => IPNetwork.Parse(set.Ipv6CidrBlock)),
        ];

    public static VpcDhcpOptions Dhcp(DhcpOptions? options)
    {
        List<string> Values(string key) => [.. (options?.DhcpConfigurations ?? []).Where(one => one.Key == key).SelectMany(one => one.Values ?? [])];

        // "AmazonProvidedDNS" is no address: it stands for the VPC's own name server, as none at all does.
        return new(Values("domain-name").FirstOrDefault(), Addresses(Values("domain-name-servers")), Addresses(Values("ntp-servers")));
    }

    /// <summary>A subnet without a table of its own has the main one.</summary>
    public static VpcSubnet Subnet(Subnet subnet, IReadOnlyList<RouteTable> tables)
    {
        var table = MotoAnswers.TableOf(subnet, tables) ?? tables.FirstOrDefault(table => (table.Associations ?? []).Any(one => one.Main == true));
        var ipv6 = (subnet.Ipv6CidrBlockAssociationSet ?? []).FirstOrDefault(set =>
            set.Ipv6CidrBlockState?.State?.Value is not ("disassociating" or "disassociated")
        );
        return new(subnet.SubnetId, IPNetwork.Parse(subnet.CidrBlock), ipv6 is null ? null : IPNetwork.Parse(ipv6.Ipv6CidrBlock), table?.RouteTableId ?? "");
    }

    public static VpcRouteTable RouteTable(RouteTable table) => new(table.RouteTableId, [.. (table.Routes ?? []).Select(Route).OfType<VpcRoute>()]);

    public static VpcGateway NatGateway(NatGateway nat) =>
        new(
            nat.NatGatewayId,
            VpcGatewayKind.Nat,
            nat.SubnetId,
            nat.NatGatewayAddresses?.FirstOrDefault()?.PublicIp is { Length: > 0 } address ? IPAddress.Parse(address) : null
        );

    public static VpcSecurityGroup SecurityGroup(SecurityGroup group) =>
        new(group.GroupId, group.GroupName, Rules(group.IpPermissions), Rules(group.IpPermissionsEgress));

    /// <param name="one">The interface.</param>
    /// <param name="alive">Instances that are not terminated.</param>
    public static VpcInterface Interface(NetworkInterface one, IReadOnlySet<string> alive)
    {
        var attachment = MotoAnswers.AttachmentOf(one, alive);
        string[] addresses =
        [
            one.PrivateIpAddress,
            .. (one.PrivateIpAddresses ?? []).Select(address => address.PrivateIpAddress).Where(address => address != one.PrivateIpAddress),
            .. (one.Ipv6Addresses ?? []).Select(address => address.Ipv6Address),
        ];
        return new(
            one.NetworkInterfaceId,
            MacAddress.Parse(one.MacAddress),
            one.SubnetId,
            Addresses(addresses),
            [.. (one.Groups ?? []).Select(group => group.GroupId).Order(StringComparer.Ordinal)]
        )
        {
            InstanceId = attachment?.InstanceId,
            DeviceIndex = attachment?.DeviceIndex ?? 0,
            PublicAddress = one.Association?.PublicIp is { Length: > 0 } address ? IPAddress.Parse(address) : null,
            SourceDestinationCheck = one.SourceDestCheck != false,
        };
    }

    /// <param name="instance">The instance.</param>
    /// <param name="diskSizes">Sizes of volumes.</param>
    /// <param name="imageName">The name of its image.</param>
    /// <param name="userData">Its user data.</param>
    /// <param name="template">What its launch template says about metadata.</param>
    public static VpcInstance Instance(
        Instance instance,
        IReadOnlyDictionary<string, int> diskSizes,
        string? imageName,
        byte[]? userData,
        LaunchTemplateInstanceMetadataOptions? template
    )
    {
        var tags = TagsOf(instance.Tags);
        var sizes = (instance.BlockDeviceMappings ?? [])
            .Select(mapping => diskSizes.GetValueOrDefault(mapping.Ebs?.VolumeId ?? ""))
            .Where(size => size > 0)
            .ToList();
        var (tokenRequired, hopLimit, enabled) = MotoAnswers.Metadata(instance.MetadataOptions, template);
        return new(instance.InstanceId, instance.State.Name.Value, tags)
        {
            ImageId = instance.ImageId,
            ImageName = imageName,
            InstanceType = instance.InstanceType.Value,
            DiskGib = sizes.Count > 0 ? sizes[0] : 8,
            UserData = userData,
            MetadataTokenRequired = tokenRequired,
            MetadataHopLimit = hopLimit,
            MetadataEnabled = enabled,
            AutoScalingGroup = tags.GetValueOrDefault(GroupTag),
            LaunchTemplateId = tags.GetValueOrDefault(TemplateTag),
            RoleName = instance.IamInstanceProfile?.Arn?.Split('/')[^1],
            Launched = instance.LaunchTime is { } time ? new DateTimeOffset(time.ToUniversalTime()) : null,
        };
    }

    private static VpcRoute? Route(Route route)
    {
        var destination = route.DestinationCidrBlock ?? route.DestinationIpv6CidrBlock;
        string?[] targets = [route.NatGatewayId, route.EgressOnlyInternetGatewayId, route.NetworkInterfaceId, route.GatewayId];
        return destination is { Length: > 0 } && targets.FirstOrDefault(target => !string.IsNullOrEmpty(target)) is { } found
            ? new(IPNetwork.Parse(destination), found)
            : null;
    }

    private static List<VpcRule> Rules(List<IpPermission>? permissions) =>
        [
            .. (permissions ?? [])
                .SelectMany(Rules)
                .OrderBy(rule => rule.Protocol, StringComparer.Ordinal)
                .ThenBy(rule => rule.Ports?.First)
                .ThenBy(rule => rule.Ports?.Last)
                .ThenBy(rule => rule.Network?.ToString(), StringComparer.Ordinal)
                .ThenBy(rule => rule.GroupId, StringComparer.Ordinal),
        ];

    private static IEnumerable<VpcRule> Rules(IpPermission permission)
    {
        (int, int)? ports =
            permission.IpProtocol is "-1" || permission.FromPort is null or -1
                ? null
                : (permission.FromPort.Value, permission.ToPort ?? permission.FromPort.Value);
        return
        [
            .. (permission.Ipv4Ranges ?? []).Select(range => new VpcRule(permission.IpProtocol, ports, IPNetwork.Parse(range.CidrIp), null)),
            .. (permission.Ipv6Ranges ?? []).Select(range => new VpcRule(permission.IpProtocol, ports, IPNetwork.Parse(range.CidrIpv6), null)),
            .. (permission.UserIdGroupPairs ?? []).Select(pair => new VpcRule(permission.IpProtocol, ports, null, pair.GroupId)),
        ];
    }

    private static List<IPAddress> Addresses(IEnumerable<string> texts) =>
        [.. texts.Select(text => IPAddress.TryParse(text, out var address) ? address : null).OfType<IPAddress>()];
}
