using System.CommandLine;
using Lab.CommandLine;
using Lab.Runtime.Cluster;
using Lab.Runtime.State;
using LabCli.Terminal;

namespace LabCli.Commands;

/// <summary><c>cluster up</c>: from maintenance mode to a cluster.</summary>
internal static class ClusterUpCommand
{
    private static readonly Option<int> Timeout = new Option<int>("--timeout")
    {
        Description = "Seconds within which the cluster must be there.",
        HelpName = "SECONDS",
        DefaultValueFactory = _ => (int)ClusterTimes.Usual.Timeout.TotalSeconds,
    }.Within(1, 86_400, "1 to 86400 seconds");

    public static Command Create()
    {
        var command = ClusterOptions.Verb(
            "up",
            """
            Make the cluster: configure the nodes that wait for it, begin etcd once, and wait until every node is Ready.

            What the nodes are is asked of them each time. After an interruption, run it again. If lab serve runs here, it leaves each machine that
            is installed to its disk from then on.

            Exit codes: 0 the cluster is there, 1 not, 2 there is no talosctl, 130 interrupted.
            """
        );
        command.Options.Add(Timeout);
        command.Options.Add(CommonOptions.Json);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var lab = ClusterOptions.Definition(arguments);
        var run = new ClusterRun(
            await ClusterOptions.FindAsync(arguments, lab, cancellationToken),
            ClusterTimes.Usual with
            {
                Timeout = TimeSpan.FromSeconds(arguments.GetValue(Timeout)),
            }
        );
        var files = await run.PrepareAsync(lab, ClusterOptions.Folder(lab), new Dictionary<string, string>(), cancellationToken);
        await using var events = new EventStream(
            arguments.GetValue(CommonOptions.Json) ? new JsonView(Console.Out) : new PlainView(Console.Out, Console.Error)
        );
        await using var marks = new InstalledMarks(ClusterOptions.Folder(lab), events.Add);
        return await run.RunAsync(lab, files, Notify, cancellationToken) ? 0 : 1;

        void Notify(LabEvent happened)
        {
            events.Add(happened);
            marks.Take(happened);
        }
    }
}
