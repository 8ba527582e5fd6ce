using System.Net;
using System.Text.RegularExpressions;
using Lab.Emulation.Linux;
using Lab.Emulation.Network;
using Lab.Emulation.Services;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Input;
using Lab.Model.Running;
using Lab.Model.Services;

namespace Lab.Emulation.Machines;

/// <summary>Why a node did not get ready.</summary>
/// <param name="Stage">The stage at which it stopped.</param>
/// <param name="Evidence">What was seen, oldest first, each line with its source.</param>
/// <param name="Reason">The likely cause and what to do.</param>
public sealed partial record Diagnosis(BootStage Stage, IReadOnlyList<string> Evidence, Reason Reason)
{
    /// <summary>The likely cause, in a sentence or two.</summary>
    public string Cause => Reason.Cause;

    /// <summary>What to do, in a sentence or two; empty where that is not known.</summary>
    public string Remedy => Reason.Remedy;

    /// <summary>True for a boot that went on when its time ran out.</summary>
    public bool WentOn { get; init; }

    /// <summary>The request over HTTP that went wrong, with its answer; null where none has.</summary>
    public HttpExchange? Exchange { get; init; }

    /// <summary>What became of the boot, to follow the node's name: <c>stopped at stage dhcp</c>.</summary>
    public string Ending => $"{(WentOn ? "was still" : "stopped")} at stage {Stage.Id()}";

    /// <summary>Finds out from what is known of a node and of the services that it needs.</summary>
    /// <param name="lab">What should be.</param>
    /// <param name="mac">The address that the machine has.</param>
    /// <param name="timeline">How far it came.</param>
    /// <param name="services">How each service is, by name.</param>
    /// <param name="lastLines">The last lines of a component's log, by name; <see cref="Observation.SerialConsole"/> is the machine's.</param>
    /// <param name="end">How the machine went off by itself; null while it is on.</param>
    /// <param name="outOfTime">How it stood when its time ran out; null when it ended before.</param>
    public static Diagnosis Of(
        LabDefinition lab,
        MacAddress mac,
        BootTimeline timeline,
        IReadOnlyDictionary<string, ResourceCondition> services,
        Func<string, IReadOnlyList<string>> lastLines,
        MachineEnd? end,
        OutOfTime? outOfTime
    )
    {
        var stage = timeline.Current;
        var evidence = FindEvidence(
            stage,
            timeline,
            services,
            component => [.. lastLines(component).Where(line => component != Dnsmasq.Name || !IsOfOther(line, mac))]
        );
        if (
            FindCertainReason(
                lab,
                mac,
                stage,
                services,
                lastLines,
                timeline.Failure is not null && end is { IsReset: true } ? null : end,
                timeline.Failure is { Source: Observation.Qemu, Text: var why } ? why : null
            ) is
            { } certain
        )
        {
            return new Diagnosis(stage, evidence, certain);
        }

        var troubles = timeline.Troubles.Where(trouble => trouble.Stage == stage);
        if (CauseTable.Find(troubles, SinceSwitchedOn(lastLines(Observation.SerialConsole))) is var (told, line))
        {
            return new Diagnosis(stage, [.. evidence.Prepend(line).DistinctBy(WhatItTells)], told);
        }

        var reason = FindReason(lab, stage, timeline);
        return timeline.Troubles.All(trouble => trouble.Stage != stage) && outOfTime?.Explain(stage, reason) is { } wentOn
            ? new Diagnosis(stage, evidence, wentOn) { WentOn = true }
            : new Diagnosis(stage, evidence, reason);
    }

    /// <summary>True for a line about another machine; the lab's own questions, when it looks who answers, are among these.</summary>
    private static bool IsOfOther(string line, MacAddress mac) =>
        AnyMac().Match(line) is { Success: true, Value: var other } && !string.Equals(other, $"{mac}", StringComparison.OrdinalIgnoreCase);

    /// <summary>The component that answers for a stage.</summary>
    public static string Component(BootStage stage) =>
        stage switch
        {
            BootStage.Dhcp or BootStage.Tftp or BootStage.Lease => Dnsmasq.Name,
            BootStage.Script or BootStage.Disk or BootStage.Kernel or BootStage.Initrd or BootStage.Config => Matchbox.Name,
            _ => Observation.SerialConsole,
        };

