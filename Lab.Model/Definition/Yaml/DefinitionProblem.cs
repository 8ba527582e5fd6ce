namespace Lab.Model.Definition;

/// <summary>What is wrong at one place of a lab file.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1.</param>
/// <param name="Message">What is wrong and what is allowed.</param>
public sealed record DefinitionProblem(long Line, long Column, string Message);

/// <summary>A lab file that cannot be used, with what is wrong in it, each of the first ten as <c>file:line:column: message</c>.</summary>
public sealed class DefinitionException(string file, IReadOnlyList<DefinitionProblem> problems)
    : LabException(
        string.Join(
            '\n',
            [
                .. problems.Take(Told).Select(problem => $"{file}:{problem.Line}:{problem.Column}: {problem.Message}"),
                .. problems.Count > Told ? [$"… and {problems.Count - Told} more. Is {file} a lab file?"] : Array.Empty<string>(),
            ]
        )
    )
{
    /// <summary>More are a file of something else.</summary>
    private const int Told = 10;

    /// <summary>The problems in file order; at least one.</summary>
    public IReadOnlyList<DefinitionProblem> Problems { get; } = problems;
}
