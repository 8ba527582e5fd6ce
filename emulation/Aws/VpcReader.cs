using Amazon.EC2;
using Amazon.EC2.Model;
using Lab.Emulation.Aws.MotoQuirks;
using Lab.Emulation.Network.Vpc;
using Lab.Model.Definition;
using Lab.Model.Rendering;

namespace Lab.Emulation.Aws;

/// <summary>
/// Reads a lab's VPC from an emulator: everything by description, and of what lab.yaml says only what instances are called. Where moto tells less than AWS would, or
/// other than that, <see cref="MotoAnswers"/> puts right what it does know; docs/reference/vpc.md lists where.
/// </summary>
public sealed class VpcReader : IDisposable
{
    private static readonly string[] Lasting = ["pending", "running", "stopping", "stopped"];

    private readonly string _lab;
    private readonly InstanceNames _names;
    private readonly IAmazonEC2 _ec2;
    private readonly Dictionary<string, string?> _imageNames = [];
    private readonly Dictionary<string, byte[]?> _userData = [];
    private readonly TemplateMetadata _templates;

    /// <summary>A reader of a lab.</summary>
    /// <param name="account">Where the emulator is.</param>
    /// <param name="lab">The lab's name.</param>
    /// <param name="nodes">The definition's nodes, after which instances are called.</param>
    public VpcReader(EmulatedAccount account, string lab, IReadOnlyList<NodeDefinition> nodes)
    {
        (_lab, _names, _ec2) = (lab, new(nodes), account.CreateClient());
        _templates = new TemplateMetadata(_ec2);
    }

    /// <summary>What the VPC holds now; null while the lab has none. An existing VPC, without the lab's tag, is the one with the lab's security groups.</summary>
    /// <exception cref="AmazonEC2Exception">The emulator refuses to answer.</exception>
    public async Task<VpcState?> ReadAsync(CancellationToken cancellationToken)
    {
        List<Filter> ofLab = [new($"tag:{Tags.Lab}", [_lab])];
        var vpcs = await _ec2.DescribeVpcsAsync(new DescribeVpcsRequest { Filters = ofLab }, cancellationToken);
        return ((vpcs.Vpcs ?? []).FirstOrDefault(vpc => IsOfLab(vpc.Tags)) ?? await ExistingAsync(ofLab, cancellationToken)) is { } vpc
            ? _names.Follow(await ReadAsync(vpc, cancellationToken))
            : null;
    }

    private async Task<Vpc?> ExistingAsync(List<Filter> ofLab, CancellationToken cancellationToken)
    {
        var groups = await _ec2.DescribeSecurityGroupsAsync(new DescribeSecurityGroupsRequest { Filters = ofLab }, cancellationToken);
        return (groups.SecurityGroups ?? []).FirstOrDefault(group => IsOfLab(group.Tags))?.VpcId is { } id
            ? (await _ec2.DescribeVpcsAsync(new DescribeVpcsRequest { VpcIds = [id] }, cancellationToken)).Vpcs?.FirstOrDefault()
            : null;
    }

    private bool IsOfLab(List<Tag>? tags) => VpcReading.TagsOf(tags).GetValueOrDefault(Tags.Lab) == _lab;

    /// <inheritdoc />
    public void Dispose() => _ec2.Dispose();

    private async Task<VpcState> ReadAsync(Vpc vpc, CancellationToken cancellationToken)
    {
        List<Filter> inVpc = [new("vpc-id", [vpc.VpcId])];
        var subnets = _ec2.DescribeSubnetsAsync(new DescribeSubnetsRequest { Filters = inVpc }, cancellationToken);
        var tables = _ec2.DescribeRouteTablesAsync(new DescribeRouteTablesRequest { Filters = inVpc }, cancellationToken);
        var internet = _ec2.DescribeInternetGatewaysAsync(
            new DescribeInternetGatewaysRequest { Filters = [new("attachment.vpc-id", [vpc.VpcId])] },
            cancellationToken
        );
        var egressOnly = _ec2.DescribeEgressOnlyInternetGatewaysAsync(new DescribeEgressOnlyInternetGatewaysRequest(), cancellationToken);
        var nats = _ec2.DescribeNatGatewaysAsync(new DescribeNatGatewaysRequest { Filter = inVpc }, cancellationToken);
        var groups = _ec2.DescribeSecurityGroupsAsync(new DescribeSecurityGroupsRequest { Filters = inVpc }, cancellationToken);
        var interfaces = _ec2.DescribeNetworkInterfacesAsync(new DescribeNetworkInterfacesRequest { Filters = inVpc }, cancellationToken);
        var options = _ec2.DescribeDhcpOptionsAsync(new DescribeDhcpOptionsRequest(), cancellationToken);
        var instances = await InstancesAsync(vpc.VpcId, cancellationToken);
        var alive = instances.Where(instance => Lasting.Contains(instance.State)).Select(instance => instance.Id).ToHashSet();
        var routeTables = ((await tables).RouteTables ?? []).Where(table => table.VpcId == vpc.VpcId).ToList();
        return new VpcState
        {
            Id = vpc.VpcId,
            Ipv4Blocks = VpcReading.Ipv4Blocks(vpc),
            Ipv6Blocks = VpcReading.Ipv6Blocks(vpc),
            // A VPC without a set of its own has one that is called default and cannot be asked for.
            Dhcp = VpcReading.Dhcp((await options).DhcpOptions?.FirstOrDefault(set => set.DhcpOptionsId == vpc.DhcpOptionsId)),
            Subnets =
            [
                .. ((await subnets).Subnets ?? [])
                    .Where(subnet => subnet.VpcId == vpc.VpcId)
                    .Select(subnet => VpcReading.Subnet(subnet, routeTables))
                    .OrderBy(subnet => subnet.Id, StringComparer.Ordinal),
            ],
            RouteTables = [.. routeTables.Select(VpcReading.RouteTable).OrderBy(table => table.Id, StringComparer.Ordinal)],
            Gateways =
            [
                .. ((await internet).InternetGateways ?? [])
                    .Where(gateway => gateway.Attachments?.Any(one => one.VpcId == vpc.VpcId) == true)
                    .Select(gateway => new VpcGateway(gateway.InternetGatewayId, VpcGatewayKind.Internet)),
                .. MotoAnswers
                    .Of((await egressOnly).EgressOnlyInternetGateways, vpc.VpcId)
                    .Select(gateway => new VpcGateway(gateway.EgressOnlyInternetGatewayId, VpcGatewayKind.EgressOnly)),
                .. ((await nats).NatGateways ?? [])
                    .Where(nat => nat.VpcId == vpc.VpcId && nat.State == NatGatewayState.Available)
                    .Select(VpcReading.NatGateway),
            ],
            SecurityGroups =
            [
                .. ((await groups).SecurityGroups ?? [])
                    .Where(group => group.VpcId == vpc.VpcId)
                    .Select(VpcReading.SecurityGroup)
                    .OrderBy(group => group.Id, StringComparer.Ordinal),
            ],
            Interfaces =
            [
                .. ((await interfaces).NetworkInterfaces ?? [])
                    .Where(one => one.VpcId == vpc.VpcId)
                    .Select(one => VpcReading.Interface(one, alive))
                    .OrderBy(one => one.Id, StringComparer.Ordinal),
            ],
            Instances = instances,
        };
    }