    private static List<string> FindEvidence(
        BootStage stage,
        BootTimeline timeline,
        IReadOnlyDictionary<string, ResourceCondition> services,
        Func<string, IReadOnlyList<string>> lastLines
    )
    {
        const int lines = 3;
        var component = Component(stage);
        var evidence = timeline
            .Troubles.Where(trouble => trouble.Stage == stage)
            .Select(trouble => $"{trouble.Source}: {trouble.Text}")
            .DistinctBy(WhatItTells)
            .Take(2 * lines)
            .ToList();
        if (evidence.Exists(CauseTable.IsAnsweredMissing))
        {
            // iPXE's "Not found" is the same 404, told by the other end.
            evidence.RemoveAll(line => CauseTable.IsMissing(line) && !CauseTable.IsAnsweredMissing(line));
        }

        if (services.TryGetValue(component, out var condition))
        {
            evidence.Add($"{component} is {condition}");
        }

        // What the machine wrote last matters where nothing else tells; after a failure it is the firmware trying its next boot option.
        var consoleTells = component == Observation.SerialConsole || evidence.Count == 0;
        // A service whose answer to this node is among the troubles tells nothing more in its log, where other nodes' requests are too.
        var sources = consoleTells ? new[] { component, Observation.SerialConsole }.Distinct() : [component];
        foreach (
            var source in sources.Where(source =>
                source == Observation.SerialConsole || evidence.All(line => !line.StartsWith($"{source}: ", StringComparison.Ordinal))
            )
        )
        {
            evidence.AddRange(
                lastLines(source).Where(line => !LeaseDetail().IsMatch(line)).TakeLast(lines).Select(line => $"{source}: {line}").Except(evidence).ToList()
            );
        }

        return evidence;
    }

    /// <summary>iPXE says an error again when it gives up: its code is what it tells.</summary>
    private static string WhatItTells(string line) => IpxeError().Match(line) is { Success: true, Value: var code } ? code : line;

    /// <summary>The reason where the machine went off by itself.</summary>
    internal static Reason Off(MachineEnd end) =>
        new(
            $"The machine is off: {end.Text}.",
            end.IsReset ? "See on its console why it resets, then power-cycle the node."
                : end.IsGuests ? "See on its console why, then power-cycle the node."
                : "See its own output in the log NODE.qemu.log, then power-cycle the node."
        );

    /// <summary>The reason where a service that the machine needs does not answer.</summary>
    private static Reason NoAnswer(string component, ResourceCondition condition, string asker) =>
        new(
            $"{component} is {condition}, so the {asker} gets no answer from it.",
            $"Start {component}, or see its log for why it is {condition}, then power-cycle the node."
        );

    /// <summary>What keeps the node from getting on for certain, whatever it does.</summary>
    private static Reason? FindCertainReason(
        LabDefinition lab,
        MacAddress mac,
        BootStage stage,
        IReadOnlyDictionary<string, ResourceCondition> services,
        Func<string, IReadOnlyList<string>> lastLines,
        MachineEnd? end,
        string? paused
    )
    {
        if (end is not null)
        {
            var off = Off(end);
            return end.IsReset
                ? off with
                {
                    Cause = $"{off.Cause} {ResetLimit.Most} boots in a row ended so before the node was ready, so it was not switched on again.",
                }
                : off;
        }

        if (paused is not null)
        {
            return new Reason($"The machine is {paused}.", "Free space there, then power-cycle the node.");
        }

        if (BootsFromDisk(stage, lastLines(Observation.SerialConsole)))
        {
            return new Reason(
                "The machine boots from its disk, not from the network, and what is on the disk comes no further.",
                "Fix what is on the disk, or make the disk blank with the command reset-disk."
            );
        }

        if (services.TryGetValue(Component(stage), out var condition) && !condition.IsHealthy)
        {
            return NoAnswer(Component(stage), condition, "node");
        }

        return stage == BootStage.Script && lab.Nodes.All(node => node.Mac != mac)
            ? new Reason(
                $"The boot server has no group for MAC {mac}. {Nodes(lab)}",
                $"If the machine is right, give its node this MAC in {LabFile.DefaultName}: mac: \"{mac}\""
            )
            {
                Setting = "nodes[].mac",
            }
            : null;
    }

