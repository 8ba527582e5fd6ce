using Lab.Model.Definition;

namespace Lab.Model.Checks;

/// <summary>One rule about what works on AWS.</summary>
/// <param name="id">Stable name.</param>
/// <param name="severity">How bad a breach is.</param>
/// <param name="path">The value of <c>lab.yaml</c> that decides.</param>
/// <param name="remedy">What to do.</param>
/// <param name="source">Where it can be read.</param>
internal abstract class LabCheck(string id, Severity severity, string path, string remedy, string source)
{
    /// <summary>True for a rule that holds at home as well as on AWS.</summary>
    public virtual bool HoldsAtHome => false;

    /// <summary>The finding; null where the definition keeps the rule.</summary>
    public Finding? Run(LabDefinition lab, DateOnly date) =>
        Explain(lab, date) is { } explanation ? new Finding(id, severity, path, explanation, remedy, new Uri(source)) : null;

    /// <summary>What is wrong; null where nothing is.</summary>
    protected abstract string? Explain(LabDefinition lab, DateOnly date);
}
