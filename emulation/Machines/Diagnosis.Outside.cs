using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Input;
using Lab.Model.Running;
using Lab.Model.Services;

namespace Lab.Emulation.Machines;

/// <summary>Of a real machine, of which only its questions are seen.</summary>
public sealed partial record Diagnosis
{
    private const string ItsScreen = $"Read its screen or serial console; {Console} names another one for Linux, such as ttyS2,1500000.";

    private const string Console = "machine.console";

    private const int MostLines = 3;

    /// <summary>Finds out from what the services have seen.</summary>
    /// <param name="lab">The lab as it is served.</param>
    /// <param name="timeline">How far it came.</param>
    /// <param name="services">How each service is, by name.</param>
    /// <param name="lastLines">The last lines of a service's log, by name.</param>
    /// <param name="outOfTime">How it stood when its time ran out; null when it ended before.</param>
    public static Diagnosis FromOutside(
        LabDefinition lab,
        BootTimeline timeline,
        IReadOnlyDictionary<string, ResourceCondition> services,
        Func<string, IReadOnlyList<string>> lastLines,
        OutOfTime? outOfTime
    )
    {
        var stage = timeline.Current;
        var evidence = FindEvidence(stage, timeline, services, lastLines);
        var kernelLog = lastLines(Observation.KernelLog);
        if (stage > BootStage.Initrd)
        {
            evidence.AddRange(kernelLog.TakeLast(MostLines).Select(line => $"{Observation.KernelLog}: {line}").Except(evidence).ToList());
        }

        var asked = stage is BootStage.Dhcp or BootStage.Tftp ? timeline.Troubles.FirstOrDefault(IsAskedAsUBoot) : null;
        if (stage == BootStage.Tftp && asked is not null)
        {
            evidence.Insert(0, $"{asked.Source}: {asked.Text}");
        }

        if (evidence.Count == 0)
        {
            evidence.Add(timeline.Last is { } last ? $"the last that was seen of it is stage {last.Id()}" : "nothing was seen of it");
        }

        if (services.TryGetValue(Component(stage), out var condition) && !condition.IsHealthy)
        {
            return new Diagnosis(stage, evidence, NoAnswer(Component(stage), condition, "machine"));
        }

        if (CauseTable.Find([], kernelLog, Observation.KernelLog) is var (told, said))
        {
            return new Diagnosis(stage, [.. evidence.Prepend(said).Distinct()], told);
        }

        var reason = ReasonOutside(lab, stage, timeline);
        // A U-Boot that does not hear Lab asks again and again, and gets no further however long it is given.
        var isCertain = timeline.Failure is not null || (asked is not null && outOfTime is { IsSlow: true });
        return !isCertain && outOfTime?.Explain(stage, reason) is { } wentOn
            ? new Diagnosis(stage, evidence, wentOn) { WentOn = true }
            : new Diagnosis(stage, evidence, reason);
    }

    /// <summary>What is noted of a boot whose machine asks as U-Boot does where Lab gives no addresses.</summary>
    /// <param name="vendorClass">The vendor class that it has sent.</param>
    public static Observation AsksAsUBoot(string vendorClass) =>
        new(
            BootStage.Dhcp,
            ObservationKind.Trouble,
            Dnsmasq.Name,
            $"not answered, since U-Boot takes no boot file from a server that gives no address: vendor class {VisibleText.Of(vendorClass)}"
        )
        {
            Asker = AskingFirmware.UBoot,
        };

    /// <summary>Why a U-Boot does not boot beside a router, and what to do.</summary>
    /// <param name="lab">The lab as it is served.</param>
    public static Reason UBootBesideRouter(LabDefinition lab)
    {
        var program = Dnsmasq.BootProgram(Architecture.Arm64);
        return new(
            "The machine boots with U-Boot, which takes the server and the name of its boot file from whoever gives it its address, the router, and does not hear Lab's answer beside it.",
            $"Give U-Boot the server itself: setenv bootcmd 'dhcp ${{kernel_addr_r}} {lab.Bastion.Address}:{program} && bootefi ${{kernel_addr_r}} ${{fdtcontroladdr}}'; saveenv. Or let the router name the boot file {program} of TFTP server {lab.Bastion.Address}; or use network.home.dhcp: full."
        )
        {
            Setting = "network.home.dhcp",
        };
    }

