using System.CommandLine;
using System.Text.Json;
using Lab.Emulation.Host;
using Spectre.Console;

namespace Lab.AppHost.Commands;

/// <summary><c>doctor</c>: what the host has, what it lacks, and the command that provides it.</summary>
internal static class DoctorCommand
{
    private const int SomethingIsMissing = 2;

    private static readonly Option<string> Format = new Option<string>("--format") { Description = "text or json.", DefaultValueFactory = _ => "text" }.AcceptOnlyFromAmong("text", "json");
    private static readonly Option<bool> Install = new("--install") { Description = "Provide what is missing, then report." };

    public static Command Create()
    {
        var command = new Command("doctor", "Tell what this machine has of what a lab needs, and the command that provides the rest.") { Format, Install, CommonOptions.Json };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var folders = LabFolders.OfUser;
        if (arguments.GetValue(Install))
        {
            await new HostInstaller(folders, Console.Error.WriteLine).ProvideAsync(install: true, tryAgain: true, cancellationToken);
        }

        var report = await HostReportLine.AllAsync(folders, cancellationToken);
        if (arguments.GetValue(Format) == "json" || arguments.GetValue(CommonOptions.Json))
        {
            Console.WriteLine(JsonSerializer.Serialize(report, new JsonSerializerOptions(JsonSerializerDefaults.Web)
            {
                WriteIndented = true,
                Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            }));
        }
        else
        {
            Print(report);
        }

        return report.Any(line => line is { Found: null, Optional: false }) ? SomethingIsMissing : 0;
    }

    private static void Print(HostReportLine[] report)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns("Needed", "For", "Version", "Where, or how to get it");
        foreach (var line in report)
        {
            table.AddRow(
                new Text(line.Name), new Text(line.Purpose),
                line.Found is null ? new Markup(line.Optional ? "[yellow]missing (optional)[/]" : "[red]missing[/]") : new Text(line.Version!),
                new Text(line.Found ?? line.Command));
        }

        AnsiConsole.Write(table);
    }
}
