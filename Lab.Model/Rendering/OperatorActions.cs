namespace Lab.Model.Rendering;

/// <summary>The actions that lab-deploy takes. Which resources and condition keys AWS checks each against: https://docs.aws.amazon.com/service-authorization/latest/reference</summary>
internal static class OperatorActions
{
    /// <summary>
    /// They read everywhere, most because they know no resources. A pattern stands for several of a kind, as a managed policy is short;
    /// none covers an instance's user data.
    /// </summary>
    public static readonly string[] Reads =
    [
        "autoscaling:DescribeAutoScalingGroups",
        "autoscaling:DescribeScheduledActions",
        "ec2:DescribeAddresses",
        "ec2:DescribeDhcpOptions",
        "ec2:Describe*Gateways",
        "ec2:DescribeImage*",
        "ec2:DescribeInstanceConnectEndpoints",
        "ec2:DescribeInstances",
        "ec2:DescribeLaunchTemplate*",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeRouteTables",
        "ec2:DescribeSecurityGroupRules",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSnapshot*",
        "ec2:DescribeSubnets",
        "ec2:DescribeTransitGatewayVpcAttachments",
        "ec2:DescribeVolumes",
        "ec2:DescribeVpc*",
        "ec2:GetManagedPrefixListEntries",
        "elasticloadbalancing:DescribeLoadBalancers",
        "ram:GetResourceShareAssociations",
        "sts:GetCallerIdentity",
    ];

    /// <summary>What stands alone.</summary>
    public static readonly string[] Creates = ["CreateVpc", "CreateInternetGateway", "AllocateAddress", "CreateDhcpOptions", "CreateLaunchTemplate"];

    /// <summary>What is made inside or from something of the lab's, which is checked too.</summary>
    public static readonly string[] CreatesInside =
    [
        "CreateSubnet",
        "CreateNatGateway",
        "CreateRouteTable",
        "CreateSecurityGroup",
        "CreateNetworkInterface",
        "RunInstances",
    ];

    /// <summary>What is made in a network that is not the lab's, and is checked against that too.</summary>
    public static readonly string[] CreatesInExisting = ["CreateNatGateway", "CreateSecurityGroup", "CreateNetworkInterface", "RunInstances"];

    /// <summary>Routes.</summary>
    public static readonly string[] Routes = ["CreateRoute", "ReplaceRoute", "DeleteRoute"];

    /// <summary>What is done to the lab's own.</summary>
    public static readonly string[] Changes =
    [
        "ModifyVpcAttribute",
        "AssociateVpcCidrBlock",
        "DeleteVpc",
        "ModifySubnetAttribute",
        "DeleteSubnet",
        "AttachInternetGateway",
        "DetachInternetGateway",
        "DeleteInternetGateway",
        "ReleaseAddress",
        "DeleteNatGateway",
        .. Routes,
        "AssociateRouteTable",
        "DisassociateRouteTable",
        "ReplaceRouteTableAssociation",
        "DeleteRouteTable",
        "AuthorizeSecurityGroupIngress",
        "AuthorizeSecurityGroupEgress",
        "RevokeSecurityGroupIngress",
        "RevokeSecurityGroupEgress",
        "DeleteSecurityGroup",
        "AssociateDhcpOptions",
        "DeleteDhcpOptions",
        "ModifyNetworkInterfaceAttribute",
        "DetachNetworkInterface",
        "DeleteNetworkInterface",
        "CreateLaunchTemplateVersion",
        "ModifyLaunchTemplate",
        "DeleteLaunchTemplate",
        "StartInstances",
        "StopInstances",
        "TerminateInstances",
        "GetConsoleOutput",
    ];

    /// <summary>A group that the lab makes.</summary>
    public static readonly string[] CreatedGroup =
    [
        "autoscaling:CreateAutoScalingGroup",
        "autoscaling:CreateOrUpdateTags",
        "autoscaling:UpdateAutoScalingGroup",
        "autoscaling:SetDesiredCapacity",
        "autoscaling:PutScheduledUpdateGroupAction",
        "autoscaling:DeleteScheduledAction",
        "autoscaling:DeleteAutoScalingGroup",
    ];

    /// <summary>A group that was there.</summary>
    public static readonly string[] AdoptedGroup =
    [
        "autoscaling:UpdateAutoScalingGroup",
        "autoscaling:SetDesiredCapacity",
        "autoscaling:TerminateInstanceInAutoScalingGroup",
    ];

    /// <summary>The inline policy of the bastion's role, whosever it is.</summary>
    public static readonly string[] RolePolicy = ["iam:GetRolePolicy", "iam:PutRolePolicy", "iam:DeleteRolePolicy"];

    /// <summary>The role that the lab makes, and its profile.</summary>
    public static readonly string[] OwnRole =
    [
        "iam:GetRole",
        "iam:CreateRole",
        "iam:DeleteRole",
        "iam:TagRole",
        "iam:CreateInstanceProfile",
        "iam:DeleteInstanceProfile",
        "iam:TagInstanceProfile",
        "iam:AddRoleToInstanceProfile",
        "iam:RemoveRoleFromInstanceProfile",
    ];
}
