using Amazon.EC2.Model;
using Lab.Deployment.Aws;
using Lab.Deployment.Resources;
using Lab.Model.Definition;
using Lab.Model.Rendering;
using Lab.Tests.Deployer.Iam;

namespace Lab.Tests.Deployer;

/// <summary>What AWS asks IAM about calls of EC2.</summary>
internal sealed class Ec2Calls(AwsClients direct)
{
    private const string Any = "*";

    /// <summary>moto's list of images never changes, and takes long.</summary>
    private static Task<NodeImage?>? _standIn;

    /// <summary>What an action creates.</summary>
    private static readonly Dictionary<string, string> Created = new()
    {
        ["CreateVpc"] = "vpc",
        ["CreateSubnet"] = "subnet",
        ["CreateInternetGateway"] = "internet-gateway",
        ["AllocateAddress"] = "elastic-ip",
        ["CreateNatGateway"] = "natgateway",
        ["CreateRouteTable"] = "route-table",
        ["CreateSecurityGroup"] = "security-group",
        ["CreateDhcpOptions"] = "dhcp-options",
        ["CreateNetworkInterface"] = "network-interface",
        ["CreateLaunchTemplate"] = "launch-template",
    };

    /// <summary>The parameters of an action that name what it is checked against; others, such as the target of a route, are not checked.</summary>
    private static readonly Dictionary<string, string[]> Checked = new()
    {
        ["CreateVpc"] = [],
        ["CreateInternetGateway"] = [],
        ["AllocateAddress"] = [],
        ["CreateDhcpOptions"] = [],
        ["CreateLaunchTemplate"] = [],
        ["CreateSubnet"] = ["VpcId"],
        ["CreateNatGateway"] = ["SubnetId", "AllocationId"],
        ["CreateRouteTable"] = ["VpcId"],
        ["CreateSecurityGroup"] = ["VpcId"],
        ["CreateNetworkInterface"] = ["SubnetId", "SecurityGroupId"],
        ["ModifyVpcAttribute"] = ["VpcId"],
        ["AssociateVpcCidrBlock"] = ["VpcId"],
        ["DeleteVpc"] = ["VpcId"],
        ["ModifySubnetAttribute"] = ["SubnetId"],
        ["DeleteSubnet"] = ["SubnetId"],
        ["AttachInternetGateway"] = ["InternetGatewayId", "VpcId"],
        ["DetachInternetGateway"] = ["InternetGatewayId", "VpcId"],
        ["DeleteInternetGateway"] = ["InternetGatewayId"],
        ["ReleaseAddress"] = ["AllocationId"],
        ["DeleteNatGateway"] = ["NatGatewayId"],
        ["CreateRoute"] = ["RouteTableId"],
        ["ReplaceRoute"] = ["RouteTableId"],
        ["DeleteRoute"] = ["RouteTableId"],
        ["DeleteRouteTable"] = ["RouteTableId"],
        ["AssociateRouteTable"] = ["RouteTableId", "SubnetId"],
        ["DisassociateRouteTable"] = ["AssociationId"],
        ["ReplaceRouteTableAssociation"] = ["RouteTableId", "AssociationId"],
        ["AuthorizeSecurityGroupIngress"] = ["GroupId"],
        ["AuthorizeSecurityGroupEgress"] = ["GroupId"],
        ["RevokeSecurityGroupIngress"] = ["GroupId"],
        ["RevokeSecurityGroupEgress"] = ["GroupId"],
        ["DeleteSecurityGroup"] = ["GroupId"],
        ["AssociateDhcpOptions"] = ["DhcpOptionsId", "VpcId"],
        ["DeleteDhcpOptions"] = ["DhcpOptionsId"],
        ["ModifyNetworkInterfaceAttribute"] = ["NetworkInterfaceId", "SecurityGroupId"],
        ["DetachNetworkInterface"] = ["AttachmentId"],
        ["DeleteNetworkInterface"] = ["NetworkInterfaceId"],
        ["CreateLaunchTemplateVersion"] = ["LaunchTemplateId"],
        ["ModifyLaunchTemplate"] = ["LaunchTemplateId"],
        ["DeleteLaunchTemplate"] = ["LaunchTemplateId"],
        ["DeleteLaunchTemplateVersions"] = ["LaunchTemplateId"],
        ["StartInstances"] = ["InstanceId"],
        ["StopInstances"] = ["InstanceId"],
        ["TerminateInstances"] = ["InstanceId"],
        ["GetConsoleOutput"] = ["InstanceId"],
        ["CreateTags"] = ["ResourceId"],
        ["DeleteTags"] = ["ResourceId"],
        ["GetManagedPrefixListEntries"] = ["PrefixListId"],
    };

