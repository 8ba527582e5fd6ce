using System.CommandLine;
using Lab.CommandLine;
using Lab.Emulation.Linux;
using Lab.Model.Definition;
using Lab.Model.Services;
using Lab.Runtime.Cluster;

namespace LabCli.Commands;

/// <summary>What the verbs of <c>cluster</c> have in common.</summary>
internal static class ClusterOptions
{
    public static readonly Option<string?> Program = new("--talosctl")
    {
        Description = $"The program talosctl; without it {Talosctl.Variable}, or the one on PATH, or that of cluster.talos, which is fetched.",
        HelpName = "FILE",
    };
    public static readonly Option<bool> Direct = new("--direct")
    {
        Description = "Reach the nodes from this machine's own network, whether or not the lab runs: for real nodes that no longer boot from it.",
    };
    public static readonly Option<bool> Yes = new("--yes", "-y") { Description = "Do it: what the nodes have run is lost." };

    /// <summary>The lab whose cluster a verb is about.</summary>
    public static LabDefinition Definition(ParseResult arguments) => CommonOptions.Definition(arguments);

    /// <summary>Its files.</summary>
    public static LabFolder Folder(LabDefinition lab) => LabFolders.OfUser.Lab(lab.Name);

    /// <summary>talosctl, with the network that the nodes are in.</summary>
    public static async Task<Talosctl> FindAsync(ParseResult arguments, LabDefinition lab, CancellationToken cancellationToken)
    {
        var path = await Talosctl.FindAsync(arguments.GetValue(Program), ClusterPlan.Of(lab).Definition.Talos, Console.Error.WriteLine, cancellationToken);
        if (arguments.GetValue(Direct))
        {
            return Talosctl.Direct(path);
        }

        var folder = Folder(lab);
        folder.RequireRunning();
        return Talosctl.InLab(path, folder);
    }

    /// <summary>The nodes of a cluster that was made before.</summary>
    public static async Task<ClusterNodes> NodesAsync(ParseResult arguments, LabDefinition lab, CancellationToken cancellationToken)
    {
        var talosctl = await FindAsync(arguments, lab, cancellationToken);
        return new(talosctl, ClusterFiles.Existing(lab, Folder(lab)));
    }

    /// <summary>A verb of <c>cluster</c> with the options that all have.</summary>
    public static VerbCommand Verb(string name, string description) => new(name, description) { Program, Direct, CommonOptions.File, CommonOptions.Name };
}
