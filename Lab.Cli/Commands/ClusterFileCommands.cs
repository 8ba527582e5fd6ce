using System.CommandLine;
using Lab.Model.Services;
using Lab.Runtime.Cluster;

namespace LabCli.Commands;

/// <summary><c>cluster kubeconfig</c> and <c>cluster talosconfig</c>: where the files are with which other programs reach the cluster.</summary>
internal static class ClusterFileCommands
{
    public static Command KubeConfig()
    {
        var command = ClusterOptions.Verb("kubeconfig", "Fetch kubeconfig from the cluster, keep it in the lab's folder, and print its path.");
        command.SetAction(
            async (arguments, cancellationToken) =>
            {
                var lab = ClusterOptions.Definition(arguments);
                var nodes = await ClusterOptions.NodesAsync(arguments, lab, cancellationToken);
                await nodes.FetchKubeConfigAsync(ClusterPlan.Of(lab).ControlPlanes[0], cancellationToken);
                Console.WriteLine(ClusterOptions.Folder(lab).KubeConfig);
                return 0;
            }
        );
        return command;
    }

    public static Command TalosConfig()
    {
        var command = new Lab.CommandLine.VerbCommand("talosconfig", "Print the path of the cluster's talosconfig.") { CommonOptions.File, CommonOptions.Name };
        command.SetAction(arguments =>
        {
            var lab = ClusterOptions.Definition(arguments);
            Console.WriteLine(ClusterFiles.Existing(lab, ClusterOptions.Folder(lab)).TalosConfig);
        });
        return command;
    }
}
