using Lab.Tests.Deployer.Iam;

namespace Lab.Tests.Deployer;

/// <summary>What an operator of the lab <c>lab</c> may not do: requests about what is not that lab's, and ways to make it so.</summary>
internal static class ForeignRequests
{
    private static readonly KeyValuePair<string, string>[] Own = [new("lab:name", "lab"), new("lab:id", "vpc"), new("Name", "lab-vpc")];
    private static readonly KeyValuePair<string, string>[] Other = [new("lab:name", "other")];

    public static IReadOnlyDictionary<string, IamRequest> All { get; } =
        new Dictionary<string, IamRequest>
        {
            ["terminate an instance"] = Ec2("TerminateInstances", "instance", "i-1"),
            ["terminate an instance of another lab"] = Ec2("TerminateInstances", "instance", "i-1").Tagged(Other),
            ["stop an instance of another lab"] = Ec2("StopInstances", "instance", "i-1").Tagged(Other),
            ["read an instance's user data"] = Ec2("DescribeInstanceAttribute", "instance", "i-1"),
            ["read an instance's console"] = Ec2("GetConsoleOutput", "instance", "i-1"),
            ["delete a VPC"] = Ec2("DeleteVpc", "vpc", "vpc-1"),
            ["delete a VPC of another lab"] = Ec2("DeleteVpc", "vpc", "vpc-1").Tagged(Other),
            ["delete a security group"] = Ec2("DeleteSecurityGroup", "security-group", "sg-1"),
            ["open a security group"] = Ec2("AuthorizeSecurityGroupIngress", "security-group", "sg-1"),
            ["delete a volume"] = Ec2("DeleteVolume", "volume", "vol-1"),
            ["delete a snapshot"] = Ec2("DeleteSnapshot", "snapshot", "snap-1"),
            ["deregister an image"] = Ec2("DeregisterImage", "image", "ami-1"),
            ["release an address"] = Ec2("ReleaseAddress", "elastic-ip", "eipalloc-1"),
            ["delete an interface"] = Ec2("DeleteNetworkInterface", "network-interface", "eni-1"),
            ["detach an interface"] = Ec2("DetachNetworkInterface", "network-interface", "eni-1"),
            ["detach from an instance of another group"] = Ec2("DetachNetworkInterface", "instance", "i-1").Tagged([new("aws:autoscaling:groupName", "other")]),
            ["tag a resource as the lab's"] = Ec2("CreateTags", "vpc", "vpc-1").Tagging(Own),
            ["tag an instance as the lab's"] = Ec2("CreateTags", "instance", "i-1").Tagging(Own),
            ["tag another lab's resource as the lab's"] = Ec2("CreateTags", "vpc", "vpc-1").Tagged(Other).Tagging(Own),
            ["give a resource of the lab to another lab"] = Ec2("CreateTags", "vpc", "vpc-1").Tagged(Own).Tagging(Other),
            ["put a strange tag on a resource of the lab"] = Ec2("CreateTags", "instance", "i-1").Tagged(Own).Tagging([.. Own, new("role", "admin")]),
            ["remove a tag"] = Ec2("DeleteTags", "vpc", "vpc-1").Tagged(Own),
            ["create without a tag"] = Ec2("CreateVpc", "vpc", "*"),
            ["create for another lab"] = Ec2("CreateVpc", "vpc", "*").Tagging(Other),
            ["tag for another lab while creating"] = Ec2("CreateTags", "vpc", "*").Tagging(Other).With("ec2:CreateAction", "CreateVpc"),
            ["tag while creating what the lab does not make"] = Ec2("CreateTags", "snapshot", "*").Tagging(Own).With("ec2:CreateAction", "CreateSnapshot"),
            ["create in another region"] = new IamRequest("ec2:CreateVpc", "arn:aws:ec2:us-east-1:123456789012:vpc/*").Tagging(Own),
            ["delete in another region"] = new IamRequest("ec2:DeleteVpc", "arn:aws:ec2:us-east-1:123456789012:vpc/vpc-1").Tagged(Own),
            ["create a subnet in a foreign VPC"] = Ec2("CreateSubnet", "vpc", "vpc-1"),
            ["create a security group in a foreign VPC"] = Ec2("CreateSecurityGroup", "vpc", "vpc-1"),
            ["attach a gateway to a foreign VPC"] = Ec2("AttachInternetGateway", "vpc", "vpc-1"),
            ["change the DHCP options of a foreign VPC"] = Ec2("AssociateDhcpOptions", "vpc", "vpc-1"),
            ["use a foreign address for a NAT gateway"] = Ec2("CreateNatGateway", "elastic-ip", "eipalloc-1"),
            ["change a foreign route table"] = Ec2("CreateRoute", "route-table", "rtb-1"),
            ["launch in a foreign subnet"] = Ec2("RunInstances", "subnet", "subnet-1"),
            ["launch with a foreign security group"] = Ec2("RunInstances", "security-group", "sg-1"),
            ["launch with a foreign key pair"] = Ec2("RunInstances", "key-pair", "other"),
            ["launch with a foreign interface"] = Ec2("RunInstances", "network-interface", "eni-1"),
            ["launch from a snapshot"] = Ec2("RunInstances", "snapshot", "snap-1"),
            ["launch from a private image"] = Ec2("RunInstances", "image", "ami-1").With("ec2:Owner", AuthorizedCalls.Account),
            ["launch from somebody's image"] = Ec2("RunInstances", "image", "ami-1").With("ec2:Owner", "210987654321"),
            ["launch from a foreign template"] = Ec2("RunInstances", "launch-template", "lt-1")
                .With("ec2:LaunchTemplate", Ec2Calls.Arn("launch-template", "lt-1")),
            ["launch without the lab's tag"] = Ec2("RunInstances", "instance", "*"),
            ["launch a foreign template's instance"] = Ec2("RunInstances", "instance", "*").With("ec2:LaunchTemplate", Ec2Calls.Arn("launch-template", "lt-1")),
            ["delete a launch template"] = Ec2("DeleteLaunchTemplate", "launch-template", "lt-1"),
            ["change a launch template"] = Ec2("ModifyLaunchTemplate", "launch-template", "lt-1"),
            ["add a version to a launch template"] = Ec2("CreateLaunchTemplateVersion", "launch-template", "lt-1"),
            ["delete a version of a launch template"] = Ec2("DeleteLaunchTemplateVersions", "launch-template", "lt-1"),
            ["delete the adopted launch template"] = Ec2("DeleteLaunchTemplate", "launch-template", "lt-0a"),
            ["share an image"] = Ec2("ModifyImageAttribute", "image", "ami-1").Tagged(Own),
            ["peer the VPC"] = Ec2("CreateVpcPeeringConnection", "vpc", "vpc-1").Tagged(Own),
            ["delete a group"] = new("autoscaling:DeleteAutoScalingGroup", AuthorizedCalls.Group("other")),
            ["move a group"] = new("autoscaling:UpdateAutoScalingGroup", AuthorizedCalls.Group("other")),
            ["start a group"] = new("autoscaling:SetDesiredCapacity", AuthorizedCalls.Group("other")),
            ["start a group of a longer name"] = new("autoscaling:SetDesiredCapacity", AuthorizedCalls.Group("tf-asg-2")),
            ["change a group's schedule"] = new("autoscaling:PutScheduledUpdateGroupAction", AuthorizedCalls.Group("other")),
            ["tag a group"] = new IamRequest("autoscaling:CreateOrUpdateTags", AuthorizedCalls.Group("other")).Tagging(Own),
            ["pass a role"] = AuthorizedCalls.PassRole("admin"),
            ["pass a role that begins like the bastion's"] = AuthorizedCalls.PassRole("tf-bastion-admin"),
            ["pass the lab's role to another service"] = new IamRequest("iam:PassRole", AuthorizedCalls.Role("lab-lab-bastion")).With(
                "iam:PassedToService",
                "lambda.amazonaws.com"
            ),
            ["pass the bastion's role to another service"] = new IamRequest("iam:PassRole", AuthorizedCalls.Role("tf-bastion")).With(
                "iam:PassedToService",
                "lambda.amazonaws.com"
            ),
            ["pass the lab's role to anything"] = new("iam:PassRole", AuthorizedCalls.Role("lab-lab-bastion")),
            ["write a role's policy"] = new("iam:PutRolePolicy", AuthorizedCalls.Role("admin")),
            ["delete a role's policy"] = new("iam:DeleteRolePolicy", AuthorizedCalls.Role("admin")),
            ["read a role's policy"] = new("iam:GetRolePolicy", AuthorizedCalls.Role("admin")),
            ["attach a policy to the lab's role"] = new("iam:AttachRolePolicy", AuthorizedCalls.Role("lab-lab-bastion")),
            ["change who has the lab's role"] = new("iam:UpdateAssumeRolePolicy", AuthorizedCalls.Role("lab-lab-bastion")),
            ["remove the boundary of the lab's role"] = new("iam:DeleteRolePermissionsBoundary", AuthorizedCalls.Role("lab-lab-bastion")),
            ["delete the adopted role"] = new("iam:DeleteRole", AuthorizedCalls.Role("tf-bastion")),
            ["create a role"] = new IamRequest("iam:CreateRole", AuthorizedCalls.Role("admin")).Tagging(Own),
            ["create a user"] = new("iam:CreateUser", "arn:aws:iam::123456789012:user/lab"),
            ["put a role into a foreign profile"] = new("iam:AddRoleToInstanceProfile", AuthorizedCalls.Profile("other")),
            ["delete a profile"] = new("iam:DeleteInstanceProfile", AuthorizedCalls.Profile("tf-bastion")),
            ["make another service's role"] = new IamRequest(
                "iam:CreateServiceLinkedRole",
                AuthorizedCalls.Role("aws-service-role/spot.amazonaws.com/AWSServiceRoleForEC2Spot")
            ).With("iam:AWSServiceName", "spot.amazonaws.com"),
            ["delete a parameter"] = new("ssm:DeleteParameter", AuthorizedCalls.Ssm("/other/key")),
            ["delete another lab's lease"] = new("ssm:DeleteParameter", AuthorizedCalls.Ssm("/lab/other/lease")),
            ["read a parameter"] = new("ssm:GetParameter", AuthorizedCalls.Ssm("/prod/password")),
            ["read several parameters"] = new("ssm:GetParameters", AuthorizedCalls.Ssm("/prod/password")),
            ["change a budget"] = new("budgets:ModifyBudget", "arn:aws:budgets::123456789012:budget/company"),
            ["change a budget of a longer name"] = new("budgets:ModifyBudget", "arn:aws:budgets::123456789012:budget/lab-lab-2"),
        };

    public static TheoryData<string> Names() => [.. All.Keys];

    private static IamRequest Ec2(string action, string kind, string id) => new($"ec2:{action}", Ec2Calls.Arn(kind, id));
}