    /// <summary>True for what <see cref="AsksAsUBoot"/> notes.</summary>
    public static bool IsAskedAsUBoot(Observation seen) => seen.Asker == AskingFirmware.UBoot;

    private static Reason ReasonOutside(LabDefinition lab, BootStage stage, BootTimeline timeline) =>
        stage switch
        {
            BootStage.Dhcp when timeline.Failure?.Asker == AskingFirmware.RaspberryPi => new(
                "The Raspberry Pi asks by its own network boot, and the lab file names no firmware for it.",
                "Unpack a release of https://github.com/pftf/RPi4/releases to a folder, set network.home.raspberryPi to it and start again; or put that firmware on the Pi's SD card."
            )
            {
                Setting = "network.home.raspberryPi",
            },
            BootStage.Dhcp when timeline.Failure is not null => new(
                $"The lab has machines for {string.Join(" and ", Architectures.Of(lab).Select(architecture => architecture == Architecture.Amd64 ? "amd64 UEFI and BIOS" : "arm64 UEFI"))} only: this machine cannot boot what it is served.",
                $"Check that {LabFile.DefaultName} is right about its arch."
            )
            {
                Setting = "nodes[].arch",
            },
            BootStage.Dhcp or BootStage.Tftp when timeline.Troubles.Any(IsAskedAsUBoot) => UBootBesideRouter(lab),
            BootStage.Tftp => new(
                $"The machine was told what to boot and has not fetched {string.Join(" or ", Dnsmasq.BootPrograms(lab))}: it has taken another server's answer, or a firewall of this machine closes UDP ports {Dnsmasq.TftpPort} and 4011.",
                $"Open UDP ports {Dnsmasq.TftpPort} and 4011 on this machine, and turn off whatever else answers network boot there."
            ),
            BootStage.Script or BootStage.Disk => new(
                $"The machine has {string.Join(" or ", Dnsmasq.BootPrograms(lab))} and asks for no boot script: the firmware does not start it, iPXE knows no driver for the network card, or a firewall of this machine closes tcp {lab.Bastion.BootPort}.",
                $"Turn Secure Boot off on the machine, open tcp {lab.Bastion.BootPort} on this one, and read on the machine's screen what iPXE says."
            ),
            BootStage.Userspace
            or BootStage.Lease
            or BootStage.Config
            or BootStage.Images
            or BootStage.Ready when timeline.Reached.ContainsKey(BootStage.Linux) => new(
                $"Linux runs there and has sent its log, and {(stage == BootStage.Config ? "has not fetched its configuration" : "nothing answers on tcp 50000")}.",
                $"Read what it says: {LabCommand.Line("logs NODE")}"
            ),
            BootStage.Lease or BootStage.Config => new(
                "Kernel and initramfs were sent, and Linux has not asked for anything: it does not start on this board, or has no driver for its network card.",
                ItsScreen
            )
            {
                Setting = Console,
            },
            BootStage.Ready when timeline.Reached.ContainsKey(BootStage.Disk) => new(
                "It is installed as far as Lab knows, so it was left to its disk, and nothing answers on tcp 50000.",
                $"Check that the disk is in its boot order and has a Talos on it. To boot it from the network once: {LabCommand.Line("reinstall NODE")}"
            ),
            BootStage.Ready => new("Kernel and initramfs were sent, and nothing answers on tcp 50000.", ItsScreen) { Setting = Console },
            _ => FindReason(lab, stage, timeline),
        };
}
