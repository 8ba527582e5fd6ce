using System.Text.Json.Nodes;

namespace Lab.Tests.Deployer.Iam;

/// <summary>One key of a condition (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html).</summary>
internal sealed record IamCondition(string Operator, string Key, IReadOnlyList<string> Values)
{
    private const string ForAll = "ForAllValues:";
    private const string ForAny = "ForAnyValue:";

    /// <summary>Keys whose meaning is known; the first two continue with a tag's key.</summary>
    private static readonly string[] Keys =
    [
        "aws:requesttag/",
        "aws:resourcetag/",
        "aws:tagkeys",
        "ec2:createaction",
        "ec2:vpc",
        "ec2:owner",
        "ec2:launchtemplate",
        "iam:passedtoservice",
        "iam:awsservicename",
    ];

    private static readonly string[] Operators = ["StringEquals", "StringLike", "ArnEquals", "ArnLike", "Bool", "Null"];

    private string Comparison => Operator.Split(':')[^1];

    public static IamCondition Parse(string test, string key, JsonNode? values)
    {
        var condition = new IamCondition(test, key.ToLowerInvariant(), Texts(values));
        var isKnown = Keys.Any(known => known.EndsWith('/') ? condition.Key.StartsWith(known, StringComparison.Ordinal) : condition.Key == known);
        var isSet = test.StartsWith(ForAll, StringComparison.Ordinal) || test.StartsWith(ForAny, StringComparison.Ordinal);
        return isKnown && Operators.Contains(condition.Comparison) && (isSet ? condition.Comparison != "Null" : !test.Contains(':'))
            ? condition
            : throw new NotSupportedException($"The evaluator does not understand the condition {test} {key}");
    }

    /// <summary>One text or a list of them.</summary>
    public static IReadOnlyList<string> Texts(JsonNode? node) => node is JsonArray list ? [.. list.Select(item => (string)item!)] : [(string)node!];

    public bool Holds(IamRequest request)
    {
        var found = request.Context.GetValueOrDefault(Key);
        return Operator switch
        {
            "Null" => Values.Single() == (found is null ? "true" : "false"),
            _ when Operator.StartsWith(ForAll, StringComparison.Ordinal) => found is null || found.All(IsOne),
            _ when Operator.StartsWith(ForAny, StringComparison.Ordinal) => found is not null && found.Any(IsOne),
            _ when found is null => false,
            _ when found.Count != 1 => throw new NotSupportedException($"{Key} has several values, so {Operator} means nothing: {request}"),
            _ => IsOne(found[0]),
        };
    }

    private bool IsOne(string value) =>
        Values.Any(wanted =>
            Comparison switch
            {
                "StringEquals" => wanted == value,
                "StringLike" => Pattern.Matches(wanted, value),
                "Bool" => string.Equals(wanted, value, StringComparison.OrdinalIgnoreCase),
                _ => Pattern.MatchesArn(wanted, value),
            }
        );
}
