using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using System.Web;
using Lab.Deployment.Aws;
using Lab.Tests.Deployer.Iam;
using Lab.Tests.Deployer.Strict;

namespace Lab.Tests.Deployer;

/// <summary>
/// Turns calls on their way to the emulator into what AWS would ask IAM about them: which resources each action is checked against and
/// which condition keys come along (https://docs.aws.amazon.com/service-authorization/latest/reference). Tags are read from the
/// emulator at the moment of the call. A call that is not known here is an error.
/// </summary>
internal sealed class AuthorizedCalls(AwsClients direct)
{
    public const string Account = "123456789012";
    public const string Region = "eu-west-1";

    private readonly Ec2Calls _ec2 = new(direct);
    private readonly ConcurrentDictionary<string, IamRequest> _requests = new();
    private readonly ConcurrentBag<Exception> _errors = [];

    /// <summary>Each different request once.</summary>
    /// <exception cref="AggregateException">A call is not known here.</exception>
    public IReadOnlyCollection<IamRequest> Requests => _errors.IsEmpty ? [.. _requests.Values] : throw new AggregateException(_errors);

    /// <summary>Notes a call before the emulator carries it out.</summary>
    public async Task NoteAsync(Call call)
    {
        try
        {
            foreach (var request in await RequestsAsync(call))
            {
                _requests[request.ToString()] = request;
            }
        }
        catch (Exception e)
        {
            // Thrown here it would be a lost answer to the client, which then tries again.
            _errors.Add(new InvalidOperationException($"{call.Service}:{call.Operation} {call.Text}", e));
        }
    }

    private async Task<IEnumerable<IamRequest>> RequestsAsync(Call call)
    {
        var action = $"{call.Service}:{call.Operation}";
        var query = call.IsJson ? [] : HttpUtility.ParseQueryString(call.Text);
        switch (call.Service)
        {
            case "ec2":
                return await _ec2.RequestsAsync(action, new Ec2Parameters(query));
            case "autoscaling":
                return await ScalingAsync(action, new Ec2Parameters(query));
            case "iam":
                return Iam(action, new Ec2Parameters(query));
            case "ram":
                return
                [
                    new IamRequest(
                        call.Operation == "getresourceshareassociations" ? "ram:GetResourceShareAssociations" : throw new NotSupportedException(action),
                        "*"
                    ),
                ];
            case "sts" or "elasticloadbalancing":
                return [new IamRequest(action, "*")];
            case "ssm":
                return [new IamRequest(action, Ssm((string)JsonNode.Parse(call.Text)!["Name"]!))];
            case "budgets":
                var budget = JsonNode.Parse(call.Text)!;
                return
                [
                    new IamRequest(
                        call.Operation.StartsWith("Describe", StringComparison.Ordinal) ? "budgets:ViewBudget" : "budgets:ModifyBudget",
                        $"arn:aws:budgets::{Account}:budget/{budget["BudgetName"] ?? budget["Budget"]!["BudgetName"]}"
                    ),
                ];
            default:
                throw new NotSupportedException($"Which resources {action} is checked against is not known");
        }
    }

    public static string Ssm(string name) => $"arn:aws:ssm:{Region}:{Account}:parameter{name}";

    public static string Group(string name) => $"arn:aws:autoscaling:{Region}:{Account}:autoScalingGroup:4711:autoScalingGroupName/{name}";

    public static string Role(string name) => $"arn:aws:iam::{Account}:role/{name}";

    public static string Profile(string name) => $"arn:aws:iam::{Account}:instance-profile/{name}";

    /// <summary>EC2 is the service that gets a role, also where it is put into an instance profile.</summary>
    public static IamRequest PassRole(string name) => new IamRequest("iam:PassRole", Role(name)).With("iam:PassedToService", "ec2.amazonaws.com");

    /// <summary>A group that is created or moved is checked as if its caller launched from its template.</summary>
    private async Task<IEnumerable<IamRequest>> ScalingAsync(string action, Ec2Parameters parameters)
    {
        if (action.StartsWith("autoscaling:Describe", StringComparison.Ordinal))
        {
            return [new IamRequest(action, "*")];
        }

        var tags = parameters.Tags("Tags.member");
        var group = parameters["AutoScalingGroupName"] ?? (await direct.AutoScaling.FindGroupAsync("tf-asg", CancellationToken.None))!.Name;
        List<IamRequest> requests = [new IamRequest(action, Group(group)).Tagging(tags)];
        if (tags.Count > 0)
        {
            requests.Add(new IamRequest("autoscaling:CreateOrUpdateTags", Group(group)).Tagging(tags));
        }

        if (action == "autoscaling:CreateAutoScalingGroup")
        {
            requests.Add(
                new IamRequest("iam:CreateServiceLinkedRole", Role("aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling")).With(
                    "iam:AWSServiceName",
                    "autoscaling.amazonaws.com"
                )
            );
        }

        return parameters["LaunchTemplate.LaunchTemplateId"] is { } template
            ? [.. requests, .. await _ec2.LaunchAsync(template, parameters["LaunchTemplate.Version"]!, parameters["VPCZoneIdentifier"]?.Split(','))]
            : requests;
    }

    private static List<IamRequest> Iam(string action, Ec2Parameters parameters)
    {
        var tags = parameters.Tags("Tags.member");
        var (profile, role) = (parameters["InstanceProfileName"], parameters["RoleName"]);
        var resource = profile is not null ? Profile(profile) : Role(role!);
        List<IamRequest> requests = [new IamRequest(action, resource).Tagging(tags)];
        if (tags.Count > 0)
        {
            requests.Add(new IamRequest(profile is null ? "iam:TagRole" : "iam:TagInstanceProfile", resource).Tagging(tags));
        }

        return action == "iam:AddRoleToInstanceProfile" ? [.. requests, PassRole(role!)] : requests;
    }
}
