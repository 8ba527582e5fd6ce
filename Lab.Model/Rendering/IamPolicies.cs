using System.Text.Json;
using System.Text.Json.Nodes;
using Lab.Model.Definition;

namespace Lab.Model.Rendering;

/// <summary>What the bastion may do, and what whoever deploys must be allowed to do. Nothing more.</summary>
public static class IamPolicies
{
    private const string LabTag = $"aws:ResourceTag/{Tags.Lab}";
    private const string NewLabTag = $"aws:RequestTag/{Tags.Lab}";
    private const string GroupTag = "aws:ResourceTag/aws:autoscaling:groupName";
    private const string CreateAction = "ec2:CreateAction";
    private const string RunInstances = "ec2:RunInstances";
    private const string CreateTags = "ec2:CreateTags";

    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The bastion's: find the interface with the static address, and move it to itself.</summary>
    public static string Bastion(LabDefinition lab) =>
        Document(
            Statement("FindAddress", ["ec2:DescribeNetworkInterfaces"], ["*"]),
            Statement(
                "TakeAddress",
                ["ec2:AttachNetworkInterface", "ec2:DetachNetworkInterface"],
                [$"arn:aws:ec2:{lab.Region}:*:network-interface/*"],
                Equal((LabTag, [lab.Name]), ($"aws:ResourceTag/{Tags.Id}", [Tags.BastionInterface]))
            ),
            Statement(
                "ToItself",
                ["ec2:AttachNetworkInterface", "ec2:DetachNetworkInterface"],
                [$"arn:aws:ec2:{lab.Region}:*:instance/*"],
                Equal((GroupTag, [lab.Bastion.Group]))
            )
        );

    /// <summary>
    /// The operator's: everything that lab-deploy calls. What carries the lab's tag may be changed, and of what does not only the
    /// bastion's own group, template and role. The tag comes only with a thing's creation: else it would make a foreign thing the lab's.
    /// </summary>
    /// <param name="lab">The definition.</param>
    /// <param name="adopted">The existing bastion; null where it is not known: then the policy has words in place of its names.</param>
    public static string Operator(LabDefinition lab, AdoptedBastionNames? adopted = null)
    {
        string[] here = [$"arn:aws:ec2:{lab.Region}:*:*"];
        string[] creations = [.. OperatorActions.Creates, .. OperatorActions.CreatesInside];
        return Document([
            Statement("Read", OperatorActions.Reads, ["*"]),
            Statement("Create", [.. creations.Select(Ec2)], here, Equal((NewLabTag, [lab.Name]))),
            Statement("Change", [.. OperatorActions.CreatesInside.Concat(OperatorActions.Changes).Select(Ec2)], here, Equal((LabTag, [lab.Name]))),
            Statement("TagAtCreate", [CreateTags], here, Equal((NewLabTag, [lab.Name]), (CreateAction, creations))),
            Statement(
                "TagAgain",
                [CreateTags],
                here,
                [
                    .. Equal((LabTag, [lab.Name]), (NewLabTag, [lab.Name])),
                    KeyValuePair.Create("ForAllValues:StringEquals", Keys(("aws:TagKeys", [Tags.Lab, Tags.Id, Tags.ConsoleName]))),
                ]
            ),
            Statement(
                "LaunchFromImage",
                [RunInstances],
                [$"arn:aws:ec2:{lab.Region}::image/*"],
                Equal(("ec2:Owner", [NodeImages.Of(lab).Publisher, .. lab.Bastion.Create ? ["amazon"] : Array.Empty<string>()]))
            ),
            .. lab.Network.Existing is { } existing ? ForExistingNetwork(lab, existing) : [],
            Statement("AmazonDhcp", ["ec2:AssociateDhcpOptions"], [$"arn:aws:ec2:{lab.Region}:*:dhcp-options/default"]),
            Statement("TakeAddressBack", ["ec2:DetachNetworkInterface"], [$"arn:aws:ec2:{lab.Region}:*:instance/*"], Equal((GroupTag, [lab.Bastion.Group]))),
            Statement(
                "BastionGroup",
                lab.Bastion.Create ? OperatorActions.CreatedGroup : OperatorActions.AdoptedGroup,
                [$"arn:aws:autoscaling:{lab.Region}:*:autoScalingGroup:*:autoScalingGroupName/{lab.Bastion.Group}"]
            ),
            .. lab.Bastion.Create ? ForCreatedGroup(lab) : ForAdoptedGroup(lab, template: (adopted ?? AdoptedBastionNames.Unknown).Template),
            Statement(
                "BastionProfile",
                ["iam:GetInstanceProfile"],
                [$"arn:aws:iam::*:instance-profile/{(lab.Bastion.Create ? Tags.BastionPolicy(lab) : "*")}"]
            ),
            .. BastionRole(lab, lab.Bastion.Create ? null : (adopted ?? AdoptedBastionNames.Unknown).Role),
            .. NodeLaunch.AnySpot(lab) ? ForSpot() : [],
            Statement("Lease", ["ssm:GetParameter", "ssm:PutParameter", "ssm:DeleteParameter"], [$"arn:aws:ssm:{lab.Region}:*:parameter/lab/{lab.Name}/*"]),
            Statement("Budget", ["budgets:ViewBudget", "budgets:ModifyBudget"], [$"arn:aws:budgets::*:budget/lab-{lab.Name}"]),
        ]);
    }

