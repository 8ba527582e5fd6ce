using System.IO.Enumeration;

namespace Lab.Tests.Deployer.Iam;

/// <summary>IAM's wildcards: <c>*</c> for any characters, <c>?</c> for one.</summary>
internal static class Pattern
{
    public static bool Matches(string pattern, string text) =>
        pattern.Contains('\\')
            ? throw new NotSupportedException($"The evaluator does not understand a backslash in {pattern}")
            : FileSystemName.MatchesSimpleExpression(pattern, text, ignoreCase: false);

    /// <summary>An ARN is matched part by part, so that a wildcard stays in its part.</summary>
    public static bool MatchesArn(string pattern, string arn)
    {
        var (wanted, found) = (pattern.Split(':', 6), arn.Split(':', 6));
        return wanted.Length == 6 && found.Length == 6 && wanted.Zip(found).All(pair => Matches(pair.First, pair.Second));
    }
}
