namespace Lab.Model.Checks;

/// <summary>Findings in words.</summary>
public static class FindingText
{
    /// <summary><c>warning</c></summary>
    public static string Word(this Severity severity) => severity.ToString().ToLowerInvariant();

    /// <summary>One line, without remedy and source: <c>warning node-disk (launch.diskGib): what is wrong</c></summary>
    public static string Line(this Finding finding) => $"{finding.Severity.Word()} {finding.Id} ({finding.Path}): {finding.Explanation}";

    /// <summary>What belongs below a finding's heading.</summary>
    public static IEnumerable<string> Details(this Finding finding) =>
        [$"    {finding.Explanation}", $"    Do: {finding.Remedy}", $"    See: {finding.Source}"];

    /// <summary><c>1 error, 2 warnings, 3 notes.</c></summary>
    public static string Summary(IReadOnlyList<Finding> findings) =>
        $"{Count(findings, Severity.Error)}, {Count(findings, Severity.Warning)}, {Count(findings, Severity.Info)}.";

    /// <summary><c>2 warnings</c></summary>
    public static string Count(IReadOnlyList<Finding> findings, Severity severity)
    {
        var word = severity == Severity.Info ? "note" : severity.Word();
        return findings.Count(finding => finding.Severity == severity) is var count && count == 1 ? $"1 {word}" : $"{count} {word}s";
    }
}
