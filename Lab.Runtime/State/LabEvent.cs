using Lab.Emulation.Machines;
using Lab.Model.Definition;
using Lab.Model.Running;
using Lab.Model.Services;

namespace Lab.Runtime.State;

/// <summary>Something that happened while a lab runs.</summary>
public abstract record LabEvent
{
    /// <summary>A line for the user about the host or the lab as a whole.</summary>
    public sealed record Message(string Text) : LabEvent
    {
        /// <summary>Nothing comes after it.</summary>
        public bool IsLast { get; init; }
    }

    /// <summary>The lab could not be run.</summary>
    public sealed record Error(string Text) : LabEvent;

    /// <summary>The lab can be reached on this machine.</summary>
    /// <param name="Dashboard">The link that opens the dashboard; null without one.</param>
    /// <param name="ResourceService">Where Aspire's resource protocol is served; null where it is not.</param>
    public sealed record Serving(string? Dashboard, string? ResourceService) : LabEvent;

    /// <summary>A service changed its state.</summary>
    /// <param name="Name">The service.</param>
    /// <param name="State">Its new state.</param>
    /// <param name="Detail">Why it is in this state, where that is not plain; null otherwise.</param>
    /// <param name="Address">Where it listens in the lab; null for what is outside.</param>
    /// <param name="Url">Where it is reached from the host; null when it is not.</param>
    /// <param name="Elapsed">Time since the lab's start.</param>
    public sealed record Service(string Name, ResourceState State, string? Detail, string? Address, string? Url, TimeSpan Elapsed) : LabEvent
    {
        /// <summary>When its process was started; null while it does not run.</summary>
        public DateTimeOffset? Since { get; init; }

        /// <summary>How often it was started again.</summary>
        public int Restarts { get; init; }
    }

    /// <summary>A node's machine was switched on.</summary>
    public sealed record NodeStarted(string Node) : LabEvent
    {
        /// <summary>The stages that its boot passes, in order.</summary>
        public IReadOnlyList<BootStage> Path { get; init; } = BootStages.All;

        /// <summary>Where its API answers on this machine: <c>127.0.0.1:41234</c>; null where it does not.</summary>
        public string? Api { get; init; }

        /// <summary>What it is, where that is known.</summary>
        public LabStatus.MachineStatus? Machine { get; init; }

        /// <summary>Where its other ports answer on this machine, by the port; null where there are none.</summary>
        public IReadOnlyDictionary<string, string>? Ports { get; init; }
    }

    /// <summary>A node reached a stage.</summary>
    /// <param name="Node">The node.</param>
    /// <param name="Stage">The stage.</param>
    /// <param name="Elapsed">Time since the machine was switched on.</param>
    /// <param name="Source">Whose word it is.</param>
    public sealed record Milestone(string Node, BootStage Stage, TimeSpan Elapsed, string Source) : LabEvent
    {
        /// <summary>What was seen, as the source wrote it; null where that is not kept.</summary>
        public string? Evidence { get; init; }
    }

    /// <summary>A node did not get ready.</summary>
    /// <param name="Node">The node.</param>
    /// <param name="Diagnosis">Where it stopped and why.</param>
    /// <param name="Elapsed">Time since the machine was switched on.</param>
    public sealed record NodeFailed(string Node, Diagnosis Diagnosis, TimeSpan Elapsed) : LabEvent;

    /// <summary>A node's machine has reset itself, as a reboot does. It is switched on again.</summary>
    /// <param name="Node">The node.</param>
    /// <param name="Elapsed">Time since the machine was switched on.</param>
    public sealed record NodeReset(string Node, TimeSpan Elapsed) : LabEvent;

    /// <summary>A node's Linux has started another kernel, without a reset (kexec). Its boot is another one.</summary>
    /// <param name="Node">The node.</param>
    /// <param name="Elapsed">Time since the boot before began.</param>
    public sealed record KernelStarted(string Node, TimeSpan Elapsed) : LabEvent;

    /// <summary>A node's machine has gone off and stays off; told with the report and after it.</summary>
    /// <param name="Node">The node.</param>
    /// <param name="End">How.</param>
    /// <param name="Elapsed">Time since the machine was switched on.</param>
    public sealed record NodeOff(string Node, MachineEnd End, TimeSpan Elapsed) : LabEvent;

