using System.CommandLine;
using Lab.Runtime.Cluster;

namespace Lab.CommandLine.Cluster;

/// <summary><c>cluster kubeconfig</c> and <c>cluster talosconfig</c>: where the files are with which other programs reach the cluster.</summary>
internal static class ClusterFileCommands
{
    public static Command KubeConfig(ClusterSide side)
    {
        var command = side.Verb("kubeconfig", "Fetch kubeconfig from the cluster, keep it in the lab's folder, and print its path.");
        command.SetAction(
            async (arguments, cancellationToken) =>
            {
                var cluster = side.Choose(arguments);
                var (way, nodes) = await side.OpenExistingAsync(arguments, cluster, cancellationToken);
                await using var held = way;
                await nodes.FetchKubeConfigAsync(cluster.Plan.ControlPlanes[0], cancellationToken);
                Console.WriteLine(cluster.Folder.KubeConfig);
                return 0;
            }
        );
        return command;
    }

    public static Command TalosConfig(ClusterSide side)
    {
        var command = side.Verb("talosconfig", "Print the path of the cluster's talosconfig.");
        command.SetAction(arguments =>
        {
            var cluster = side.Choose(arguments);
            Console.WriteLine(ClusterFiles.Existing(cluster.Plan, cluster.Folder).TalosConfig);
        });
        return command;
    }
}
