using System.CommandLine;
using Lab.Runtime.Cluster;
using Lab.Runtime.Reports;
using Lab.Runtime.State;

namespace Lab.CommandLine.Cluster;

/// <summary><c>cluster up</c>: from maintenance mode to a cluster.</summary>
internal static class ClusterUpCommand
{
    private static readonly Option<int> Timeout = new Option<int>("--timeout")
    {
        Description = "Seconds within which the cluster must be there.",
        HelpName = "SECONDS",
        DefaultValueFactory = _ => (int)ClusterTimes.Usual.Timeout.TotalSeconds,
    }.Within(1, 86_400, "1 to 86400 seconds");

    public static Command Create(ClusterSide side)
    {
        var command = side.Verb(
            "up",
            $"""
            Make the cluster: configure the nodes that wait for it, begin etcd once, and wait until every node is Ready.

            What the nodes are is asked of them each time. After an interruption, run it again. {side.OfUp}

            Exit codes: 0 the cluster is there, 1 not, 2 there is no talosctl, 130 interrupted.
            """
        );
        command.Options.Add(Timeout);
        side.AddJson(command);
        command.SetAction((arguments, cancellationToken) => RunAsync(side, arguments, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(ClusterSide side, ParseResult arguments, CancellationToken cancellationToken)
    {
        var cluster = side.Choose(arguments);
        await using var way = await side.OpenAsync(arguments, cluster, cancellationToken, toAll: true);
        var run = new ClusterRun(cluster.Plan, way.Talosctl, ClusterTimes.Usual with { Timeout = TimeSpan.FromSeconds(arguments.GetValue(Timeout)) });
        var files = await run.PrepareAsync(cluster.Lab, cluster.Folder, new Dictionary<string, string>(), cancellationToken);
        await using var events = new EventStream(arguments.GetValue(side.Json) ? new JsonView(Console.Out) : new PlainView(Console.Out, Console.Error));
        foreach (var remark in cluster.Plan.Remarks)
        {
            events.Add(new LabEvent.Message(remark));
        }

        await using var marks = side.Marks(cluster, events.Add);
        return await run.RunAsync(files, Notify, cancellationToken) ? 0 : 1;

        void Notify(LabEvent happened)
        {
            events.Add(happened);
            marks?.Take(happened);
        }
    }
}