    /// <summary>What stands in a network that is not the lab's, and the lab's routes there: the network itself may not be changed.</summary>
    private static IEnumerable<JsonObject> ForExistingNetwork(LabDefinition lab, ExistingNetworkDefinition existing)
    {
        string Arn(string kind, string id) => $"arn:aws:ec2:{lab.Region}:*:{kind}/{id}";
        KeyValuePair<string, JsonNode?> Inside() => KeyValuePair.Create("ArnLike", Keys(("ec2:Vpc", [Arn("vpc", existing.Vpc)])));
        string[] tables = [Arn("route-table", "*")];
        (string, string[])[] mark = [("aws:TagKeys", [Tags.Routes(lab)])];
        return
        [
            Statement(
                "InExistingNetwork",
                [.. OperatorActions.CreatesInExisting.Select(Ec2)],
                [
                    Arn("vpc", existing.Vpc),
                    Arn("subnet", existing.PublicSubnet),
                    Arn("subnet", existing.PrivateSubnet),
                    .. lab.Network.Zones.Select(zone => zone.Existing).OfType<string>().Select(subnet => Arn("subnet", subnet)),
                ]
            ),
            Statement("RoutesInExisting", [.. OperatorActions.Routes.Select(Ec2)], tables, [Inside()]),
            Statement(
                "MarkOfRoutes",
                [CreateTags, "ec2:DeleteTags"],
                tables,
                // The first alone lets a request pass that names no tag, and so all of them.
                [Inside(), KeyValuePair.Create("ForAllValues:StringEquals", Keys(mark)), KeyValuePair.Create("ForAnyValue:StringEquals", Keys(mark))]
            ),
        ];
    }

    /// <summary>The first spot instance of an account makes a role of that service's.</summary>
    private static IEnumerable<JsonObject> ForSpot() =>
        [
            Statement(
                "SpotRole",
                ["iam:CreateServiceLinkedRole"],
                ["arn:aws:iam::*:role/aws-service-role/spot.amazonaws.com/*"],
                Equal(("iam:AWSServiceName", ["spot.amazonaws.com"]))
            ),
        ];

