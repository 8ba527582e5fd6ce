using System.CommandLine;
using System.Reflection;
using Lab.CommandLine;
using Lab.Emulation.Linux;
using Lab.Model;
using Lab.Model.Checks;
using Lab.Model.Definition;
using Lab.Model.Input;
using Lab.Model.Running;
using Lab.Runtime.Reports;

namespace LabCli.Commands;

/// <summary><c>report</c>: what the last run of a lab came to, as a file.</summary>
internal static class ReportCommand
{
    private static readonly Argument<string?> Target = new("target")
    {
        Description = "The file to write; without it standard output.",
        HelpName = "FILE",
        Arity = ArgumentArity.ZeroOrOne,
    };
    private static readonly Option<string?> Format = new Option<string?>("--format")
    {
        Description = "html, junit or markdown; without it the file's ending decides: .html, .xml or .md.",
        HelpName = "html|junit|markdown",
    }.OneOf("html", "junit", "markdown");

    public static Command Create()
    {
        var command = new VerbCommand(
            "report",
            """
            Write what the last run of a lab came to: the boot of each node, causes, versions, checks. Works while the lab runs and after.

            Examples:
              lab report run.html                                     one file to send or keep
              lab report junit.xml                                    a case for each node, for CI
              lab report --format markdown >> "$GITHUB_STEP_SUMMARY"  the summary of a job

            Exit codes: 0 written, 1 not: there is no run to report.
            """
        )
        {
            Target,
            Format,
            CommonOptions.File,
            CommonOptions.Name,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var target = arguments.GetValue(Target);
        var write = Writer(arguments.GetValue(Format), target);
        var folder = CommonOptions.Lab(arguments);
        var run =
            LabStatus.ReadRun(folder.Root)
            ?? throw new LabException($"Lab {folder.Name} has not run yet, so there is nothing to report. Run it with: {LabCommand.Line("up --once")}");
        var (lab, isRunning) = (LabFile.Load(arguments.GetValue(CommonOptions.File)), folder.IsRunning());
        var text = write(
            LabReport.From(folder.Name, run.Status, run.Time, isRunning) with
            {
                Versions = await VersionsAsync(MachineKinds.Of(lab), cancellationToken),
                Findings = LabChecks.Run(lab, DayOption.Today(TimeProvider.System)),
            }
        );
        if (target is null)
        {
            Console.Write(text);
        }
        else
        {
            await File.WriteAllTextAsync(target, text, cancellationToken);
            Console.WriteLine($"{target}: the {(isRunning ? "run of" : "last run of")} lab {folder.Name}.");
        }

        return 0;
    }

    /// <summary>What runs are made with: name and version.</summary>
    /// <param name="kinds">The machines that they are made for.</param>
    /// <param name="cancellationToken">Ends the programs that are asked.</param>
    public static async Task<IReadOnlyList<(string Name, string Version)>> VersionsAsync(MachineKinds kinds, CancellationToken cancellationToken) =>
        [
            ("lab", OwnVersion()),
            .. (await HostReportLine.AllAsync(LabFolders.OfUser, kinds, cancellationToken))
                .Where(line => line.Version is not null)
                .Select(line => (line.Name, line.Version!)),
        ];

    private static Func<LabReport, string> Writer(string? format, string? target) =>
        (format ?? Path.GetExtension(target ?? "").ToLowerInvariant()) switch
        {
            "html" or ".html" or ".htm" => HtmlReport.Write,
            "junit" or ".xml" => JUnitReport.Write,
            "markdown" or ".md" => MarkdownReport.Write,
            _ => throw new LabException(
                $"report cannot see from {(target is null ? "standard output" : $"the name {target}")} what to write. Add --format html, junit or markdown."
            ),
        };

    private static string OwnVersion() =>
        typeof(ReportCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