    private static Reason FindReason(LabDefinition lab, BootStage stage, BootTimeline timeline) =>
        stage switch
        {
            BootStage.Firmware => new(
                "The firmware wrote nothing to the serial console.",
                $"Check that it is a firmware for the machine's architecture, and that the node has memory enough: {CauseTable.Memory}."
            )
            {
                Setting = CauseTable.Memory,
            },
            BootStage.Dhcp or BootStage.Tftp or BootStage.Lease when OtherServer(timeline) is { } other => new(
                $"Another DHCP server answers here and gave {other.Address}{(other.Server is null ? "" : $" (it is {other.Server})")}: the machine took its offer first.",
                "Turn that server off, or keep it off this network."
            ),
            BootStage.Dhcp when timeline.Troubles.Any(trouble => trouble.Text.StartsWith(NoMachine, StringComparison.Ordinal)) => new(
                $"Lab answers the machines of {LabFile.DefaultName} only, and this machine's MAC is not there. {Nodes(lab)}",
                $"Give its node this MAC in {LabFile.DefaultName}."
            )
            {
                Setting = "nodes[].mac",
            },
            BootStage.Dhcp or BootStage.Tftp when RouterFile(timeline) is { } file => new(
                $"The router names a boot file too ({file}), and the machine took that one.",
                $"Remove the boot file in the router; or let it name Lab's ({string.Join(" or ", Dnsmasq.BootPrograms(lab))} of TFTP server {lab.Bastion.Address}) and set network.home.dhcp: off."
            ),
            BootStage.Dhcp when timeline.Troubles.Any(trouble => trouble is { Stage: BootStage.Dhcp, Source: HomeRouter.Name }) => new(
                $"The router has seen the machine and offered it an address, and {Dnsmasq.Name} has seen nothing of it: Lab serves on another network interface than the one that leads to the machine.",
                "Set network.home.interface."
            ),
            BootStage.Dhcp => new(
                "No lease for the machine: dnsmasq saw no request from it, or had no address to give.",
                "Compare its MAC with those in dnsmasq's log."
            )
            {
                Setting = "nodes[].mac",
            },
            BootStage.Tftp => new(
                $"The firmware has its lease but did not get {string.Join(" or ", Dnsmasq.BootPrograms(lab))}.",
                "Check that the file is in the TFTP folder, and see what dnsmasq's log says of it."
            ),
            BootStage.Ipxe => new("The network boot program was sent but did not start.", "Use one that is built for the UEFI of the machine's architecture."),
            BootStage.Script => new(
                "The boot server has no script for the node: its group or profile is missing or broken.",
                "See groups/ and profiles/ in the boot server's data folder, and what its log says of them."
            ),
            BootStage.Kernel or BootStage.Initrd => Download(stage == BootStage.Kernel ? "kernel" : "initramfs", stage, timeline),
            BootStage.Linux => new(
                "Kernel and initramfs were sent but Linux did not start.",
                $"Check that the kernel is for the machine's architecture, and that there is memory enough for both: {CauseTable.Memory}."
            )
            {
                Setting = CauseTable.Memory,
            },
            BootStage.Userspace => new("Linux started, and nothing was seen of its init.", "Use the initramfs that belongs to the kernel."),
            BootStage.Lease => new("Linux got no lease.", "Use an image with a driver for virtio network cards."),
            BootStage.Config
                when timeline.Troubles.Any(trouble =>
                    trouble is { Stage: BootStage.Config, Kind: ObservationKind.Failed, Source: Matchbox.Name } && trouble.Text.Contains("-> 200")
                ) => new("The machine configuration that the boot server sent is empty.", "Fill generic/machine.yaml in the boot server's data folder."),
            BootStage.Config => new(
                "The node got no usable machine configuration.",
                "See generic/ in the boot server's data folder and the kernel argument talos.config."
            ),
            BootStage.Images => new("A registry cache did not give the node a manifest.", "See the log of the cache that the console names."),
            BootStage.Ready when timeline.Troubles.LastOrDefault(trouble => trouble is { Stage: BootStage.Ready, Source: Observation.Bastion }) is { } wrong =>
                new($"The node runs but gives a wrong answer ({wrong.Text}).", "See on its console what does not work there, then power-cycle the node."),
            _ => new($"The node runs but {ReadyProbe.Missing(timeline.Ready)}.", "See on its console what it waits for."),
        };

    private static Reason Download(string file, BootStage stage, BootTimeline timeline) =>
        timeline.Troubles.Any(trouble => trouble.Stage == stage && CauseTable.IsMissing(trouble.Text))
            ? new(
                $"The {file} that the node's profile names is not among the boot server's assets.",
                "Put the file where the request asks for it, or correct its path in the profile."
            )
            : new(
                $"The {file} did not reach the node. What was seen tells no cause that Lab knows.",
                "See the boot server's log and the node's console, then power-cycle the node."
            );