    /// <summary>Auto Scaling looks the image up itself, in the name of whoever makes the group, and has a role of its own.</summary>
    private static IEnumerable<JsonObject> ForCreatedGroup(LabDefinition lab) =>
        [
            Statement("BastionImage", ["ssm:GetParameters"], [$"arn:aws:ssm:{lab.Region}::parameter/aws/service/ami-amazon-linux-latest/*"]),
            Statement(
                "AutoScalingRole",
                ["iam:CreateServiceLinkedRole"],
                ["arn:aws:iam::*:role/aws-service-role/autoscaling.amazonaws.com/*"],
                Equal(("iam:AWSServiceName", ["autoscaling.amazonaws.com"]))
            ),
        ];

    /// <summary>
    /// Moving a group takes its caller's permission to launch what the template names: the bastion's own image, tags and, when it is
    /// given back, its own subnets and groups. Whoever may add a version decides what that is, so the template is the limit.
    /// </summary>
    private static IEnumerable<JsonObject> ForAdoptedGroup(LabDefinition lab, string template)
    {
        var arn = $"arn:aws:ec2:{lab.Region}:*:launch-template/{template}";
        string[] launched = [.. new[] { "instance", "network-interface", "volume" }.Select(kind => $"arn:aws:ec2:{lab.Region}:*:{kind}/*")];
        return
        [
            Statement("BastionTemplate", ["ec2:CreateLaunchTemplateVersion", "ec2:DeleteLaunchTemplateVersions"], [arn]),
            Statement(
                "BastionLaunch",
                [RunInstances],
                [$"arn:aws:ec2:{lab.Region}:*:*"],
                [KeyValuePair.Create("ArnLike", Keys(("ec2:LaunchTemplate", [arn])))]
            ),
            Statement("BastionTags", [CreateTags], launched, Equal((CreateAction, ["RunInstances"]))),
        ];
    }

    /// <summary>The bastion's own role gets only its policy; without one the lab makes a role and its profile. Whether there is the lab's role is looked up in any case.</summary>
    private static IEnumerable<JsonObject> BastionRole(LabDefinition lab, string? adopted)
    {
        var own = Tags.BastionPolicy(lab);
        return
        [
            adopted is null
                ? Statement("BastionRole", [.. OperatorActions.RolePolicy, .. OperatorActions.OwnRole], [Role(own), $"arn:aws:iam::*:instance-profile/{own}"])
                : Statement("BastionRole", OperatorActions.RolePolicy, [Role(adopted)]),
            .. adopted is null ? [] : new[] { Statement("LabRole", ["iam:GetRole"], [Role(own)]) },
            Statement("PassRole", ["iam:PassRole"], [Role(adopted ?? own)], Equal(("iam:PassedToService", ["ec2.amazonaws.com"]))),
        ];
    }

    private static string Role(string name) => $"arn:aws:iam::*:role/{name}";

    private static string Ec2(string action) => $"ec2:{action}";

    private static string Document(params IEnumerable<JsonObject> statements) =>
        new JsonObject { ["Version"] = "2012-10-17", ["Statement"] = new JsonArray([.. statements]) }
            .ToJsonString(Indented)
            .ReplaceLineEndings("\n") + "\n";

    private static JsonObject Statement(
        string id,
        IEnumerable<string> actions,
        IEnumerable<string> resources,
        IEnumerable<KeyValuePair<string, JsonNode?>>? condition = null
    )
    {
        var statement = new JsonObject
        {
            ["Sid"] = id,
            ["Effect"] = "Allow",
            ["Action"] = List(actions),
            ["Resource"] = List(resources),
        };
        if (condition is not null)
        {
            statement["Condition"] = new JsonObject(condition);
        }

        return statement;
    }

    private static JsonArray List(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode)text)]);

    private static KeyValuePair<string, JsonNode?>[] Equal(params (string Key, string[] Values)[] keys) => [KeyValuePair.Create("StringEquals", Keys(keys))];

    private static JsonNode? Keys(params (string Key, string[] Values)[] keys) =>
        new JsonObject(keys.Select(key => KeyValuePair.Create(key.Key, key.Values is [var only] ? (JsonNode?)only : List(key.Values))));
}
