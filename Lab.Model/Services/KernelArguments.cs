using System.Text.RegularExpressions;
using Lab.Model.Definition;

namespace Lab.Model.Services;

/// <summary>Arguments of a kernel that come with an image.</summary>
public static partial class KernelArguments
{
    /// <summary>The arguments that a text holds.</summary>
    public static IReadOnlyList<string> Split(string text) =>
        text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .Select(argument => argument.Trim('\0'))
            .Where(argument => argument.Length > 0)
            .ToList();

    /// <summary>Whether it reaches the kernel as it is: what a shell or iPXE takes for more does not.</summary>
    public static bool IsSafe(string argument) => Form().IsMatch(argument) && !argument.Contains('$', StringComparison.Ordinal);

    /// <summary>
    /// The arguments with the serial console of a machine at home, where Lab reads what Linux writes, as the last one: that is the one that
    /// init gets.
    /// </summary>
    public static IReadOnlyList<string> WithConsole(IReadOnlyList<string> arguments, Architecture architecture)
    {
        var console = $"console={architecture.Console()}";
        return
            arguments.LastOrDefault(argument => argument.StartsWith("console=", StringComparison.Ordinal)) is { } last
            && (last == console || last.StartsWith($"{console},", StringComparison.Ordinal))
            ? arguments
            : [.. arguments, console];
    }

    /// <summary>
    /// The arguments of an image with those of the definition behind them. Talos heeds the first of its own that have one name: there the
    /// definition's stands in the place of the image's.
    /// </summary>
    public static IEnumerable<string> With(IReadOnlyList<string> image, IReadOnlyList<string> own)
    {
        var replaced = own.Select(OfTalos).OfType<string>().ToHashSet(StringComparer.Ordinal);
        return [.. image.Where(argument => OfTalos(argument) is not { } name || !replaced.Contains(name)), .. own];
    }

    /// <summary>The name of an argument of Talos's; null for one of Linux's, and for the one that Talos reads each time it is there.</summary>
    private static string? OfTalos(string argument) =>
        argument.Split('=')[0] is var name && name.StartsWith("talos.", StringComparison.Ordinal) && name != "talos.environment" ? name : null;

    [GeneratedRegex(@"\A" + TextForms.KernelArgument + @"\z")]
    private static partial Regex Form();
}
