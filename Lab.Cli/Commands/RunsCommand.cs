using System.CommandLine;
using System.Globalization;
using Lab.CommandLine;
using Lab.Dashboard.Looks;
using Lab.Emulation.Linux;
using Lab.Model;
using Lab.Model.Running;
using Lab.Runtime.Runs;
using Lab.Runtime.State;

namespace LabCli.Commands;

/// <summary><c>runs</c>: the last runs of a lab.</summary>
internal static class RunsCommand
{
    private static readonly Argument<string?> LogOf = new("RESOURCE")
    {
        Description = "A node or service of the run.",
        HelpName = "RESOURCE",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public static Command Create()
    {
        var show = new VerbCommand("show", "Show a run: each boot with its stages, what was seen of them, and why it stopped.")
        {
            NumberOrPlace("RUN", "Number of the run, from: lab runs; or home, vpc or lan: the last one there"),
            CommonOptions.File,
            CommonOptions.Name,
            CommonOptions.Json,
        };
        show.SetAction(arguments => Show(Find(arguments, "RUN"), arguments.GetValue(CommonOptions.Json)));
        var logs = new VerbCommand("logs", "Print a log that is kept of a run: its last 1,000 lines; without RESOURCE the names of those that are kept.")
        {
            NumberOrPlace("RUN", "Number of the run, from: lab runs; or home, vpc or lan: the last one there"),
            LogOf,
            CommonOptions.File,
            CommonOptions.Name,
        };
        logs.SetAction(PrintLog);
        var command = new VerbCommand(
            "runs",
            $"""
            List the last {KeptRuns.Most} runs of a lab, the newest first. Works while the lab runs and after.

            Examples:
              lab runs                what ran when, and what came of it
              lab runs show 7         the boots of a run, stage by stage
              lab runs logs 7 cp1     what cp1 wrote to its console in that run
              lab compare 6 7         what took longer in run 7 than in run 6
            """
        )
        {
            CommonOptions.File,
            CommonOptions.Name,
            CommonOptions.Json,
        };
        command.Subcommands.Add(show);
        command.Subcommands.Add(logs);
        command.SetAction(arguments => List(CommonOptions.Lab(arguments), arguments.GetValue(CommonOptions.Json)));
        return command;
    }

    private static KeptRun Find(LabFolder folder, KeptRuns runs, int number) =>
        runs.Find(number) ?? throw new LabException($"Lab {folder.Name} has kept no run {number}. {Kept(runs.All())}");

    /// <summary>An argument that names a run by its number, or the last one at a place.</summary>
    public static Argument<string> NumberOrPlace(string name, string description) => new(name) { Description = description, HelpName = name };

    /// <summary>The run that an argument of <see cref="NumberOrPlace"/> names.</summary>
    /// <exception cref="LabException">It is not kept, or names none.</exception>
    public static KeptRun Find(ParseResult arguments, string name)
    {
        var folder = CommonOptions.Lab(arguments);
        var runs = new KeptRuns(folder.Root);
        var text = arguments.GetRequiredValue<string>(name);
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return Find(folder, runs, number);
        }

        return Enum.GetValues<RunPlace>().Where(place => RunComparison.Word(place) == text).Select(place => (RunPlace?)place).FirstOrDefault() is not { } place
            ? throw new LabException($"{name} takes the number of a run, or home, vpc or lan for the last one there, found '{VisibleText.Of(text)}'.")
            : runs.All().FirstOrDefault(run => run.Place == place)
                ?? throw new LabException($"Lab {folder.Name} has kept no run of the place {text}. {Kept(runs.All())}");
    }

    /// <summary>A run on a line: <c>run 7 of 2026-11-28 15:03:12, home, stand-in: 3 of 3 nodes ready</c>.</summary>
    public static string Line(KeptRun run) =>
        $"run {run.Number} of {Time(run.Started)}, {RunComparison.Word(run.Place)}, {VisibleText.Of(run.Image)}: {run.Result}";