    /// <summary>A machine that the lab file does not name has asked for network boot on a real network, and got nothing.</summary>
    /// <param name="Mac">Its MAC.</param>
    /// <param name="VendorClass">The vendor class that it has sent; empty where it is not known.</param>
    public sealed record MachineSeen(MacAddress Mac, string VendorClass) : LabEvent
    {
        /// <summary>What kind of machine it is, in words.</summary>
        public string Client =>
            ClientArchitecture.OfVendorClass(VendorClass) is var architecture && RaspberryPi.IsRom(Mac, architecture)
                ? RaspberryPi.OwnBoot
                : ClientArchitecture.Name(architecture);

        /// <summary>The line that <c>nodes</c> of the lab file needs for it.</summary>
        public string Entry => $"- {{ name: NAME, mac: \"{Mac}\", address: ADDRESS }}";
    }

    /// <summary>A machine of a real network is known to be installed, or what is known of that has changed.</summary>
    /// <param name="Node">The node.</param>
    /// <param name="Evidence">What shows it.</param>
    /// <param name="Reinstall">True for one that boots from the network once all the same; false for one that is left to its disk.</param>
    public sealed record Installed(string Node, string Evidence, bool Reinstall) : LabEvent;

    /// <summary>A machine of a real network that was known to be installed is so no longer.</summary>
    /// <param name="Node">The node.</param>
    public sealed record NotInstalled(string Node) : LabEvent;

    /// <summary>All nodes have settled.</summary>
    /// <param name="Elapsed">Time since the lab's start.</param>
    /// <param name="Nodes">Each node with its stages.</param>
    public sealed record Summary(TimeSpan Elapsed, IReadOnlyList<NodeResult> Nodes) : LabEvent;

    /// <summary>How a node's boot ended.</summary>
    public sealed record NodeResult(string Name, bool Ready, IReadOnlyDictionary<BootStage, TimeSpan> Stages);

    /// <summary>The making of a cluster has begun.</summary>
    /// <param name="Name">The cluster's name.</param>
    /// <param name="Nodes">The stages that each node passes, in order, by the node's name.</param>
    public sealed record ClusterStarted(string Name, IReadOnlyDictionary<string, IReadOnlyList<ClusterStage>> Nodes) : LabEvent;

    /// <summary>A node reached a stage of becoming a cluster's.</summary>
    /// <param name="Node">The node.</param>
    /// <param name="Stage">The stage.</param>
    /// <param name="Elapsed">Time since the cluster was begun.</param>
    /// <param name="Source">Whose word it is.</param>
    /// <param name="Evidence">What was seen.</param>
    public sealed record ClusterMilestone(string Node, ClusterStage Stage, TimeSpan Elapsed, string Source, string Evidence) : LabEvent;

    /// <summary>A node did not become a cluster's.</summary>
    /// <param name="Node">The node.</param>
    /// <param name="Stage">The stage that it did not reach.</param>
    /// <param name="Elapsed">Time since the cluster was begun.</param>
    /// <param name="Reason">Why, as far as the evidence says, and what to do.</param>
    /// <param name="Evidence">What was seen.</param>
    public sealed record ClusterFailed(string Node, ClusterStage Stage, TimeSpan Elapsed, Reason Reason, IReadOnlyList<string> Evidence) : LabEvent;

    /// <summary>The cluster is there, or does not come.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Elapsed">Time since it was begun.</param>
    /// <param name="Nodes">Each node with its stages.</param>
    public sealed record ClusterSummary(string Name, TimeSpan Elapsed, IReadOnlyList<ClusterResult> Nodes) : LabEvent
    {
        /// <summary>True when every node reached its last stage.</summary>
        public bool IsUp => Nodes.All(node => node.IsDone);
    }

    /// <summary>How far a node came.</summary>
    public sealed record ClusterResult(string Name, bool IsDone, IReadOnlyDictionary<ClusterStage, TimeSpan> Stages);
}

/// <summary>Shows a lab's events to somebody. Called by one thread at a time.</summary>
public interface ILabView : IAsyncDisposable
{
    /// <summary>Shows an event.</summary>
    ValueTask ShowAsync(LabEvent happened);
}