    /// <summary>What is noted of a boot when another DHCP server than the lab's has answered the lab.</summary>
    public static Observation OfferOfAnother(DhcpOffer offer) =>
        new(
            BootStage.Dhcp,
            ObservationKind.Trouble,
            Observation.Lan,
            $"DHCPOFFER of {offer.Server}: {offer.Address}, {(offer.BootFile is { } file ? $"boot file {VisibleText.Of(file)}" : "no boot file")}"
        );

    /// <summary>What is noted of a boot when the router names a boot file beside Lab.</summary>
    public static Observation BootFileOfRouter(IPAddress router, string file) =>
        new(BootStage.Dhcp, ObservationKind.Trouble, Observation.Lan, $"DHCPOFFER of the router, {router}: boot file {VisibleText.Of(file)}");

    /// <summary>What is noted of a boot whose machine asks Lab, and is none of its own.</summary>
    public static Observation NotServed(MacAddress machine) => new(BootStage.Dhcp, ObservationKind.Trouble, Dnsmasq.Name, $"{NoMachine} {machine}");

    private const string NoMachine = "not answered, since it is no machine of the lab:";

    private static string? RouterFile(BootTimeline timeline) =>
        timeline.Troubles.Select(trouble => RouterOffered().Match(trouble.Text)).FirstOrDefault(match => match.Success)?.Groups["file"].Value;

    /// <summary>The DHCP server that a machine has listened to instead of the lab's: what it gave the machine where dnsmasq has seen that, else what it offers the lab.</summary>
    private static (string? Server, string Address)? OtherServer(BootTimeline timeline)
    {
        var texts = timeline.Troubles.Select(trouble => trouble.Text).ToList();
        var offer = texts.Select(text => Offered().Match(text)).FirstOrDefault(match => match.Success);
        return texts.Select(text => WrongServer().Match(text)).FirstOrDefault(match => match.Success) is { } refused
                ? (offer?.Groups["server"].Value, refused.Groups["address"].Value)
            : offer is not null ? (offer.Groups["server"].Value, offer.Groups["address"].Value)
            : null;
    }

    /// <summary>Whether the firmware, since it was switched on last, has found something to start on the disk, and nothing of the network boot's later stages has come.</summary>
    private static bool BootsFromDisk(BootStage stage, IReadOnlyList<string> console) =>
        stage < BootStage.Linux && SinceSwitchedOn(console).Any(line => DiskStarted().IsMatch(line));

    /// <summary>Lines of the console, oldest first, of the boot that the firmware has begun last.</summary>
    internal static IEnumerable<string> SinceSwitchedOn(IReadOnlyList<string> console) =>
        console.Reverse().TakeWhile(line => !line.StartsWith("UEFI firmware", StringComparison.Ordinal)).Reverse();

    private static string Nodes(LabDefinition lab) =>
        lab.Nodes.Count == 0 ? "No node is defined." : $"Defined: {string.Join(", ", lab.Nodes.Select(node => $"{node.Name} {node.Mac}"))}.";

    /// <summary>dnsmasq refuses a machine that has chosen the offer of another server.</summary>
    [GeneratedRegex(@"\ADHCPNAK\(\S+\) (?<address>[\d.]+) .*wrong server-ID\z")]
    private static partial Regex WrongServer();

    [GeneratedRegex(@"\b[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}\b")]
    private static partial Regex AnyMac();

    /// <summary>See <see cref="OfferOfAnother"/>.</summary>
    [GeneratedRegex(@"\ADHCPOFFER of (?<server>[\d.]+): (?<address>[\d.]+), ")]
    private static partial Regex Offered();

    /// <summary>See <see cref="BootFileOfRouter"/>.</summary>
    [GeneratedRegex(@"\ADHCPOFFER of the router, [\d.]+: boot file (?<file>.+)\z")]
    private static partial Regex RouterOffered();

    /// <summary>EDK2's name for a virtio disk.</summary>
    [GeneratedRegex(@"^BdsDxe: starting Boot[0-9A-F]{4} ""UEFI Misc Device""")]
    private static partial Regex DiskStarted();

    [GeneratedRegex(@"\(https?://ipxe\.org/[0-9a-f]{8}\)$")]
    private static partial Regex IpxeError();

    /// <summary>dnsmasq logs every option of every lease, a line each after the transaction's number; the lease itself has DHCP in capitals.</summary>
    [GeneratedRegex(@"dnsmasq-dhcp\[\d+\]: \d+ (?!DHCP)")]
    private static partial Regex LeaseDetail();
}