    private static void PrintLog(ParseResult arguments)
    {
        var run = Find(arguments, "RUN");
        var logs = new RunLogs(new KeptRuns(CommonOptions.Lab(arguments).Root).LogsOf(run.Number));
        if (arguments.GetValue(LogOf) is not { } name)
        {
            logs.Logged.ToList().ForEach(Console.WriteLine);
        }
        else if (!logs.Logged.Contains(name))
        {
            throw new LabException(
                logs.Logged.Count == 0
                    ? $"Run {run.Number} has kept no logs: they are kept when its nodes have booted."
                    : UnknownResource.Message(name, logs.Logged, "log", $"Run {run.Number}")
            );
        }
        else
        {
            logs.Of(name)
                .Select(line =>
                    string.Create(CultureInfo.InvariantCulture, $"{line.Time.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffffffZ} {AnsiText.Plain(line.Text)}")
                )
                .ToList()
                .ForEach(line => Console.WriteLine(VisibleText.Of(line)));
        }
    }

    private static string Kept(IReadOnlyList<KeptRun> runs) =>
        runs.Count == 0 ? "It has not run yet." : $"It has kept: {string.Join(", ", runs.Select(run => run.Number))}.";

    private static void List(LabFolder folder, bool json)
    {
        var runs = new KeptRuns(folder.Root).All();
        if (json)
        {
            runs.ToList().ForEach(run => Console.WriteLine(KeptRuns.Text(run)));
        }
        else if (runs.Count == 0)
        {
            Console.WriteLine($"Lab {folder.Name} has not run yet. Run it with: {LabCommand.Line("up")}");
        }
        else
        {
            runs.ToList()
                .ForEach(run =>
                    Console.WriteLine(
                        $"{run.Number, 4}  {Time(run.Started)}  {RunComparison.Word(run.Place), -4}  {run.Result, -20}  {VisibleText.Of(run.Image)}"
                    )
                );
        }
    }

    private static void Show(KeptRun run, bool json)
    {
        if (json)
        {
            Console.WriteLine(KeptRuns.Text(run));
            return;
        }

        var line = Line(run);
        Console.WriteLine($"{char.ToUpperInvariant(line[0])}{line[1..]}");
        foreach (var boot in run.Boots)
        {
            Console.WriteLine($"\n{boot.Node}, switched on {Time(boot.SwitchedOn)}: {NodeComparison.ResultOf(boot)}");
            foreach (var (stage, took) in boot.Steps)
            {
                var times = string.Create(CultureInfo.InvariantCulture, $"{stage.Seconds, 7:0.00} s  +{took, -7:0.00}");
                Console.WriteLine($"  {stage.Name, -10} {times} {stage.Source, -12} {VisibleText.Of(stage.Evidence ?? "")}".TrimEnd());
            }

            if (KeptBoots.Restore(boot, isOver: true) is { Failure: { } failure, EndedAfter: { } end })
            {
                EventLines.Failure(new LabEvent.NodeFailed(boot.Node, failure, end)).Select(VisibleText.Of).ToList().ForEach(Console.WriteLine);
            }
        }

        if (run.Cluster is { } cluster)
        {
            Show(cluster);
        }
    }

    private static void Show(KeptCluster cluster)
    {
        Console.WriteLine($"\nCluster {cluster.Name}, begun {Time(cluster.Began)}: {cluster.Result}");
        foreach (var node in KeptClusters.Restore(cluster, isOver: true).Nodes)
        {
            node.Stages.Cast<LabEvent>()
                .Concat(node.Failure is { } failure ? [failure] : [])
                .SelectMany(happened => EventLines.Of(happened))
                .Select(VisibleText.Of)
                .ToList()
                .ForEach(Console.WriteLine);
        }
    }

    private static string Time(DateTimeOffset time) => time.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
