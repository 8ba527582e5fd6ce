namespace Lab.Emulation.Machines;

/// <summary>Why something does not go on, and what to do about it.</summary>
/// <param name="Cause">What is wrong, in a sentence or two.</param>
/// <param name="Remedy">What to do, in a sentence or two; empty where Lab cannot say, as for a run that was kept without it.</param>
public sealed record Reason(string Cause, string Remedy)
{
    /// <summary>The key of the lab file that the remedy is about: <c>boot.arguments</c>, <c>nodes[].mac</c> of the node's own entry; null for none.</summary>
    public string? Setting { get; init; }
}
