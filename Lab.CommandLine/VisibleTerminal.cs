using Spectre.Console;

namespace Lab.CommandLine;

/// <summary>
/// The one place where the program's text leaves it: whatever writes to the console shows text of others with escapes. The program's
/// own sequences go through <see cref="Raw"/> and Spectre.Console.
/// </summary>
public static class VisibleTerminal
{
    /// <summary>Standard output as it is, for sequences of our own.</summary>
    public static TextWriter Raw { get; private set; } = Console.Out;

    /// <summary>Once, before anything is written.</summary>
    public static void Install()
    {
        // Spectre.Console looks at standard output when it is first used, and must see the terminal.
        Guard(AnsiConsole.Console);
        Raw = Console.Out;
        Console.SetOut(new VisibleWriter(Raw));
        Console.SetError(new VisibleWriter(Console.Error));
    }

    /// <summary>The console, which escapes text from now on.</summary>
    public static IAnsiConsole Guard(IAnsiConsole console)
    {
        console.Pipeline.Attach(new VisibleSegments());
        return console;
    }
}
