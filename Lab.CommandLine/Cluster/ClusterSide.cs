using System.CommandLine;
using Lab.Emulation.Linux;
using Lab.Model.Definition;
using Lab.Model.Services;
using Lab.Runtime.Cluster;
using Lab.Runtime.State;

namespace Lab.CommandLine.Cluster;

/// <summary>What differs between the programs that have the verbs of <c>cluster</c>: where the nodes are, and by which way they are reached.</summary>
public abstract class ClusterSide
{
    /// <summary>The option that names the program.</summary>
    public static readonly Option<string?> Program = new("--talosctl")
    {
        Description = $"The program talosctl; without it {Talosctl.Variable}, or the one on PATH, or that of cluster.talos, which is fetched.",
        HelpName = "FILE",
    };

    /// <summary>Options of all verbs, beside <see cref="Program"/>.</summary>
    public abstract IReadOnlyList<Option> Options { get; }

    /// <summary>The option for output that programs read.</summary>
    public abstract Option<bool> Json { get; }

    /// <summary>What there is to say of <c>cluster up</c> in this place, for its help.</summary>
    public abstract string OfUp { get; }

    /// <summary>The cluster that a command line is about.</summary>
    /// <exception cref="Lab.Model.LabException">The lab has none, or options contradict each other.</exception>
    public abstract ChosenCluster Choose(ParseResult arguments);

    /// <summary>An argument that names nodes.</summary>
    public abstract Argument<string[]> Nodes(string description);

    /// <summary>Opens the way to the nodes.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="cluster">The cluster.</param>
    /// <param name="talosctl">The program's path.</param>
    /// <param name="toAll">Refuses to, where a node is missing.</param>
    /// <param name="cancellationToken">Stops opening.</param>
    /// <exception cref="Lab.Model.LabException">There is no way, or a node is missing.</exception>
    public abstract Task<ClusterWay> OpenAsync(ParseResult arguments, ChosenCluster cluster, string talosctl, bool toAll, CancellationToken cancellationToken);

    /// <summary>Who is to know what is seen of the nodes' disks; null for nobody.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="notify">Gets what was noted.</param>
    public virtual IDiskMarks? Marks(ChosenCluster cluster, Action<LabEvent> notify) => null;

    /// <summary>Opens the way to the nodes, with the program that the options name.</summary>
    internal async Task<ClusterWay> OpenAsync(ParseResult arguments, ChosenCluster cluster, CancellationToken cancellationToken, bool toAll = false)
    {
        var release = cluster.Plan.Definition.Talos;
        var talosctl = await Talosctl.FindAsync(arguments.GetValue(Program), release, Console.Error.WriteLine, cancellationToken);
        return await OpenAsync(arguments, cluster, talosctl, toAll, cancellationToken);
    }

    /// <summary>Opens the way to the nodes of a cluster that was made before.</summary>
    internal async Task<(ClusterWay Way, ClusterNodes Nodes)> OpenExistingAsync(
        ParseResult arguments,
        ChosenCluster cluster,
        CancellationToken cancellationToken
    )
    {
        var files = ClusterFiles.Existing(cluster.Plan, cluster.Folder);
        var way = await OpenAsync(arguments, cluster, cancellationToken);
        way.Missing.ToList().ForEach(Console.Error.WriteLine);
        return (way, new ClusterNodes(way.Talosctl, files));
    }

    /// <summary>A verb with the options that all have.</summary>
    internal VerbCommand Verb(string name, string description)
    {
        var command = new VerbCommand(name, description) { Program };
        foreach (var option in Options)
        {
            command.Options.Add(option);
        }

        return command;
    }

    /// <summary>Adds the option for programs to a verb, where not all have it anyway.</summary>
    internal void AddJson(Command command)
    {
        if (!Json.Recursive)
        {
            command.Options.Add(Json);
        }
    }
}

/// <summary>The cluster that a verb is about.</summary>
/// <param name="Lab">Its lab.</param>
/// <param name="Plan">What it is to be.</param>
/// <param name="Folder">Where its files are.</param>
public sealed record ChosenCluster(LabDefinition Lab, ClusterPlan Plan, LabFolder Folder);

/// <summary>The way to a cluster's nodes, for as long as a verb runs.</summary>
/// <param name="talosctl">The program that takes it.</param>
/// <param name="tunnel">What holds it open; null for a network that is there anyway.</param>
public sealed class ClusterWay(Talosctl talosctl, IAsyncDisposable? tunnel = null) : IAsyncDisposable
{
    /// <summary>Nodes that are not there, or not as the plan says: nothing can become of them. Empty where that shows only by asking them.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    /// <summary>The program, which takes this way.</summary>
    public Talosctl Talosctl => talosctl;

    /// <inheritdoc />
    public ValueTask DisposeAsync() => tunnel?.DisposeAsync() ?? ValueTask.CompletedTask;
}

/// <summary>What is known of the disks of real machines, which decides what they boot.</summary>
public interface IDiskMarks : IAsyncDisposable
{
    /// <summary>Takes in what happens to the cluster.</summary>
    void Take(LabEvent happened);

    /// <summary>A machine was reset: it boots from the network again, until it is seen to be installed.</summary>
    Task TakeBackAsync(string node, CancellationToken cancellationToken);
}