    private static readonly Dictionary<string, string> Kinds = new()
    {
        ["vpc"] = "vpc",
        ["subnet"] = "subnet",
        ["igw"] = "internet-gateway",
        ["eipalloc"] = "elastic-ip",
        ["nat"] = "natgateway",
        ["rtb"] = "route-table",
        ["sg"] = "security-group",
        ["dopt"] = "dhcp-options",
        ["default"] = "dhcp-options",
        ["eni"] = "network-interface",
        ["lt"] = "launch-template",
        ["i"] = "instance",
        ["ami"] = "image",
        ["pl"] = "prefix-list",
    };

    public static string Arn(string kind, string id) => $"arn:aws:ec2:{AuthorizedCalls.Region}:{(kind == "image" ? "" : AuthorizedCalls.Account)}:{kind}/{id}";

    public async Task<IEnumerable<IamRequest>> RequestsAsync(string action, Ec2Parameters parameters)
    {
        var name = action.Split(':')[1];
        if (name.StartsWith("Describe", StringComparison.Ordinal))
        {
            return [new IamRequest(action, Any)];
        }

        if (name == "RunInstances")
        {
            return await LaunchAsync(parameters["LaunchTemplate.LaunchTemplateId"]!, parameters["LaunchTemplate.Version"]!, subnets: null);
        }

        if (name == "DeleteNetworkInterface" && await IsLeftByNatAsync(parameters["NetworkInterfaceId"]!))
        {
            return [];
        }

        List<IamRequest> requests = [];
        var given = name is "CreateTags" or "DeleteTags" ? parameters.Tags("Tag") : [];
        foreach (
            var id in await ResolveAsync(
                Checked.GetValueOrDefault(name)?.SelectMany(parameters.All)
                    ?? throw new NotSupportedException($"Which resources {action} is checked against is not known")
            )
        )
        {
            requests.Add((await ExistingAsync(action, id)).Tagging(given));
        }

        if (Created.TryGetValue(name, out var kind))
        {
            var tags = parameters
                .Specifications()
                .Where(specification => specification.Type == (kind is "elastic-ip" or "natgateway" or "dhcp-options" ? specification.Type : kind))
                .SelectMany(specification => specification.Tags)
                .ToList();
            requests.Add(new IamRequest(action, Arn(kind, Any)).Tagging(tags));
            requests.AddRange(tags.Count == 0 ? [] : [new IamRequest("ec2:CreateTags", Arn(kind, Any)).Tagging(tags).With("ec2:CreateAction", name)]);
        }

        return requests;
    }

    /// <summary>A launch from a template: everything that the template names or makes.</summary>
    /// <param name="template">The template.</param>
    /// <param name="version">Its version.</param>
    /// <param name="subnets">Where a group launches instead of where the template says; null for the template's own place.</param>
    public async Task<IEnumerable<IamRequest>> LaunchAsync(string template, string version, IReadOnlyList<string>? subnets)
    {
        const string run = "ec2:RunInstances";
        var data = (
            await direct.Ec2.DescribeLaunchTemplateVersionsAsync(
                new DescribeLaunchTemplateVersionsRequest { LaunchTemplateId = template, Versions = [version] }
            )
        )
            .LaunchTemplateVersions.Single()
            .LaunchTemplateData;
        List<IamRequest> requests = [await ExistingAsync(run, template), await ImageAsync(run, data.ImageId)];
        foreach (
            var id in (subnets ?? []).Concat(
                data.NetworkInterfaces.SelectMany(network => (subnets is null ? [network.SubnetId] : Enumerable.Empty<string>()).Concat(network.Groups))
            )
        )
        {
            requests.Add(await ExistingAsync(run, id));
        }

        List<IamRequest> others = data.ImageId.StartsWith("resolve:ssm:", StringComparison.Ordinal)
            ? [new("ssm:GetParameters", $"arn:aws:ssm:{AuthorizedCalls.Region}::parameter{data.ImageId["resolve:ssm:".Length..]}")]
            : [];
        foreach (var kind in new[] { "instance", "network-interface", "volume" })
        {
            var tags = (data.TagSpecifications ?? [])
                .Where(specification => specification.ResourceType == kind)
                .SelectMany(specification => specification.Tags)
                .Select(tag => KeyValuePair.Create(tag.Key, tag.Value))
                .ToList();
            requests.Add(new IamRequest(run, Arn(kind, Any)).Tagging(tags));
            others.AddRange(tags.Count == 0 ? [] : [new IamRequest("ec2:CreateTags", Arn(kind, Any)).Tagging(tags).With("ec2:CreateAction", "RunInstances")]);
        }

        if (data.IamInstanceProfile is { } profile)
        {
            others.AddRange((await direct.Iam.ProfileRolesAsync(profile.Name, CancellationToken.None) ?? []).Select(AuthorizedCalls.PassRole));
        }

        return [.. requests.Select(request => request.With("ec2:LaunchTemplate", Arn("launch-template", template))), .. others];
    }

