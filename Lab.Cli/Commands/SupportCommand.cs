using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Lab.CommandLine;
using Lab.Emulation.Linux;
using Lab.Model;
using Lab.Model.Checks;
using Lab.Model.Definition;
using Lab.Runtime.Reports;

namespace LabCli.Commands;

/// <summary><c>support</c>: what somebody needs who helps with a lab, in one file.</summary>
internal static class SupportCommand
{
    private const string Ending = ".tar.gz";

    private static readonly Argument<string?> Target = new("target")
    {
        Description = $"The file to write; without it lab-NAME-TIME{Ending} in the current folder.",
        HelpName = "FILE",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public static Command Create()
    {
        var command = new VerbCommand(
            "support",
            """
            Write one archive for somebody who is to help: the lab file, what is rendered from it, logs, runs, findings, versions. It works while the lab runs, after, and for one that never started. Passwords, tokens and private keys are taken out; addresses, MACs and names are in it, so look before you send it.

            Examples:
              lab support                      lab-NAME-TIME.tar.gz here
              lab support --json | jq .files   what is in it
            """
        )
        {
            Target,
            CommonOptions.File,
            CommonOptions.Name,
            CommonOptions.Json,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var (lab, mistake) = Read(arguments);
        var folder = lab is null ? LabFolders.OfUser.Lab(arguments.GetValue(CommonOptions.Name) ?? new LabDefinition().Name) : CommonOptions.Lab(arguments);
        var time = TimeProvider.System.GetUtcNow();
        var target = arguments.GetValue(Target) ?? $"lab-{folder.Name}-{time.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture)}{Ending}";
        if (!target.EndsWith(Ending, StringComparison.Ordinal))
        {
            throw new LabException($"support writes an archive whose name ends in {Ending}; {target} does not.");
        }

        var archive = new SupportArchive();
        archive.Add("versions.txt", await VersionsAsync(lab, time, cancellationToken));
        if (CommonOptions.PathOfFile(arguments) is { } file)
        {
            archive.Add(Path.GetFileName(file), await File.ReadAllTextAsync(file, cancellationToken));
        }

        if (lab is null)
        {
            archive.Add("mistake.txt", $"{mistake}\n");
        }
        else
        {
            archive.Add("checks.txt", Checks(lab));
            archive.AddRendered(lab);
        }

        archive.AddFolder(folder);
        archive.Write(target, time);
        if (arguments.GetValue(CommonOptions.Json))
        {
            Console.WriteLine(JsonSerializer.Serialize(new { file = Path.GetFullPath(target), files = archive.Paths }));
        }
        else
        {
            Console.WriteLine(
                $"{target}: {archive.Paths.Count} files of lab {folder.Name}. Passwords, tokens and private keys are taken out; addresses and names are in it: look before you send it."
            );
        }

        return 0;
    }

    /// <summary>A lab file that cannot be read is what help may be needed with.</summary>
    private static (LabDefinition? Lab, string? Mistake) Read(ParseResult arguments)
    {
        try
        {
            return (CommonOptions.Definition(arguments), null);
        }
        catch (LabException e)
        {
            return (null, e.Message);
        }
    }

    private static string Checks(LabDefinition lab) =>
        string.Concat(LabChecks.Run(lab, DayOption.Today(TimeProvider.System)).Select(finding => $"{finding.Line()} {finding.Remedy}\n"));

    private static async Task<string> VersionsAsync(LabDefinition? lab, DateTimeOffset time, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"time     {time:u}\nsystem   {RuntimeInformation.OSDescription}, {RuntimeInformation.OSArchitecture}\n");
        text.Append(CultureInfo.InvariantCulture, $"runtime  {RuntimeInformation.FrameworkDescription}\nprocessors {Environment.ProcessorCount}\n");
        foreach (
            var (name, version) in await ReportCommand.VersionsAsync(
                lab is null ? new MachineKinds([], HaveTpm: false) : MachineKinds.Of(lab),
                cancellationToken
            )
        )
        {
            text.Append(CultureInfo.InvariantCulture, $"{name} {version}\n");
        }

        return text.ToString();
    }
}
