using Lab.Model.Definition;
using Lab.Model.Input;
using Lab.Model.Services;

namespace Lab.Emulation.Machines;

/// <summary>Of a real machine, of which only its questions are seen.</summary>
public sealed partial record Diagnosis
{
    private const string ItsScreen =
        "What it says itself is on its screen or serial console; boot.arguments adds a console to the kernel, such as console=ttyS2,1500000.";

    /// <summary>Finds out from what the services have seen.</summary>
    /// <param name="lab">The lab as it is served.</param>
    /// <param name="timeline">How far it came.</param>
    /// <param name="services">State of each service, by name, as the user reads it.</param>
    /// <param name="lastLines">The last lines of a service's log, by name.</param>
    /// <param name="outOfTime">How it stood when its time ran out; null when it ended before.</param>
    public static Diagnosis FromOutside(
        LabDefinition lab,
        BootTimeline timeline,
        IReadOnlyDictionary<string, string> services,
        Func<string, IReadOnlyList<string>> lastLines,
        OutOfTime? outOfTime
    )
    {
        var stage = timeline.Current;
        var evidence = FindEvidence(stage, timeline, services, lastLines);
        if (evidence.Count == 0)
        {
            evidence.Add(timeline.Last is { } last ? $"the last that was seen of it is stage {last.Id()}" : "nothing was seen of it");
        }

        if (services.TryGetValue(Component(stage), out var state) && state != "Healthy")
        {
            return new Diagnosis(stage, evidence, $"{Component(stage)} is {state}, so the machine gets no answer from it.");
        }

        var cause = CauseOutside(lab, stage, timeline);
        return timeline.Failure is null && outOfTime?.Cause(stage, cause) is { } wentOn
            ? new Diagnosis(stage, evidence, wentOn) { WentOn = true }
            : new Diagnosis(stage, evidence, cause);
    }

    private static string CauseOutside(LabDefinition lab, BootStage stage, BootTimeline timeline) =>
        stage switch
        {
            BootStage.Dhcp when timeline.Failure is not null =>
                $"The lab has machines for {string.Join(" and ", Architectures.Of(lab).Select(architecture => architecture == Architecture.Amd64 ? "amd64 UEFI and BIOS" : "arm64 UEFI"))} only: this machine cannot boot what it is served. Is {LabFile.DefaultName} right about its arch?",
            BootStage.Tftp =>
                $"The machine was told what to boot and has not fetched {string.Join(" or ", Dnsmasq.BootPrograms(lab))}: it has taken another server's answer, or a firewall of this machine closes UDP ports {Dnsmasq.TftpPort} and 4011.",
            BootStage.Script or BootStage.Disk =>
                $"The machine has {string.Join(" or ", Dnsmasq.BootPrograms(lab))} and asks for no boot script: the firmware does not start it (is Secure Boot on?), iPXE knows no driver for the network card, or a firewall of this machine closes tcp {lab.Bastion.BootPort}.",
            BootStage.Lease or BootStage.Config =>
                $"Kernel and initramfs were sent, and Linux has not asked for anything: it does not start on this board, or has no driver for its network card. {ItsScreen}",
            BootStage.Ready when timeline.Reached.ContainsKey(BootStage.Disk) =>
                $"It is installed as far as Lab knows, so it was left to its disk, and nothing answers on tcp 50000: is the disk in its boot order, and is there a Talos on it? {ItsScreen}",
            BootStage.Ready => $"Kernel and initramfs were sent, and nothing answers on tcp 50000. {ItsScreen}",
            _ => FindCause(lab, stage, timeline),
        };
}
