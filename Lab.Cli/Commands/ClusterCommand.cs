using System.CommandLine;
using Lab.CommandLine;
using Lab.CommandLine.Cluster;
using Lab.Emulation.Linux;
using Lab.Model.Resources;
using Lab.Model.Services;
using Lab.Runtime.Cluster;
using Lab.Runtime.State;

namespace LabCli.Commands;

/// <summary><c>cluster</c>: what becomes of nodes that are ready.</summary>
internal static class ClusterCommand
{
    public static VerbCommand Create() =>
        ClusterVerbs.Create(
            new HomeSide(),
            """
            Make the lab file's cluster of nodes that run Talos, and look after it, with your talosctl.

            Examples:
              lab cluster up                                      configure, install, bootstrap; goes on where it was interrupted
              lab cluster status                                  how far each node is
              export KUBECONFIG="$(lab cluster kubeconfig)"       for kubectl
              lab exec -- kubectl get nodes                       in the lab's network
              lab cluster up --direct                             real nodes, after the lab has ended
              lab-deploy cluster up --target aws                  the same on AWS
            """
        );

    /// <summary>Nodes at home, real or rehearsed.</summary>
    private sealed class HomeSide : ClusterSide
    {
        private static readonly Option<bool> Direct = new("--direct")
        {
            Description = "Reach the nodes from this machine's own network, whether or not the lab runs: for real nodes that no longer boot from it.",
        };

        public override IReadOnlyList<Option> Options => [Direct, CommonOptions.File, CommonOptions.Name];

        public override Option<bool> Json => CommonOptions.Json;

        public override string OfUp => "If lab serve runs here, it leaves each machine that is installed to its disk from then on.";

        public override ChosenCluster Choose(ParseResult arguments)
        {
            var lab = CommonOptions.Definition(arguments);
            return new(lab, ClusterPlan.Of(lab), LabFolders.OfUser.Lab(lab.Name));
        }

        public override Argument<string[]> Nodes(string description) =>
            CommonOptions.Resources("node", description, resource => resource.Kind == ResourceKind.Node);

        public override Task<ClusterWay> OpenAsync(
            ParseResult arguments,
            ChosenCluster cluster,
            string talosctl,
            bool toAll,
            CancellationToken cancellationToken
        )
        {
            if (arguments.GetValue(Direct))
            {
                return Task.FromResult(new ClusterWay(Talosctl.Direct(talosctl)));
            }

            cluster.Folder.RequireRunning();
            return Task.FromResult(new ClusterWay(Talosctl.InLab(talosctl, cluster.Folder)));
        }

        public override IDiskMarks Marks(ChosenCluster cluster, Action<LabEvent> notify) => new InstalledMarks(cluster.Folder, notify);
    }
}
