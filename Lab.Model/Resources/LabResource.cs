namespace Lab.Model.Resources;

/// <summary>Kinds of resource; a host draws and groups by them.</summary>
public enum ResourceKind
{
    /// <summary>The lab's network on this machine.</summary>
    Network,

    /// <summary>A service of the bastion.</summary>
    Service,

    /// <summary>A registry cache of the bastion.</summary>
    Cache,

    /// <summary>The AWS emulator.</summary>
    Emulator,

    /// <summary>A node: a virtual machine.</summary>
    Node,
}

/// <summary>One part of a lab as a user sees it, in whichever host runs it: what there is, before anything runs.</summary>
/// <param name="Name">Name in output, logs and commands.</param>
/// <param name="Kind">What kind of thing it is.</param>
/// <param name="Description">What it is, in a few words.</param>
public sealed record LabResource(string Name, ResourceKind Kind, string Description)
{
    /// <summary>Names of the resources that must be healthy before it starts.</summary>
    public IReadOnlyList<string> WaitsFor { get; init; } = [];

    /// <summary>Where it answers inside the lab.</summary>
    public IReadOnlyList<ResourceEndpoint> Endpoints { get; init; } = [];

    /// <summary>What can be done with it.</summary>
    public IReadOnlyList<ResourceCommand> Commands { get; init; } = [];

    /// <summary>Name of its Fluent UI icon, as Aspire's dashboard knows it.</summary>
    public required string Icon { get; init; }
}

/// <summary>Where a resource answers inside the lab.</summary>
/// <param name="Name">Name of the endpoint: <c>http</c>, <c>dns</c>, <c>tftp</c>.</param>
/// <param name="Address">Address and port: <c>10.20.13.140:8080</c>.</param>
/// <param name="Protocol"><c>tcp</c> or <c>udp</c>.</param>
/// <param name="IsHttp">True when a browser can open it.</param>
public sealed record ResourceEndpoint(string Name, string Address, string Protocol, bool IsHttp);

/// <summary>Something a user can do with a resource.</summary>
/// <param name="Name">Name on the command line and in the protocol: <c>power-cycle</c>.</param>
/// <param name="DisplayName">Name on a button.</param>
/// <param name="Icon">Name of its Fluent UI icon.</param>
/// <param name="Confirmation">The question to ask first; null for none.</param>
public sealed record ResourceCommand(string Name, string DisplayName, string Icon, string? Confirmation = null);
