using Lab.Model.Resources;
using Lab.Runtime.State;

namespace Lab.Dashboard.Looks;

/// <summary>The resources of a list: found, in groups, in order.</summary>
/// <param name="Search">What is searched for in name, description, state, detail, addresses, role, image and architecture, in any case; empty for all.</param>
/// <param name="By">The column that decides the order; null for what has failed first, then the definition's order.</param>
/// <param name="IsDescending">True for the other way round.</param>
internal sealed record ResourceOrder(string Search = "", ResourceColumn? By = null, bool IsDescending = false)
{
    /// <summary>The groups that hold something, nodes first.</summary>
    public IEnumerable<(string Name, IReadOnlyList<ResourceSnapshot> Resources)> Groups(IReadOnlyList<ResourceSnapshot> all) =>
        all.Where(IsMatch)
            .GroupBy(resource => GroupOf(resource.Definition.Kind))
            .OrderBy(group => Array.IndexOf(["Nodes", "Services", "Registry caches"], group.Key))
            .Select(group => (group.Key, (IReadOnlyList<ResourceSnapshot>)[.. Ordered(group)]));

    /// <summary>The order after a click on a column: it, then the other way round, then as before.</summary>
    public ResourceOrder Toggle(ResourceColumn column) =>
        By != column ? this with { By = column, IsDescending = false }
        : !IsDescending ? this with { IsDescending = true }
        : this with { By = null, IsDescending = false };

    private static string GroupOf(ResourceKind kind) =>
        kind switch
        {
            ResourceKind.Node => "Nodes",
            ResourceKind.Cache => "Registry caches",
            _ => "Services",
        };

    private IEnumerable<ResourceSnapshot> Ordered(IEnumerable<ResourceSnapshot> resources)
    {
        Func<ResourceSnapshot, IComparable?> key = By switch
        {
            ResourceColumn.Name => resource => resource.Definition.Name,
            ResourceColumn.State => resource => StateLook.Of(resource.State).Text,
            ResourceColumn.Role => resource => resource.Definition.Machine?.Role,
            ResourceColumn.Image => resource => resource.Definition.Machine?.Image,
            ResourceColumn.Machine => resource =>
                (resource.Definition.Machine?.Arch, resource.Definition.Machine?.Cpus, resource.Definition.Machine?.MemoryMib),
            ResourceColumn.Uptime => resource => -(resource.StartedAt?.UtcTicks ?? long.MaxValue),
            ResourceColumn.Restarts => resource => resource.Restarts,
            _ => resource => StateLook.Of(resource.State).Tone == "bad" ? 0 : 1,
        };
        return IsDescending ? resources.OrderByDescending(key) : resources.OrderBy(key);
    }

    private bool IsMatch(ResourceSnapshot resource) =>
        Search.Length == 0
        || new[] { resource.Definition.Name, resource.Definition.Description, StateLook.Of(resource.State).Text, resource.Detail }
            .Concat([resource.Definition.Machine?.Role, resource.Definition.Machine?.Image, resource.Definition.Machine?.Arch])
            .Concat(resource.Definition.Endpoints.Select(endpoint => endpoint.Address))
            .Concat(resource.Urls.Values)
            .Any(text => text?.Contains(Search, StringComparison.OrdinalIgnoreCase) == true);
}

/// <summary>Columns that order a list of resources.</summary>
internal enum ResourceColumn
{
    /// <summary>The name.</summary>
    Name,

    /// <summary>The state in words.</summary>
    State,

    /// <summary>The role of a node.</summary>
    Role,

    /// <summary>What a node boots.</summary>
    Image,

    /// <summary>Architecture, processors and memory of a node.</summary>
    Machine,

    /// <summary>For how long it has run.</summary>
    Uptime,

    /// <summary>How often it was started again.</summary>
    Restarts,
}
