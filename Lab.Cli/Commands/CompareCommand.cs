using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Lab.CommandLine;
using Lab.Model;
using Lab.Model.Running;
using Lab.Runtime.Runs;

namespace LabCli.Commands;

/// <summary><c>compare</c>: two runs of a lab, side by side.</summary>
internal static class CompareCommand
{
    private const string Before = "RUN",
        After = "OTHER";

    public static Command Create()
    {
        var command = new VerbCommand(
            "compare",
            """
            Compare two runs of a lab, stage by stage: what each took in both, what became of each node, and what differs in the files that were rendered for them.

            Examples:
              lab compare 6 7         what took longer in run 7 than in run 6
              lab compare home lan    the last rehearsal and the last run on a real network
              lab runs                which runs there are

            Exit code: 0, whatever the difference.
            """
        )
        {
            RunsCommand.NumberOrPlace(Before, "Number of the one run, from: lab runs; or home, vpc or lan: the last one there"),
            RunsCommand.NumberOrPlace(After, "The other run"),
            CommonOptions.File,
            CommonOptions.Name,
            CommonOptions.Json,
        };
        command.SetAction(arguments =>
            Print(
                RunComparison.Of(
                    new KeptRuns(CommonOptions.Lab(arguments).Root),
                    RunsCommand.FindByPlace(arguments, Before),
                    RunsCommand.FindByPlace(arguments, After)
                ),
                arguments.GetValue(CommonOptions.Json)
            )
        );
        return command;
    }

    private static void Print(RunComparison comparison, bool json)
    {
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(Shape(comparison), JsonSerializerOptions.Web));
            return;
        }

        foreach (var run in new[] { comparison.Before, comparison.After })
        {
            Console.WriteLine(RunsCommand.Line(run));
        }

        if (comparison.Caution is { } caution)
        {
            Console.WriteLine(VisibleText.Of(caution));
        }

        foreach (var node in comparison.Nodes)
        {
            Console.WriteLine($"\n{node.Node}: {NodeComparison.ResultOf(node.Before)} -> {NodeComparison.ResultOf(node.After)}{Longer(node.Longer)}");
            Console.WriteLine($"  {"stage", -10} {$"run {comparison.Before.Number}", 10} {$"run {comparison.After.Number}", 10} {"difference", 12}");
            foreach (var stage in node.Stages)
            {
                Console.WriteLine($"  {stage.Name, -10} {Seconds(stage.Before), 10} {Seconds(stage.After), 10} {Difference(stage.Longer), 12}".TrimEnd());
            }
        }

        PrintFiles(comparison);
    }

    private static void PrintFiles(RunComparison comparison)
    {
        Console.WriteLine(
            comparison.NoFiles is { } none ? $"\n{none}" : $"\nRendered files that differ: {(comparison.Files.Count == 0 ? "none" : "")}".TrimEnd()
        );
        foreach (var file in comparison.Files)
        {
            var only = (file.IsInBefore, file.IsInAfter) switch
            {
                (true, false) => $", only in run {comparison.Before.Number}",
                (false, true) => $", only in run {comparison.After.Number}",
                _ => "",
            };
            Console.WriteLine($"  {VisibleText.Of(file.Path)}{only}");
            foreach (var change in file.Changes)
            {
                Console.WriteLine($"    {(change.IsAdded ? '+' : '-')} {VisibleText.Of(change.Text)}");
            }
        }
    }

    private static object Shape(RunComparison comparison) =>
        new
        {
            Before = comparison.Before.Number,
            After = comparison.After.Number,
            comparison.Caution,
            comparison.NoFiles,
            Files = comparison.Files.Select(file => new
            {
                file.Path,
                InBefore = file.IsInBefore,
                InAfter = file.IsInAfter,
                Removed = file.Changes.Where(change => !change.IsAdded).Select(change => change.Text),
                Added = file.Changes.Where(change => change.IsAdded).Select(change => change.Text),
            }),
            Nodes = comparison.Nodes.Select(node => new
            {
                node.Node,
                Before = NodeComparison.ResultOf(node.Before),
                After = NodeComparison.ResultOf(node.After),
                Longer = Rounded(node.Longer),
                Stages = node.Stages.Select(stage => new
                {
                    stage.Name,
                    Before = Rounded(stage.Before),
                    After = Rounded(stage.After),
                    Longer = Rounded(stage.Longer),
                }),
            }),
        };

    private static double? Rounded(double? seconds) => seconds is { } number ? Math.Round(number, 3) : null;

    private static string Longer(double? seconds) => seconds is null ? "" : $" ({Difference(seconds)})";

    private static string Seconds(double? seconds) => seconds is { } number ? string.Create(CultureInfo.InvariantCulture, $"{number:0.00} s") : "–";

    private static string Difference(double? seconds) =>
        seconds is { } number ? string.Create(CultureInfo.InvariantCulture, $"{number:+0.00;-0.00;0.00} s") : "";
}
