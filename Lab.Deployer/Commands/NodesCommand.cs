using System.CommandLine;
using System.Globalization;
using Lab.CommandLine;
using Lab.Deployment.Resources;

namespace Lab.Deployer.Commands;

/// <summary><c>nodes</c>: the nodes that were launched.</summary>
internal static class NodesCommand
{
    public static Command Create() =>
        Verb.Create(
            "nodes",
            """
            List the nodes that were launched, and what lab.yaml says otherwise by now.

            Example:
              lab-deploy nodes --json
            """,
            RunAsync
        );

    private static async Task<int> RunAsync(Session session, ParseResult arguments, CancellationToken cancellationToken)
    {
        Print(session, await NodeDifferences.FindAsync(session.Aws, session.Lab, cancellationToken));
        return 0;
    }

    /// <summary>Writes nodes.</summary>
    internal static void Print(Session session, IReadOnlyList<NodeInstance> nodes)
    {
        if (session.Json)
        {
            Output.Json(nodes);
        }
        else if (nodes.Count == 0)
        {
            Output.Line("No nodes.");
        }
        else
        {
            Output.Table(
                ["Name", "Instance", "State", "Type", "Address", "Launched (UTC)"],
                nodes.Select(node =>
                    (IReadOnlyList<string>)
                        [
                            node.Name ?? "",
                            node.Id,
                            node.State,
                            node.IsSpot ? $"{node.InstanceType} spot" : node.InstanceType ?? "",
                            node.PrivateIp ?? "",
                            node.Launched?.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) ?? "",
                        ]
                )
            );
            foreach (var sentence in NodeDifferences.Tell(nodes))
            {
                Output.Line(sentence);
            }
        }
    }
}
