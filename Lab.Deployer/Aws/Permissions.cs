using Amazon.EC2.Model;
using Amazon.SimpleSystemsManagement.Model;
using Lab.Model.Definition;

namespace Lab.Deployer.Aws;

/// <summary>A harmless call that shows whether something is allowed.</summary>
internal sealed record PermissionProbe(string Name, Func<CancellationToken, Task> Call);

/// <summary>Which permissions can be tried without doing anything: reads, and EC2's dry runs.</summary>
internal static class Permissions
{
    public static IReadOnlyList<PermissionProbe> Probes(AwsClients aws, LabDefinition lab, string account) =>
    [
        new("ec2:DescribeVpcs", token => aws.Ec2.DescribeVpcsAsync(new DescribeVpcsRequest(), token)),
        new("ec2:DescribeImages", token => aws.Ec2.DescribeImagesAsync(new DescribeImagesRequest { Owners = ["self"] }, token)),
        new("autoscaling:DescribeAutoScalingGroups", token => aws.AutoScaling.FindGroupAsync(lab.Bastion.Group, token)),
        new("ssm:GetParameter", token => aws.Ssm.GetParameterAsync(new GetParameterRequest { Name = $"/lab/{lab.Name}/lease" }, token)),
        new("iam:GetRole", token => aws.Iam.HasRoleAsync($"lab-{lab.Name}-bastion", token)),
        new("budgets:ViewBudget", token => aws.Budgets.FindAsync(account, $"lab-{lab.Name}", withEmail: false, token)),
        .. aws.Target.IsLocal ? [] : DryRuns(aws, lab),
    ];

    /// <summary>An emulator may take a dry run for a real one, so these are for AWS only.</summary>
    private static IEnumerable<PermissionProbe> DryRuns(AwsClients aws, LabDefinition lab) =>
    [
        new("ec2:CreateVpc", token => aws.Ec2Writes.CreateVpcAsync(new CreateVpcRequest { CidrBlock = lab.Network.Vpc.ToString(), DryRun = true, TagSpecifications = Resources.Tagging.Specify(lab, "vpc", Amazon.EC2.ResourceType.Vpc) }, token)),
        new("ec2:CreateInternetGateway", token => aws.Ec2Writes.CreateInternetGatewayAsync(new CreateInternetGatewayRequest { DryRun = true, TagSpecifications = Resources.Tagging.Specify(lab, "internet-gateway", Amazon.EC2.ResourceType.InternetGateway) }, token)),
        new("ec2:AllocateAddress", token => aws.Ec2Writes.AllocateAddressAsync(new AllocateAddressRequest { DryRun = true, TagSpecifications = Resources.Tagging.Specify(lab, "address/nat", Amazon.EC2.ResourceType.ElasticIp) }, token)),
        new("ec2:CreateDhcpOptions", token => aws.Ec2Writes.CreateDhcpOptionsAsync(new CreateDhcpOptionsRequest
        {
            DryRun = true, DhcpConfigurations = [new DhcpConfiguration { Key = "domain-name", Values = [lab.Network.DhcpOptions.DomainName] }],
            TagSpecifications = Resources.Tagging.Specify(lab, "dhcp-options", Amazon.EC2.ResourceType.DhcpOptions),
        }, token)),
    ];
}
