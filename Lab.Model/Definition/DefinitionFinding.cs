namespace Lab.Model.Definition;

/// <summary>A value that breaks a rule.</summary>
/// <param name="Path">The value: <c>nodes[1].mac</c>.</param>
/// <param name="Message">What is wrong and what is allowed.</param>
public sealed record DefinitionFinding(string Path, string Message)
{
    /// <summary>The values that it is measured against: one of them is to be changed where the file does not hold the value itself.</summary>
    public IReadOnlyList<string> Against { get; init; } = [];
}
