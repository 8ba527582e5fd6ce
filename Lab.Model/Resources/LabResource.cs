using System.Globalization;

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

    /// <summary>Where it answers inside the lab; nowhere for what is outside, on the loopback of this machine.</summary>
    public IReadOnlyList<ResourceEndpoint> Endpoints { get; init; } = [];

    /// <summary>What can be done with it.</summary>
    public IReadOnlyList<ResourceCommand> Commands { get; init; } = [];

    /// <summary>What its machine is and boots; null for what is not a node.</summary>
    public MachineFacts? Machine { get; init; }

    /// <summary>Name of its Fluent UI icon, as Aspire's dashboard knows it.</summary>
    public required string Icon { get; init; }

    /// <summary>All endpoints in short: <c>10.20.13.140:67,69/udp</c>; empty without any.</summary>
    public string Address =>
        string.Join(
            ", ",
            Endpoints
                .GroupBy(endpoint => endpoint.Host)
                .Select(host =>
                    $"{host.Key}:{string.Join(',', host.Select(endpoint => endpoint.Port).Distinct())}{(host.All(endpoint => endpoint.Protocol == "udp") ? "/udp" : "")}"
                )
        );

    /// <summary>Why a command cannot be run at all; null for one that the resource has and that is done to it.</summary>
    public string? Refuse(string command) =>
        Commands.All(known => known.Name != command)
            ? $"{Name} has no command '{command}'. {(Commands.Count == 0 ? "It has none." : $"It has: {string.Join(", ", Commands.Select(known => known.Name))}.")}"
        : command == ResourceCommand.Console
            ? $"A console is opened where it is looked at: on the dashboard's page, or by: {LabCommand.Line($"console {Name}")}"
        : null;

    /// <summary>The endpoint that a browser can open; null without one.</summary>
    public ResourceEndpoint? Web => Endpoints.FirstOrDefault(endpoint => endpoint.IsHttp);
}

/// <summary>Where a resource answers inside the lab.</summary>
/// <param name="Name">Name of the endpoint: <c>http</c>, <c>dns</c>, <c>tftp</c>.</param>
/// <param name="Address">Address and port: <c>10.20.13.140:8080</c>.</param>
/// <param name="Protocol"><c>tcp</c> or <c>udp</c>.</param>
/// <param name="IsHttp">True when a browser can open it.</param>
public sealed record ResourceEndpoint(string Name, string Address, string Protocol, bool IsHttp)
{
    /// <summary>Name of the endpoint that a browser can open.</summary>
    public const string Web = "http";

    /// <summary>The address without the port.</summary>
    public string Host => Address[..Address.LastIndexOf(':')];

    /// <summary>The port.</summary>
    public int Port => int.Parse(Address[(Address.LastIndexOf(':') + 1)..], CultureInfo.InvariantCulture);
}

/// <summary>Something a user can do with a resource.</summary>
/// <param name="Name">Name on the command line and in the protocol: <c>power-cycle</c>.</param>
/// <param name="DisplayName">Name on a button.</param>
/// <param name="Icon">Name of its Fluent UI icon.</param>
/// <param name="Confirmation">The question to ask first; null for none.</param>
public sealed record ResourceCommand(string Name, string DisplayName, string Icon, string? Confirmation = null)
{
    /// <summary>Starts what does not run; a node is switched on.</summary>
    public const string Start = "start";

    /// <summary>Stops a service until it is started again.</summary>
    public const string Stop = "stop";

    /// <summary>Stops a service and starts it again.</summary>
    public const string Restart = "restart";

    /// <summary>Switches a node off, as pulling the plug does.</summary>
    public const string PowerOff = "power-off";

    /// <summary>Switches a node off and on again. What is on its disk stays.</summary>
    public const string PowerCycle = "power-cycle";

    /// <summary>Makes a node's disk blank; a node that is on is switched off before and on again after.</summary>
    public const string ResetDisk = "reset-disk";

    /// <summary>Empties a node's UEFI variables; a node that is on is switched off before and on again after.</summary>
    public const string ResetFirmware = "reset-firmware";

    /// <summary>Has a real machine that is installed boot from the network once.</summary>
    public const string Reinstall = "reinstall";

    /// <summary>Notes that a real machine is installed: it is left to its disk from then on.</summary>
    public const string MarkInstalled = "mark-installed";

    /// <summary>Notes that a real machine is not installed, whatever was known before: it boots from the network.</summary>
    public const string MarkNotInstalled = "mark-not-installed";

    /// <summary>Opens a node's serial console: a page or a terminal, not something that is done to the node.</summary>
    public const string Console = "console";
}
