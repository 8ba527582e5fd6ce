using System.CommandLine;
using Lab.CommandLine;
using Lab.Deployment.Resources;
using Lab.Model;

namespace Lab.Deployer.Commands;

/// <summary>The nodes that arguments name, by name or by instance.</summary>
internal static class ChosenNodes
{
    public static Argument<string[]> Argument(string verb) =>
        new("NODE") { Description = $"Nodes to {verb}, by name or instance; without it all of the lab.", Arity = ArgumentArity.ZeroOrMore };

    /// <summary>Those that are there.</summary>
    /// <exception cref="LabException">One is not the lab's.</exception>
    public static async Task<IReadOnlyList<NodeInstance>> FindAsync(Session session, string[]? named, CancellationToken cancellationToken)
    {
        var nodes = await NodeInstances.FindAsync(session.Aws, session.Lab, cancellationToken);
        if (named is not { Length: > 0 })
        {
            return nodes;
        }

        return
        [
            .. named
                .Select(name =>
                    nodes.FirstOrDefault(node => node.Id == name || node.Name == name)
                    ?? throw new LabException($"{name} is not a node of lab {session.Lab.Name}. See: {DeployCommand.Line("nodes")}")
                )
                .DistinctBy(node => node.Id),
        ];
    }

    /// <summary>Says what was done to which.</summary>
    public static int Report(Session session, string done, IReadOnlyList<NodeInstance> nodes)
    {
        if (session.Json)
        {
            Output.Json(new Dictionary<string, object> { [done.ToLowerInvariant()] = nodes.Select(node => node.Id) });
        }
        else
        {
            Output.Line(nodes.Count == 0 ? "No nodes." : $"{done}: {Names(nodes)}.");
        }

        return 0;
    }

    public static string Names(IEnumerable<NodeInstance> nodes) =>
        string.Join(", ", nodes.Select(node => node.Name is { } name ? $"{name} ({node.Id})" : node.Id));
}
