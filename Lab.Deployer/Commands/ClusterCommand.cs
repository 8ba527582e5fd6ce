using Lab.CommandLine;
using Lab.CommandLine.Cluster;

namespace Lab.Deployer.Commands;

/// <summary><c>cluster</c>: the cluster of the launched nodes, through the bastion.</summary>
internal static class ClusterCommand
{
    public static VerbCommand Create()
    {
        var side = new AwsSide();
        var command = ClusterVerbs.Create(
            side,
            """
            Make the cluster of lab.yaml of launched nodes that run Talos, and look after it, with your talosctl and through the bastion.

            The nodes have the private addresses of lab.yaml, and are reached at these through ssh to the bastion, or AWS's session manager. The cluster on AWS is one of its own: its secrets and configurations are kept apart from those of the cluster at home.

            Examples:
              lab-deploy cluster up --target aws                          configure, install, bootstrap; goes on where it was interrupted
              lab-deploy cluster up --target aws --ssh 'ssh -i home.pem'
              lab-deploy cluster status --target aws --via ssm            without a key, by AWS's session manager
              lab-deploy cluster exec --target aws -- kubectl get nodes   kubectl, talosctl, helm, through the bastion
              lab-deploy cluster up                                       of the nodes of the lab that rehearses the VPC (lab up --vpc)
            """
        );
        command.Subcommands.Add(ClusterExecCommand.Create(side));
        return command;
    }
}