    private async Task<IamRequest> ExistingAsync(string action, string id)
    {
        var tags = (await direct.Ec2.DescribeTagsAsync(new DescribeTagsRequest { Filters = [new("resource-id", [id])] })).Tags ?? [];
        var request = new IamRequest(action, Arn(Kinds[id.Split('-')[0]], id)).Tagged(tags.Select(tag => KeyValuePair.Create(tag.Key, tag.Value)));
        return id.StartsWith("rtb-", StringComparison.Ordinal) ? request.With("ec2:Vpc", Arn("vpc", await VpcOfAsync(id))) : request;
    }

    private async Task<string> VpcOfAsync(string table) =>
        (await direct.Ec2.DescribeRouteTablesAsync(new DescribeRouteTablesRequest { RouteTableIds = [table] })).RouteTables[0].VpcId;

    /// <summary>What SSM resolves is Amazon's; what stands in for iPXE's image on an emulator counts as that; any other is somebody's.</summary>
    private async Task<IamRequest> ImageAsync(string action, string id)
    {
        var standIn = await (_standIn ??= NodeImage.FindAsync(direct, NodeImages.Ipxe(Architecture.Arm64), CancellationToken.None));
        return id.StartsWith("resolve:ssm:", StringComparison.Ordinal)
            ? new IamRequest(action, Arn("image", "ami-1")).With("ec2:Owner", "amazon")
            : new IamRequest(action, Arn("image", id)).With("ec2:Owner", id == standIn!.Id ? NodeImages.Ipxe(Architecture.Arm64).Publisher : "somebody");
    }

    /// <summary>What an association or attachment is between.</summary>
    private async Task<IEnumerable<string>> ResolveAsync(IEnumerable<string> ids)
    {
        List<string> resolved = [];
        foreach (var id in ids)
        {
            if (id.StartsWith("rtbassoc-", StringComparison.Ordinal))
            {
                var tables = (await direct.Ec2.DescribeRouteTablesAsync(new DescribeRouteTablesRequest())).RouteTables;
                resolved.AddRange(
                    tables
                        .SelectMany(table => table.Associations ?? [])
                        .Where(association => association.RouteTableAssociationId == id)
                        .SelectMany(association => new[] { association.RouteTableId, association.SubnetId })
                );
            }
            else if (id.StartsWith("eni-attach-", StringComparison.Ordinal))
            {
                var interfaces = (await direct.Ec2.DescribeNetworkInterfacesAsync(new DescribeNetworkInterfacesRequest())).NetworkInterfaces;
                resolved.AddRange(
                    interfaces
                        .Where(network => network.Attachment?.AttachmentId == id)
                        .SelectMany(network => new[] { network.NetworkInterfaceId, network.Attachment.InstanceId })
                );
            }
            else
            {
                resolved.Add(id);
            }
        }

        return resolved;
    }

    /// <summary>moto leaves a NAT gateway's interface behind, and only there lab-deploy deletes it.</summary>
    private async Task<bool> IsLeftByNatAsync(string id) =>
        (await direct.Ec2.DescribeNatGatewaysAsync(new DescribeNatGatewaysRequest())).NatGateways?.Any(nat =>
            nat.NatGatewayAddresses?.Any(address => address.NetworkInterfaceId == id) == true
        ) == true;
}
