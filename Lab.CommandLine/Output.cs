using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Lab.Model;
using Spectre.Console;

namespace Lab.CommandLine;

/// <summary>How verbs write.</summary>
public static class Output
{
    /// <summary>Columns where the output is no terminal, so that nothing breaks in logs and pipes.</summary>
    private const int PlainWidth = 1_000_000;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };

    /// <summary>The terminal; where nobody watches, lines are as long as they are.</summary>
    public static IAnsiConsole Terminal { get; } = Open();

    /// <summary>Writes a value as JSON.</summary>
    public static void Json(object value) => Console.WriteLine(JsonSerializer.Serialize(value, Options));

    /// <summary>Writes a line without markup.</summary>
    public static void Line(string text = "") => Console.WriteLine(text);

    /// <summary>Writes a line with markup; what is put into it is escaped.</summary>
    public static void Markup(FormattableString text) => Terminal.MarkupLineInterpolated(Visible(text));

    /// <summary>What is put into the text with escapes: Spectre.Console takes some characters for ends of lines.</summary>
    public static FormattableString Visible(FormattableString text) =>
        FormattableStringFactory.Create(text.Format, [.. text.GetArguments().Select(each => each is string part ? VisibleText.Of(part) : each)]);

    /// <summary>Writes why the program ends, beside the output proper, or as that where it is for programs.</summary>
    /// <returns>The exit code.</returns>
    public static int Error(string text, int exitCode, bool json)
    {
        if (json)
        {
            Json(new { Error = text, ExitCode = exitCode });
        }
        else
        {
            Console.Error.WriteLine(text);
        }

        return exitCode;
    }

    /// <summary>Writes a table; plain text in its cells.</summary>
    public static void Table(IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        var table = new Table()
            .Border(Terminal.Profile.Capabilities.Unicode && !Console.IsOutputRedirected ? TableBorder.Rounded : TableBorder.Ascii2)
            .AddColumns([.. columns]);
        foreach (var row in rows)
        {
            // Escaped here already, so that the cell is as wide as what is shown.
            table.AddRow([.. row.Select(cell => new Text(VisibleText.Of(cell)))]);
        }

        Terminal.Write(table);
    }

    private static IAnsiConsole Open()
    {
        if (Console.IsOutputRedirected)
        {
            AnsiConsole.Profile.Width = PlainWidth;
        }

        return AnsiConsole.Console;
    }
}
