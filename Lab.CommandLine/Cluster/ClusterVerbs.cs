namespace Lab.CommandLine.Cluster;

/// <summary><c>cluster</c>: what becomes of nodes that are ready.</summary>
public static class ClusterVerbs
{
    /// <summary>The verb with its own verbs.</summary>
    /// <param name="side">Where the nodes are.</param>
    /// <param name="description">What it is for, with examples.</param>
    public static VerbCommand Create(ClusterSide side, string description)
    {
        var command = new VerbCommand("cluster", description.ReplaceLineEndings("\n"));
        command.Subcommands.Add(ClusterUpCommand.Create(side));
        command.Subcommands.Add(ClusterStatusCommand.Create(side));
        command.Subcommands.Add(ClusterFileCommands.KubeConfig(side));
        command.Subcommands.Add(ClusterFileCommands.TalosConfig(side));
        command.Subcommands.Add(ClusterEndCommands.Reset(side));
        command.Subcommands.Add(ClusterEndCommands.Destroy(side));
        return command;
    }
}
