using System.Text.Json.Nodes;

namespace Lab.Tests.Deployer.Iam;

/// <summary>
/// An identity policy, evaluated as IAM does (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html):
/// a statement that denies wins, and what no statement allows is denied. What is not understood here is an error, never allowed.
/// </summary>
internal sealed class IamPolicy
{
    private static readonly string[] Known = ["Sid", "Effect", "Action", "Resource", "Condition"];

    private readonly IReadOnlyList<Statement> _statements;

    private IamPolicy(IReadOnlyList<Statement> statements) => _statements = statements;

    /// <summary>Every action of every statement.</summary>
    public IEnumerable<(string Statement, string Action)> Grants =>
        _statements.SelectMany(statement => statement.Actions.Select(action => (statement.Id, action)));

    /// <exception cref="NotSupportedException">The policy holds something that is not understood here.</exception>
    public static IamPolicy Parse(string json)
    {
        var document = JsonNode.Parse(json)!.AsObject();
        Require(document.Select(property => property.Key).All(key => key is "Version" or "Statement"), json);
        Require((string?)document["Version"] == "2012-10-17", "Version");
        return new IamPolicy([.. document["Statement"]!.AsArray().Select(statement => Statement.Parse(statement!.AsObject()))]);
    }

    /// <summary>The policy without one action of one statement.</summary>
    public IamPolicy Without(string statement, string action) =>
        new([
            .. _statements.Select(candidate =>
                candidate.Id == statement ? candidate with { Actions = [.. candidate.Actions.Where(other => other != action)] } : candidate
            ),
        ]);

    public bool Allows(IamRequest request)
    {
        var matching = _statements.Where(statement => statement.Matches(request)).ToList();
        return matching.Count > 0 && matching.All(statement => statement.Allows);
    }

    private static void Require(bool understood, string what)
    {
        if (!understood)
        {
            throw new NotSupportedException($"The evaluator does not understand {what}");
        }
    }

    private sealed record Statement(
        string Id,
        bool Allows,
        IReadOnlyList<string> Actions,
        IReadOnlyList<string> Resources,
        IReadOnlyList<IamCondition> Conditions
    )
    {
        public static Statement Parse(JsonObject json)
        {
            Require(json.All(property => Known.Contains(property.Key)), json.ToJsonString());
            var effect = (string?)json["Effect"];
            Require(effect is "Allow" or "Deny", $"Effect {effect}");
            var resources = IamCondition.Texts(json["Resource"]);
            Require(resources.All(resource => resource == "*" || resource.Split(':').Length >= 6), json.ToJsonString());
            Require(!json.ToJsonString().Contains("${", StringComparison.Ordinal), "a policy variable");
            return new Statement(
                (string)json["Sid"]!,
                effect == "Allow",
                IamCondition.Texts(json["Action"]),
                resources,
                [
                    .. (json["Condition"]?.AsObject() ?? []).SelectMany(test =>
                        test.Value!.AsObject().Select(key => IamCondition.Parse(test.Key, key.Key, key.Value))
                    ),
                ]
            );
        }

        public bool Matches(IamRequest request) =>
            Actions.Any(action => Pattern.Matches(action.ToLowerInvariant(), request.Action.ToLowerInvariant()))
            && Resources.Any(resource => resource == "*" || Pattern.Matches(resource, request.Resource))
            && Conditions.All(condition => condition.Holds(request));
    }
}
