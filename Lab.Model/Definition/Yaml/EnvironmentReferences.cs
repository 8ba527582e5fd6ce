using System.Text.RegularExpressions;

namespace Lab.Model.Definition;

/// <summary>
/// <c>${NAME}</c> in a scalar stands for an environment variable, <c>${NAME:-text}</c> gives a text for when it is not set, and
/// <c>$${</c> is a literal <c>${</c>.
/// </summary>
internal static partial class EnvironmentReferences
{
    /// <summary>Replaces all references.</summary>
    /// <exception cref="FormatException">A variable without a fallback is not set, or a reference has no end.</exception>
    public static string Expand(string text, Func<string, string?> environment) =>
        Reference()
            .Replace(
                text,
                match =>
                {
                    if (match.Groups["escaped"].Success)
                    {
                        return "${";
                    }

                    if (match.Groups["unclosed"] is { Success: true, Value: var unclosed })
                    {
                        throw new FormatException(
                            $"'{unclosed}' begins a reference to an environment variable and has no end; close it with '}}', or write $${{ for the characters ${{"
                        );
                    }

                    var name = match.Groups["name"].Value;
                    return environment(name) is { Length: > 0 } value ? value
                        : match.Groups["fallback"] is { Success: true, Value: var fallback } ? fallback
                        : throw new FormatException($"environment variable {name} is not set; set it, or write ${{{name}:-fallback}}");
                }
            );

    [GeneratedRegex(@"(?<escaped>\$\$\{)|\$\{(?<name>[A-Za-z_][A-Za-z0-9_]*)(:-(?<fallback>[^}]*))?\}|(?<unclosed>\$\{[^}]*\z)", RegexOptions.Singleline)]
    private static partial Regex Reference();
}
