using System.Text.Json;
using System.Text.Json.Nodes;
using Lab.Model.Definition;

namespace Lab.Model.Rendering;

/// <summary>What the bastion may do, and what whoever deploys must be allowed to do. Nothing more.</summary>
public static class IamPolicies
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The bastion's: find the interface with the static address, and move it to itself.</summary>
    public static string Bastion(LabDefinition lab) => Document(
        Statement("FindAddress", ["ec2:DescribeNetworkInterfaces"], ["*"]),
        Statement("TakeAddress", ["ec2:AttachNetworkInterface", "ec2:DetachNetworkInterface"], [$"arn:aws:ec2:{lab.Region}:*:network-interface/*"], Equal($"aws:ResourceTag/{Tags.Lab}", lab.Name)),
        Statement("ToItself", ["ec2:AttachNetworkInterface", "ec2:DetachNetworkInterface"], [$"arn:aws:ec2:{lab.Region}:*:instance/*"], Equal("aws:ResourceTag/aws:autoscaling:groupName", lab.Bastion.Group)));

    /// <summary>
    /// The operator's: everything that lab-deploy calls. What carries the lab's tag may be changed, and of what does not only the
    /// bastion's own group, template and role.
    /// </summary>
    /// <param name="lab">The definition.</param>
    /// <param name="role">Name of an adopted bastion's role; null where it is not known, which allows any.</param>
    public static string Operator(LabDefinition lab, string? role = null) => Document(
    [
        Statement("Read", ["ec2:Describe*", "autoscaling:Describe*", "sts:GetCallerIdentity"], ["*"]),
        Statement("CreateWithTag", [.. Creates.Select(action => $"ec2:{action}")], ["*"], Equal($"aws:RequestTag/{Tags.Lab}", lab.Name)),
        Statement("CreateIn", [.. Creates.Concat(Changes).Select(action => $"ec2:{action}")], ["*"], Equal($"aws:ResourceTag/{Tags.Lab}", lab.Name)),
        Statement("TagAtCreate", ["ec2:CreateTags"], ["*"], Equal($"aws:RequestTag/{Tags.Lab}", lab.Name)),
        Statement("LaunchFromImage", ["ec2:RunInstances"], [$"arn:aws:ec2:{lab.Region}::image/*", $"arn:aws:ec2:{lab.Region}:*:network-interface/*", $"arn:aws:ec2:{lab.Region}:*:volume/*"]),
        Statement("TakeAddressBack", ["ec2:DetachNetworkInterface"], [$"arn:aws:ec2:{lab.Region}:*:instance/*"], Equal("aws:ResourceTag/aws:autoscaling:groupName", lab.Bastion.Group)),
        Statement("BastionGroup", ["autoscaling:UpdateAutoScalingGroup", "autoscaling:TerminateInstanceInAutoScalingGroup", .. lab.Bastion.Create ? GroupCreation : []], [$"arn:aws:autoscaling:{lab.Region}:*:autoScalingGroup:*:autoScalingGroupName/{lab.Bastion.Group}"]),
        .. lab.Bastion.Create ? ForCreatedGroup(lab) : ForAdoptedGroup(lab, role),
        Statement(
            "BastionRole",
            [.. RolePolicy, "iam:GetInstanceProfile", "iam:GetRole", "iam:CreateRole", "iam:DeleteRole", "iam:TagRole", "iam:CreateInstanceProfile", "iam:DeleteInstanceProfile", "iam:TagInstanceProfile", "iam:AddRoleToInstanceProfile", "iam:RemoveRoleFromInstanceProfile"],
            [$"arn:aws:iam::*:role/{Tags.BastionPolicy(lab)}", $"arn:aws:iam::*:instance-profile/{Tags.BastionPolicy(lab)}"]),
        Statement("Lease", ["ssm:GetParameter", "ssm:PutParameter", "ssm:DeleteParameter"], [$"arn:aws:ssm:{lab.Region}:*:parameter/lab/{lab.Name}/*"]),
        Statement("Budget", ["budgets:ViewBudget", "budgets:ModifyBudget"], [$"arn:aws:budgets::*:budget/lab-{lab.Name}"]),
    ]);

    private static readonly string[] GroupCreation =
    [
        "autoscaling:CreateAutoScalingGroup", "autoscaling:CreateOrUpdateTags", "autoscaling:DeleteAutoScalingGroup", "autoscaling:PutScheduledUpdateGroupAction", "autoscaling:DeleteScheduledAction",
    ];

    private static readonly string[] RolePolicy = ["iam:GetRolePolicy", "iam:PutRolePolicy", "iam:DeleteRolePolicy", "iam:PassRole"];

    private static readonly string[] Creates =
    [
        "CreateVpc", "CreateSubnet", "CreateInternetGateway", "AllocateAddress", "CreateNatGateway", "CreateRouteTable", "CreateSecurityGroup",
        "CreateDhcpOptions", "CreateNetworkInterface", "CreateLaunchTemplate", "RunInstances",
    ];

    private static readonly string[] Changes =
    [
        "CreateTags", "ModifyVpcAttribute", "AssociateVpcCidrBlock", "DeleteVpc", "ModifySubnetAttribute", "DeleteSubnet", "AttachInternetGateway", "DetachInternetGateway", "DeleteInternetGateway",
        "ReleaseAddress", "DeleteNatGateway", "CreateRoute", "ReplaceRoute", "DeleteRoute", "AssociateRouteTable", "DisassociateRouteTable", "ReplaceRouteTableAssociation", "DeleteRouteTable",
        "AuthorizeSecurityGroupIngress", "AuthorizeSecurityGroupEgress", "RevokeSecurityGroupIngress", "RevokeSecurityGroupEgress", "DeleteSecurityGroup",
        "AssociateDhcpOptions", "DeleteDhcpOptions", "ModifyNetworkInterfaceAttribute", "DetachNetworkInterface", "DeleteNetworkInterface",
        "CreateLaunchTemplateVersion", "ModifyLaunchTemplate", "DeleteLaunchTemplate", "TerminateInstances", "GetConsoleOutput",
    ];

    /// <summary>Auto Scaling looks the image up itself, in the name of whoever makes the group, and has a role of its own.</summary>
    private static IEnumerable<JsonObject> ForCreatedGroup(LabDefinition lab) =>
    [
        Statement("BastionImage", ["ssm:GetParameters"], [$"arn:aws:ssm:{lab.Region}::parameter/aws/service/ami-amazon-linux-latest/*"]),
        Statement("AutoScalingRole", ["iam:CreateServiceLinkedRole"], ["arn:aws:iam::*:role/aws-service-role/autoscaling.amazonaws.com/*"], Equal("iam:AWSServiceName", "autoscaling.amazonaws.com")),
    ];

    private static IEnumerable<JsonObject> ForAdoptedGroup(LabDefinition lab, string? role) =>
    [
        Statement("BastionTemplate", ["ec2:CreateLaunchTemplateVersion", "ec2:DeleteLaunchTemplateVersions"], [$"arn:aws:ec2:{lab.Region}:*:launch-template/*"]),
        Statement("AdoptedProfile", ["iam:GetInstanceProfile"], ["arn:aws:iam::*:instance-profile/*"]),
        Statement("AdoptedRole", RolePolicy, [$"arn:aws:iam::*:role/{role ?? "*"}"]),
    ];

    private static string Document(params IEnumerable<JsonObject> statements) =>
        new JsonObject { ["Version"] = "2012-10-17", ["Statement"] = new JsonArray([.. statements]) }.ToJsonString(Indented).ReplaceLineEndings("\n") + "\n";

    private static JsonObject Statement(string id, IEnumerable<string> actions, IEnumerable<string> resources, JsonObject? condition = null)
    {
        var statement = new JsonObject { ["Sid"] = id, ["Effect"] = "Allow", ["Action"] = List(actions), ["Resource"] = List(resources) };
        if (condition is not null)
        {
            statement["Condition"] = condition;
        }

        return statement;
    }

    private static JsonArray List(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode)text)]);

    private static JsonObject Equal(string key, string value) => new() { ["StringEquals"] = new JsonObject { [key] = value } };
}
