using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Lab.CommandLine;

/// <summary>What options and arguments may be. A wrong value gets a message that names the option, the value and what is allowed.</summary>
public static class OptionValues
{
    /// <summary>A whole number.</summary>
    /// <param name="option">The option.</param>
    /// <param name="first">The least.</param>
    /// <param name="last">The greatest.</param>
    /// <param name="allowed">Both in words, to follow "takes": <c>1 to 86400 seconds</c>.</param>
    public static Option<int> Within(this Option<int> option, int first, int last, string allowed)
    {
        option.CustomParser = result => Number(result, option.Name, first, last, allowed);
        return option;
    }

    /// <inheritdoc cref="Within(Option{int}, int, int, string)" />
    public static Option<int?> Within(this Option<int?> option, int first, int last, string allowed)
    {
        option.CustomParser = result => Number(result, option.Name, first, last, allowed);
        return option;
    }

    /// <summary>A whole number of a verb.</summary>
    public static Argument<int?> Within(this Argument<int?> argument, string verb, int first, int last, string allowed)
    {
        argument.CustomParser = result => Number(result, verb, first, last, allowed);
        return argument;
    }

    /// <summary>One of a few words.</summary>
    public static Option<T> OneOf<T>(this Option<T> option, params IReadOnlyList<string> allowed)
        where T : class?
    {
        option.CompletionSources.Add(_ => allowed.Select(word => new System.CommandLine.Completions.CompletionItem(word)));
        option.Validators.Add(result => Demand(result, result.Tokens, text => allowed.Contains(text) ? null : Words(option.Name, allowed, text)));
        return option;
    }

    /// <summary>One of a few words of a verb.</summary>
    public static Argument<string> OneOf(this Argument<string> argument, string verb, params IReadOnlyList<string> allowed)
    {
        argument.CompletionSources.Add(_ => allowed.Select(word => new System.CommandLine.Completions.CompletionItem(word)));
        argument.Validators.Add(result => Demand(result, result.Tokens, text => allowed.Contains(text) ? null : Words(verb, allowed, text)));
        return argument;
    }

    /// <summary>A text of a form.</summary>
    /// <param name="option">The option.</param>
    /// <param name="isAllowed">Whether a text has it.</param>
    /// <param name="allowed">The form in words, to follow "takes".</param>
    public static Option<string?> Of(this Option<string?> option, Func<string, bool> isAllowed, string allowed)
    {
        option.Validators.Add(result => Demand(result, result.Tokens, text => isAllowed(text) ? null : $"{option.Name} takes {allowed}, found '{text}'."));
        return option;
    }

    private static string Words(string name, IReadOnlyList<string> allowed, string found) =>
        $"{name} takes {(allowed is [var only] ? only : $"{string.Join(", ", allowed.SkipLast(1))} or {allowed[^1]}")}, found '{found}'.";

    private static void Demand(SymbolResult result, IReadOnlyList<Token> tokens, Func<string, string?> complaint)
    {
        if (tokens is [{ Value: var text }] && complaint(text) is { } message)
        {
            result.AddError(message);
        }
    }

    private static int Number(ArgumentResult result, string name, int first, int last, string allowed)
    {
        if (result.Tokens is not [{ Value: var text }])
        {
            return first;
        }

        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= first && number <= last)
        {
            return number;
        }

        result.AddError($"{name} takes {allowed}, found '{text}'.");
        return first;
    }
}
