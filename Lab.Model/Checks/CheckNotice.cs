using Lab.Model.Definition;

namespace Lab.Model.Checks;

/// <summary>What a run says of AWS before it starts.</summary>
public static class CheckNotice
{
    /// <summary>One line at home, where AWS is another day's matter; in a rehearsal of the cloud each error in full. Null when there is nothing to say.</summary>
    /// <param name="lab">The definition.</param>
    /// <param name="today">The day that decides what is free.</param>
    public static string? Of(LabDefinition lab, DateOnly today)
    {
        var findings = LabChecks.Run(lab, today).Where(finding => finding.Severity > Severity.Info).ToList();
        if (findings.Count == 0)
        {
            return null;
        }

        var notice =
            $"For AWS: {FindingText.Count(findings, Severity.Error)}, {FindingText.Count(findings, Severity.Warning)}. See: {LabCommand.Line("check")}";
        return lab.Network.As == RehearsedNetwork.Vpc
            ? string.Join('\n', [.. findings.Where(finding => finding.Severity == Severity.Error).Select(finding => $"For AWS: {finding.Line()}"), notice])
            : notice;
    }
}
