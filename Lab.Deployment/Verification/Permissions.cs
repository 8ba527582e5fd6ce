using Amazon.EC2;
using Amazon.EC2.Model;
using Amazon.SimpleSystemsManagement.Model;
using Lab.Deployment.Aws;
using Lab.Deployment.Resources;
using Lab.Model.Definition;

namespace Lab.Deployment.Verification;

/// <summary>A harmless call that shows whether something is allowed.</summary>
internal sealed record PermissionProbe(string Name, Func<CancellationToken, Task> Call);

/// <summary>
/// Which permissions can be tried without doing anything: reads, and EC2's dry runs. A dry run in something that does not exist says
/// nothing of permissions, so only those are made whose place is there.
/// </summary>
internal static class Permissions
{
    public static async Task<IReadOnlyList<PermissionProbe>> ProbesAsync(
        AwsClients aws,
        LabDefinition lab,
        string account,
        CancellationToken cancellationToken
    ) =>
        [
            new("ec2:DescribeVpcs", token => aws.Ec2.DescribeVpcsAsync(new DescribeVpcsRequest(), token)),
            new("ec2:DescribeImages", token => aws.Ec2.DescribeImagesAsync(new DescribeImagesRequest { Owners = ["self"] }, token)),
            new("autoscaling:DescribeAutoScalingGroups", token => aws.AutoScaling.FindGroupAsync(lab.Bastion.Group, token)),
            new("autoscaling:DescribeScheduledActions", token => aws.AutoScaling.ScheduleAsync(lab.Bastion.Group, token)),
            new("ssm:GetParameter", token => aws.Ssm.GetParameterAsync(new GetParameterRequest { Name = $"/lab/{lab.Name}/lease" }, token)),
            new("iam:GetRole", token => aws.Iam.HasRoleAsync(BastionRole.NameOf(lab), token)),
            new("iam:GetInstanceProfile", token => aws.Iam.ProfileRolesAsync(BastionRole.NameOf(lab), token)),
            new("budgets:ViewBudget", token => aws.Budgets.FindAsync(account, $"lab-{lab.Name}", withEmail: false, token)),
            new(
                "ec2:CreateInternetGateway",
                token =>
                    aws.Ec2Writes.CreateInternetGatewayAsync(
                        new CreateInternetGatewayRequest
                        {
                            DryRun = true,
                            TagSpecifications = Tagging.Specify(lab, "internet-gateway", ResourceType.InternetGateway),
                        },
                        token
                    )
            ),
            new(
                "ec2:AllocateAddress",
                token =>
                    aws.Ec2Writes.AllocateAddressAsync(
                        new AllocateAddressRequest { DryRun = true, TagSpecifications = Tagging.Specify(lab, "address/nat", ResourceType.ElasticIp) },
                        token
                    )
            ),
            .. aws.Target.IsLocal ? [] : ForAws(aws, lab),
            .. await IdAsync(aws, lab, cancellationToken) is { } vpc ? InVpc(aws, lab, vpc) : [],
        ];

    /// <summary>moto takes a dry run of these for a real one.</summary>
    private static IEnumerable<PermissionProbe> ForAws(AwsClients aws, LabDefinition lab) =>
        [
            new(
                "ec2:CreateVpc",
                token =>
                    aws.Ec2Writes.CreateVpcAsync(
                        new CreateVpcRequest
                        {
                            CidrBlock = lab.Network.Vpc.ToString(),
                            DryRun = true,
                            TagSpecifications = Tagging.Specify(lab, "vpc", ResourceType.Vpc),
                        },
                        token
                    )
            ),
            new(
                "ec2:CreateDhcpOptions",
                token =>
                    aws.Ec2Writes.CreateDhcpOptionsAsync(
                        new CreateDhcpOptionsRequest
                        {
                            DryRun = true,
                            DhcpConfigurations = [new DhcpConfiguration { Key = "domain-name", Values = [lab.Network.DhcpOptions.DomainName] }],
                            TagSpecifications = Tagging.Specify(lab, "dhcp-options", ResourceType.DhcpOptions),
                        },
                        token
                    )
            ),
            new(
                "ec2:CreateLaunchTemplate",
                token =>
                    aws.Ec2Writes.CreateLaunchTemplateAsync(
                        new CreateLaunchTemplateRequest
                        {
                            DryRun = true,
                            LaunchTemplateName = $"{lab.Launch.Template}-dry-run",
                            LaunchTemplateData = new() { InstanceType = InstanceType.FindValue(NodeLaunch.Further(lab).InstanceType) },
                            TagSpecifications = Tagging.Specify(lab, "template/node", ResourceType.LaunchTemplate),
                        },
                        token
                    )
            ),
            new(
                "ec2:RunInstances",
                token =>
                    aws.Ec2Writes.RunInstancesAsync(
                        new RunInstancesRequest
                        {
                            DryRun = true,
                            MinCount = 1,
                            MaxCount = 1,
                            LaunchTemplate = new() { LaunchTemplateName = lab.Launch.Template },
                        },
                        token
                    )
            ),
        ];

    private static IEnumerable<PermissionProbe> InVpc(AwsClients aws, LabDefinition lab, string vpc) =>
        [
            new(
                "ec2:CreateSecurityGroup",
                token =>
                    aws.Ec2Writes.CreateSecurityGroupAsync(
                        new CreateSecurityGroupRequest
                        {
                            DryRun = true,
                            VpcId = vpc,
                            GroupName = "lab-dry-run",
                            Description = "dry run",
                            TagSpecifications = Tagging.Specify(lab, "group/bastion-sg", ResourceType.SecurityGroup),
                        },
                        token
                    )
            ),
            new(
                "ec2:CreateTags",
                token =>
                    aws.Ec2Writes.CreateTagsAsync(
                        new CreateTagsRequest
                        {
                            DryRun = true,
                            Resources = [vpc],
                            Tags = Tagging.List(lab, "vpc"),
                        },
                        token
                    )
            ),
            .. aws.Target.IsLocal
                ? []
                : new[]
                {
                    new PermissionProbe("ec2:DeleteVpc", token => aws.Ec2Writes.DeleteVpcAsync(new DeleteVpcRequest { DryRun = true, VpcId = vpc }, token)),
                },
        ];

    private static async Task<string?> IdAsync(AwsClients aws, LabDefinition lab, CancellationToken cancellationToken)
    {
        try
        {
            return (await new Resources.Vpc(lab) { Phase = 1 }.FindAsync(aws, cancellationToken))?.Id;
        }
        catch (AmazonEC2Exception e) when (AwsErrors.IsDenied(e))
        {
            return null;
        }
    }
}
