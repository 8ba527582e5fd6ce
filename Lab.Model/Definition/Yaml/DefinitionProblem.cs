namespace Lab.Model.Definition;

/// <summary>What is wrong at one place of a lab file.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1.</param>
/// <param name="Message">What is wrong and what is allowed.</param>
public sealed record DefinitionProblem(long Line, long Column, string Message);

/// <summary>A lab file that cannot be used, with everything that is wrong in it, each as <c>file:line:column: message</c>.</summary>
public sealed class DefinitionException(string file, IReadOnlyList<DefinitionProblem> problems)
    : LabException(string.Join('\n', problems.Select(problem => $"{file}:{problem.Line}:{problem.Column}: {problem.Message}")))
{
    /// <summary>The problems in file order; at least one.</summary>
    public IReadOnlyList<DefinitionProblem> Problems { get; } = problems;
}
