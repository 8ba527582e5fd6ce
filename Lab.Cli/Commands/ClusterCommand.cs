using System.CommandLine;
using Lab.CommandLine;

namespace LabCli.Commands;

/// <summary><c>cluster</c>: what becomes of nodes that are ready.</summary>
internal static class ClusterCommand
{
    public static Command Create()
    {
        var command = new VerbCommand(
            "cluster",
            """
            Make the lab file's cluster of nodes that run Talos, and look after it, with your talosctl.

            Examples:
              lab cluster up                                      configure, install, bootstrap; goes on where it was interrupted
              lab cluster status                                  how far each node is
              export KUBECONFIG="$(lab cluster kubeconfig)"       for kubectl
              lab exec -- kubectl get nodes                       in the lab's network
              lab cluster up --direct                             real nodes, after the lab has ended
            """
        );
        command.Subcommands.Add(ClusterUpCommand.Create());
        command.Subcommands.Add(ClusterStatusCommand.Create());
        command.Subcommands.Add(ClusterFileCommands.KubeConfig());
        command.Subcommands.Add(ClusterFileCommands.TalosConfig());
        command.Subcommands.Add(ClusterEndCommands.Reset());
        command.Subcommands.Add(ClusterEndCommands.Destroy());
        return command;
    }
}
