using System.CommandLine;
using System.Text.Json;
using Lab.Deployer.Commands;
using Lab.Emulation.Host;

namespace Lab.AppHost.Commands;

/// <summary><c>doctor</c>: what the host has, what it lacks, and the command that provides it.</summary>
internal static class DoctorCommand
{
    private const int SomethingIsMissing = 2;

    private static readonly Option<string> Format = new Option<string>("--format") { Description = "text or json.", HelpName = "text|json", DefaultValueFactory = _ => "text" }.OneOf("text", "json");
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

    /// <summary>Plain lines: a command is to be copied, so nothing is broken to fit a screen.</summary>
    private static void Print(HostReportLine[] report)
    {
        foreach (var line in report)
        {
            var state = line.Found is null ? line.Optional ? "missing, optional" : "MISSING" : line.Version!;
            Console.WriteLine($"{line.Name,-16} {state,-26} {line.Found ?? $"provided by: {line.Command}"}");
        }

        var missing = report.Count(line => line is { Found: null, Optional: false });
        Console.WriteLine(missing == 0 ? "\nThis machine can run a lab." : $"\n{missing} missing. A lab installs them when it starts as root on Debian or a relative; --no-install forbids it.");
    }
}
