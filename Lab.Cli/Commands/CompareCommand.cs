using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Lab.CommandLine;
using Lab.Model;
using Lab.Model.Running;
using Lab.Runtime.Runs;

namespace LabCli.Commands;

/// <summary><c>compare</c>: two or three runs of a lab, side by side.</summary>
internal static class CompareCommand
{
    private const string First = "RUN",
        Other = "OTHER",
        Third = "THIRD";

    public static Command Create()
    {
        var third = RunsCommand.NumberOrPlace(Third, "One more run");
        third.Arity = ArgumentArity.ZeroOrOne;
        var command = new VerbCommand(
            "compare",
            """
            Compare two or three runs of a lab, stage by stage: what each took in all of them, what became of each node, and what differs in the files that were rendered for them. The others are compared with the first.

            Examples:
              lab compare 6 7             what took longer in run 7 than in run 6
              lab compare home lan        the last rehearsal and the last run on a real network
              lab compare home vpc lan    the last rehearsal, beside it the last VPC and the last real network
              lab runs                    which runs there are

            Exit code: 0, whatever the difference.
            """
        )
        {
            RunsCommand.NumberOrPlace(First, "Number of the one run, from: lab runs; or home, vpc or lan: the last one there"),
            RunsCommand.NumberOrPlace(Other, "The other run"),
            third,
            CommonOptions.File,
            CommonOptions.Name,
            CommonOptions.Json,
        };
        command.SetAction(arguments =>
        {
            string[] named = arguments.GetValue<string>(Third) is null ? [First, Other] : [First, Other, Third];
            var runs = named.Select(name => RunsCommand.Find(arguments, name)).ToList();
            var kept = new KeptRuns(CommonOptions.Lab(arguments).Root);
            if (arguments.GetValue(CommonOptions.Json))
            {
                PrintJson([.. runs.Skip(1).Select(other => RunComparison.Of(kept, runs[0], other))]);
            }
            else
            {
                Print(RunComparison.Of(kept, runs));
            }
        });
        return command;
    }

    /// <summary>Two runs are an object; three are two of them, the second run and the third, each beside the first.</summary>
    private static void PrintJson(IReadOnlyList<RunComparison> pairs)
    {
        var shapes = pairs.Select(Shape).ToList();
        Console.WriteLine(JsonSerializer.Serialize(shapes is [var only] ? only : shapes, JsonSerializerOptions.Web));
    }

    private static void Print(RunComparison comparison)
    {
        var others = Enumerable.Range(1, comparison.Runs.Count - 1).ToList();
        foreach (var run in comparison.Runs)
        {
            Console.WriteLine(RunsCommand.Line(run));
        }

        if (comparison.Caution is { } caution)
        {
            Console.WriteLine(VisibleText.Of(caution));
        }

        foreach (var node in comparison.Nodes)
        {
            var results = others.Select(run => $" -> {NodeComparison.ResultOf(node.Boots[run])}{Longer(node.Longer(run))}");
            Console.WriteLine($"\n{node.Node}: {NodeComparison.ResultOf(node.Boots[0])}{string.Concat(results)}");
            PrintRow(Title(comparison.Runs[0]), "stage", others.Select(run => (Title(comparison.Runs[run]), "difference")));
            foreach (var stage in node.Stages)
            {
                PrintRow(Seconds(stage.Seconds[0]), stage.Name, others.Select(run => (Seconds(stage.Seconds[run]), Difference(stage.Longer(run)))));
            }
        }

        comparison.Files.ToList().ForEach(files => PrintFiles(comparison, files));
    }

    private static void PrintRow(string first, string name, IEnumerable<(string Seconds, string Difference)> others) =>
        Console.WriteLine($"  {name, -10} {first, 10}{string.Concat(others.Select(other => $" {other.Seconds, 10} {other.Difference, 12}"))}".TrimEnd());

    private static void PrintFiles(RunComparison comparison, RunFilesComparison other)
    {
        var (first, second) = (comparison.Runs[0].Number, other.Run.Number);
        var heading = comparison.Runs.Count == 2 ? "Rendered files that differ:" : $"Rendered files of run {second} that differ from run {first}:";
        Console.WriteLine($"\n{other.NoFiles ?? $"{heading}{(other.Files.Count == 0 ? " none" : "")}"}");
        foreach (var file in other.Files)
        {
            var only = (file.IsInBefore, file.IsInAfter) switch
            {
                (true, false) => $", only in run {first}",
                (false, true) => $", only in run {second}",
                _ => "",
            };
            Console.WriteLine($"  {VisibleText.Of(file.Path)}{only}");
            foreach (var change in file.Changes)
            {
                Console.WriteLine($"    {(change.IsAdded ? '+' : '-')} {VisibleText.Of(change.Text)}");
            }
        }
    }

    private static object Shape(RunComparison pair) =>
        new
        {
            Before = pair.Runs[0].Number,
            After = pair.Runs[1].Number,
            pair.Caution,
            pair.Files[0].NoFiles,
            Files = pair.Files[0]
                .Files.Select(file => new
                {
                    file.Path,
                    InBefore = file.IsInBefore,
                    InAfter = file.IsInAfter,
                    Removed = file.Changes.Where(change => !change.IsAdded).Select(change => change.Text),
                    Added = file.Changes.Where(change => change.IsAdded).Select(change => change.Text),
                }),
            Nodes = pair.Nodes.Select(node => new
            {
                node.Node,
                Before = NodeComparison.ResultOf(node.Boots[0]),
                After = NodeComparison.ResultOf(node.Boots[1]),
                Longer = Rounded(node.Longer(run: 1)),
                Stages = node.Stages.Select(stage => new
                {
                    stage.Name,
                    Before = Rounded(stage.Seconds[0]),
                    After = Rounded(stage.Seconds[1]),
                    Longer = Rounded(stage.Longer(run: 1)),
                }),
            }),
        };

    private static double? Rounded(double? seconds) => seconds is { } number ? Math.Round(number, 3) : null;

    private static string Title(KeptRun run) => $"run {run.Number}";

    private static string Longer(double? seconds) => seconds is null ? "" : $" ({Difference(seconds)})";

    private static string Seconds(double? seconds) => seconds is { } number ? string.Create(CultureInfo.InvariantCulture, $"{number:0.00} s") : "–";

    private static string Difference(double? seconds) =>
        seconds is { } number ? string.Create(CultureInfo.InvariantCulture, $"{number:+0.00;-0.00;0.00} s") : "";
}
