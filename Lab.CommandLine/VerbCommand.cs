using System.CommandLine;

namespace Lab.CommandLine;

/// <summary>A verb. Its description's first paragraph stands in lists; the others, exit codes and examples, below its own help.</summary>
/// <param name="name">The word.</param>
/// <param name="description">What it does, in paragraphs.</param>
public sealed class VerbCommand(string name, string description) : Command(name, description.Split("\n\n")[0])
{
    /// <summary>Exit codes and examples.</summary>
    public string Details { get; } = string.Join("\n\n", description.Split("\n\n")[1..]);

    /// <summary>Exit code of the program's failure, given that of other verbs: for a verb whose exit code is another program's.</summary>
    public Func<int, int> FailureCode { get; set; } = usual => usual;
}
