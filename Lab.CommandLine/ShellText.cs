using Lab.Model;

namespace Lab.CommandLine;

/// <summary>Text that a shell reads.</summary>
public static class ShellText
{
    /// <summary>The quotation marks that PowerShell takes for a single one.</summary>
    private const string QuotesOfPowerShell = "'\u2018\u2019\u201a\u201b";

    /// <summary>The statement that gives an environment variable a value, whatever characters it has.</summary>
    /// <param name="shell"><c>bash</c>, also for sh and zsh; <c>fish</c> or <c>pwsh</c>.</param>
    /// <param name="name">The variable.</param>
    /// <param name="value">Its value.</param>
    public static string Assignment(string shell, string name, string value) =>
        shell switch
        {
            "bash" => $"export {name}={ShellWord.InQuotes(value)}",
            "fish" => $"set -gx {name} '{string.Concat(value.Select(letter => letter is '\'' or '\\' ? $@"\{letter}" : $"{letter}"))}'",
            "pwsh" => $"$env:{name} = '{string.Concat(value.Select(letter => QuotesOfPowerShell.Contains(letter) ? $"{letter}{letter}" : $"{letter}"))}'",
            _ => throw new ArgumentOutOfRangeException(nameof(shell), shell, "There is no quoting for this shell."),
        };
}
