using System.Text.Json;
using System.Text.Json.Serialization;
using Spectre.Console;

namespace Lab.Deployer.Terminal;

/// <summary>How verbs write.</summary>
internal static class Output
{
    /// <summary>Columns where the output is no terminal, so that nothing breaks in logs.</summary>
    private const int PlainWidth = 400;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };

    /// <summary>Makes lines as long as they are where nobody watches.</summary>
    public static void Prepare()
    {
        if (Console.IsOutputRedirected)
        {
            AnsiConsole.Profile.Width = PlainWidth;
        }
    }

    /// <summary>Writes a value as JSON.</summary>
    public static void Json(object value) => Console.WriteLine(JsonSerializer.Serialize(value, Options));

    /// <summary>Writes a line without markup.</summary>
    public static void Line(string text = "") => Console.WriteLine(text);

    /// <summary>Writes a table; plain text in its cells.</summary>
    public static void Table(IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        var table = new Table().Border(AnsiConsole.Profile.Capabilities.Unicode && !Console.IsOutputRedirected ? TableBorder.Rounded : TableBorder.Ascii2).AddColumns([.. columns]);
        foreach (var row in rows)
        {
            table.AddRow([.. row.Select(cell => new Text(cell))]);
        }

        AnsiConsole.Write(table);
    }
}
