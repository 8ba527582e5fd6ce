using Aspire.Hosting.ApplicationModel;
using Lab.Dashboard.Serving;
using Lab.Model.Definition;

namespace Lab.Hosting;

/// <summary>A lab: the parent of its network, services and nodes. It runs in the application's own process and is taken down with it.</summary>
/// <param name="name">Name in the application.</param>
/// <param name="definition">What the lab is, from its file.</param>
public sealed class LabResource(string name, LabDefinition definition) : Resource(name), IResourceWithWaitSupport
{
    private readonly string[] _written = [.. definition.Nodes.Select(node => node.Name)];

    /// <summary>What the lab is: its file, as changed by the methods of <see cref="LabBuilderExtensions"/>.</summary>
    public LabDefinition Definition => Request.Lab;

    internal LabRequest Request { get; set; } = new(definition);

    /// <summary>The definition's file; null for the defaults.</summary>
    internal string? File { get; init; }

    /// <summary>What stands before the names of its parts; empty for the first lab of an application.</summary>
    internal string Prefix { get; init; } = "";

    /// <summary>True once its start, or its run, has failed.</summary>
    internal bool HasFailed { get; set; }

    /// <summary>True where the application gives it other nodes than its file does.</summary>
    internal bool HasOtherNodes => !Definition.Nodes.Select(node => node.Name).SequenceEqual(_written);

    /// <summary>Its parts, by their names in the lab.</summary>
    internal OrderedDictionary<string, LabComponentResource> Components { get; } = [];

    /// <summary>Names of the health checks that are registered: a node that goes and comes again has its own still.</summary>
    internal HashSet<string> HealthChecks { get; } = [];
}
