using Amazon.EC2;
using Amazon.EC2.Model;
using Amazon.SimpleSystemsManagement.Model;
using Lab.Deployment.Aws;
using Lab.Deployment.Resources;

namespace Lab.Tests.Deployer;

/// <summary>The account behind the emulator: the bastion that was there before the lab, and an inventory of everything.</summary>
internal static class Account
{
    public const string ExistingScript = "#!/bin/bash\nset -euo pipefail\necho existing\nexit 0\n";

    /// <summary>Makes the bastion that a migration finds.</summary>
    public static async Task CreateBastionAsync(AwsClients aws, CancellationToken cancellationToken)
    {
        var vpc = (await aws.Ec2.CreateVpcAsync(new CreateVpcRequest { CidrBlock = "10.10.0.0/16" }, cancellationToken)).Vpc.VpcId;
        List<string> subnets = [];
        foreach (var (range, zone) in new[] { ("10.10.0.0/24", "eu-west-1a"), ("10.10.1.0/24", "eu-west-1b") })
        {
            subnets.Add((
                    await aws.Ec2.CreateSubnetAsync(
                        new CreateSubnetRequest
                        {
                            VpcId = vpc,
                            CidrBlock = range,
                            AvailabilityZone = zone,
                        },
                        cancellationToken
                    )
                ).Subnet.SubnetId);
        }

        // In the order that is not the alphabet's, to see that the order is given back too.
        subnets = [.. subnets.OrderDescending(StringComparer.Ordinal)];
        var group = (
            await aws.Ec2.CreateSecurityGroupAsync(
                new CreateSecurityGroupRequest
                {
                    GroupName = "tf",
                    Description = "tf",
                    VpcId = vpc,
                },
                cancellationToken
            )
        ).GroupId;
        await aws.Iam.CreateRoleAsync("tf-bastion", [], cancellationToken);
        await aws.Iam.CreateProfileAsync("tf-bastion", [], cancellationToken);
        await aws.Iam.AddRoleAsync("tf-bastion", "tf-bastion", cancellationToken);
        var template = await aws.Ec2.CreateLaunchTemplateAsync(
            new CreateLaunchTemplateRequest
            {
                LaunchTemplateName = "tf-lt-1",
                LaunchTemplateData = new RequestLaunchTemplateData
                {
                    ImageId = "ami-0e9271c829888680e",
                    InstanceType = InstanceType.T4gSmall,
                    UserData = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(ExistingScript)),
                    IamInstanceProfile = new() { Name = "tf-bastion" },
                    NetworkInterfaces =
                    [
                        new()
                        {
                            DeviceIndex = 0,
                            SubnetId = subnets[0],
                            AssociatePublicIpAddress = false,
                            Ipv6AddressCount = 1,
                            Groups = [group],
                        },
                    ],
                    TagSpecifications = [new() { ResourceType = ResourceType.Instance, Tags = [new("Name", "tf-bastion")] }],
                },
            },
            cancellationToken
        );
        await aws.AutoScaling.CreateAsync(
            "tf-asg",
            subnets,
            template.LaunchTemplate.LaunchTemplateId,
            "$Latest",
            [new("Name", "tf-bastion")],
            cancellationToken
        );
        await aws.AutoScaling.PutScheduleAsync("tf-asg", new ScheduledAction("tf-start", "0 12 * * *", 0, 1, 1), cancellationToken);
        await aws.AutoScaling.PutScheduleAsync("tf-asg", new ScheduledAction("tf-stop", "0 17 * * *", 0, 1, 0), cancellationToken);
    }

    /// <summary>A line for everything there is. The number of a template's versions is left out: moto cannot delete one.</summary>
    public static async Task<IReadOnlyList<string>> InventoryAsync(AwsClients aws, CancellationToken cancellationToken)
    {
        var ec2 = aws.Ec2;
        List<string> lines = [];
        lines.AddRange(
            (await ec2.DescribeVpcsAsync(new DescribeVpcsRequest(), cancellationToken)).Vpcs.Select(vpc =>
                $"vpc {vpc.VpcId} {vpc.CidrBlock} {vpc.DhcpOptionsId}"
            )
        );
        lines.AddRange(
            (await ec2.DescribeSubnetsAsync(new DescribeSubnetsRequest(), cancellationToken)).Subnets.Select(subnet =>
                $"subnet {subnet.SubnetId} {subnet.CidrBlock}"
            )
        );
        lines.AddRange(
            (await ec2.DescribeInternetGatewaysAsync(new DescribeInternetGatewaysRequest(), cancellationToken)).InternetGateways?.Select(gateway =>
                $"gateway {gateway.InternetGatewayId}"
            ) ?? []
        );
        lines.AddRange(
            (await ec2.DescribeRouteTablesAsync(new DescribeRouteTablesRequest(), cancellationToken)).RouteTables.Select(table =>
                $"table {table.RouteTableId} {table.Routes.Count} {table.Associations?.Count}"
            )
        );
        lines.AddRange(
            (await ec2.DescribeSecurityGroupsAsync(new DescribeSecurityGroupsRequest(), cancellationToken)).SecurityGroups.Select(group =>
                $"group {group.GroupId} {group.IpPermissions?.Count} {group.IpPermissionsEgress?.Count}"
            )
        );
        lines.AddRange(
            (await ec2.DescribeNetworkInterfacesAsync(new DescribeNetworkInterfacesRequest(), cancellationToken)).NetworkInterfaces?.Select(one =>
                $"interface {one.NetworkInterfaceId}"
            ) ?? []
        );
        lines.AddRange(
            (await ec2.DescribeAddressesAsync(new DescribeAddressesRequest(), cancellationToken)).Addresses?.Select(address =>
                $"address {address.AllocationId}"
            ) ?? []
        );
        lines.AddRange(
            (await ec2.DescribeNatGatewaysAsync(new DescribeNatGatewaysRequest(), cancellationToken))
                .NatGateways?.Where(nat => nat.State != NatGatewayState.Deleted)
                .Select(nat => $"nat {nat.NatGatewayId}")
                ?? []
        );
        lines.AddRange(
            (await ec2.DescribeDhcpOptionsAsync(new DescribeDhcpOptionsRequest(), cancellationToken)).DhcpOptions?.Select(options =>
                $"dhcp {options.DhcpOptionsId}"
            ) ?? []
        );
        foreach (var template in (await ec2.DescribeLaunchTemplatesAsync(new DescribeLaunchTemplatesRequest(), cancellationToken)).LaunchTemplates ?? [])
        {
            var latest = await ec2.DescribeLaunchTemplateVersionsAsync(
                new DescribeLaunchTemplateVersionsRequest { LaunchTemplateId = template.LaunchTemplateId, Versions = ["$Latest"] },
                cancellationToken
            );
            lines.Add(
                $"template {template.LaunchTemplateName} {template.DefaultVersionNumber} {string.Join(';', TemplateData.Flatten(TemplateData.ToRequest(latest.LaunchTemplateVersions[0].LaunchTemplateData)))}"
            );
        }

        lines.Add(await GroupAsync(aws, cancellationToken));
        foreach (var role in new[] { "tf-bastion", "lab-lab-bastion" })
        {
            lines.Add(
                $"role {role} {await aws.Iam.HasRoleAsync(role, cancellationToken)} {await aws.Iam.RolePolicyAsync(role, "lab-lab-bastion", cancellationToken)} {await aws.Iam.ProfileRolesAsync(role, cancellationToken) is { }}"
            );
        }

        lines.AddRange(
            (await aws.Ssm.DescribeParametersAsync(new DescribeParametersRequest(), cancellationToken)).Parameters?.Select(parameter =>
                $"parameter {parameter.Name}"
            ) ?? []
        );
        lines.Add($"budget {await aws.Budgets.FindAsync("123456789012", "lab-lab", withEmail: false, cancellationToken)}");
        return [.. lines.Order(StringComparer.Ordinal)];
    }

    /// <summary>The bastion's group with sizes, tags and schedule.</summary>
    public static async Task<string> GroupAsync(AwsClients aws, CancellationToken cancellationToken, bool withPlace = true)
    {
        var group = await aws.AutoScaling.FindGroupAsync("tf-asg", cancellationToken);
        return group is null
            ? "no group"
            : $"group {group.Min} {group.Max} {group.Desired} {string.Join(',', group.Tags.OrderBy(tag => tag.Key))} "
                + $"{string.Join(';', await aws.AutoScaling.ScheduleAsync("tf-asg", cancellationToken))} {(withPlace ? string.Join(',', group.Subnets) : "")} {group.TemplateVersion}";
    }
}