    private async Task<IReadOnlyList<VpcInstance>> InstancesAsync(string vpc, CancellationToken cancellationToken)
    {
        var answer = await _ec2.DescribeInstancesAsync(new DescribeInstancesRequest { Filters = [new("vpc-id", [vpc])] }, cancellationToken);
        var found = (answer.Reservations ?? [])
            .SelectMany(reservation => reservation.Instances ?? [])
            .OrderBy(instance => instance.InstanceId, StringComparer.Ordinal)
            .ToList();
        var sizes = found.Count == 0 ? [] : await DiskSizesAsync(cancellationToken);
        var read = new List<VpcInstance>();
        foreach (var instance in found)
        {
            read.Add(
                VpcReading.Instance(
                    instance,
                    sizes,
                    await ImageNameAsync(instance.ImageId, cancellationToken),
                    await UserDataAsync(instance, cancellationToken),
                    await MetadataOptionsAsync(instance, cancellationToken)
                )
            );
        }

        return read;
    }

    /// <summary>moto makes two volumes for a device that image and template both name; the description names the one that counts.</summary>
    private async Task<Dictionary<string, int>> DiskSizesAsync(CancellationToken cancellationToken) =>
        ((await _ec2.DescribeVolumesAsync(new DescribeVolumesRequest(), cancellationToken)).Volumes ?? []).ToDictionary(
            volume => volume.VolumeId,
            volume => volume.Size ?? 0
        );

    private async Task<string?> ImageNameAsync(string image, CancellationToken cancellationToken)
    {
        if (!_imageNames.TryGetValue(image, out var name))
        {
            // By filter: an emulator launches what it has no image for, and asked for an unknown one by its id it fails.
            var answer = await _ec2.DescribeImagesAsync(new DescribeImagesRequest { Filters = [new("image-id", [image])] }, cancellationToken);
            _imageNames[image] = name = answer.Images?.FirstOrDefault(candidate => candidate.ImageId == image)?.Name;
        }

        return name;
    }

    /// <summary>What the launch template says about metadata; null without one.</summary>
    private async Task<LaunchTemplateInstanceMetadataOptions?> MetadataOptionsAsync(Instance instance, CancellationToken cancellationToken)
    {
        var tags = VpcReading.TagsOf(instance.Tags);
        return tags.GetValueOrDefault(VpcReading.TemplateTag) is { } template && tags.GetValueOrDefault(VpcReading.TemplateVersionTag) is { } version
            ? await _templates.ReadAsync(template, version, cancellationToken)
            : null;
    }

    /// <summary>User data can be changed while an instance is stopped, and only then.</summary>
    private async Task<byte[]?> UserDataAsync(Instance instance, CancellationToken cancellationToken)
    {
        var state = instance.State.Name;
        if (state != InstanceStateName.Stopped && _userData.TryGetValue(instance.InstanceId, out var known))
        {
            return known;
        }

        if (state == InstanceStateName.Terminated)
        {
            return null;
        }

        var answer = await _ec2.DescribeInstanceAttributeAsync(
            new DescribeInstanceAttributeRequest { InstanceId = instance.InstanceId, Attribute = InstanceAttributeName.UserData },
            cancellationToken
        );
        var text = answer.InstanceAttribute?.UserData;
        return _userData[instance.InstanceId] = string.IsNullOrEmpty(text) ? null : Convert.FromBase64String(text);
    }
}
