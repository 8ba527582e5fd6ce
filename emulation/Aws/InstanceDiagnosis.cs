using System.Net.Sockets;
using Lab.Emulation.Aws.Bastion;
using Lab.Emulation.Machines;
using Lab.Emulation.Network.Vpc;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Rendering;
using Lab.Model.Services;

namespace Lab.Emulation.Aws;

/// <summary>Why an instance did not get ready: the cause, as far as it follows from the VPC's state, and what to do.</summary>
internal static class InstanceDiagnosis
{
    private const int Lines = 4;

    /// <summary>More than a boot writes, with the kernel's arguments among its first lines.</summary>
    private const int ConsoleLines = 1000;
    private const string EnableMetadata = "Enable it in the launch template.";
    private static string PutBack => $"Put it back: {DeployCommand.Line("apply")}";

    /// <summary>Finds out.</summary>
    /// <param name="lab">The lab.</param>
    /// <param name="vpc">The VPC's state.</param>
    /// <param name="machine">The instance.</param>
    /// <param name="bastion">How far the bastion is.</param>
    /// <param name="outOfTime">How the boot stood when its time ran out; null when it ended before.</param>
    public static Diagnosis Of(LabDefinition lab, VpcState vpc, InstanceMachine machine, BastionState bastion, OutOfTime? outOfTime)
    {
        var (stage, troubles) = machine.Boot.Read(timeline =>
            (timeline.Current, timeline.Troubles.Where(trouble => trouble.Stage == timeline.Current).ToList())
        );
        var console = machine.Console.Last(ConsoleLines);
        var told = CauseTable.Find(troubles, Diagnosis.SinceSwitchedOn(console));
        List<string> evidence =
        [
            .. told is var (_, line) ? [line] : Array.Empty<string>(),
            .. troubles.Select(trouble => $"{trouble.Source}: {trouble.Text}").Distinct().Take(Lines),
            .. machine.Console.Last(Lines).Select(line => $"{Observation.SerialConsole}: {line}"),
        ];
        var one = vpc.Interfaces.FirstOrDefault(one => one.InstanceId == machine.Instance.Id && one.DeviceIndex == 0);
        var certain =
            CertainReason(lab, vpc, machine, one, bastion, stage, console)
            ?? (machine.Exited is { IsCompletedSuccessfully: true, Result: var end } ? Diagnosis.Off(end) : told?.Reason);
        var reason = certain ?? LikelyReason(lab, stage);
        return certain is null && troubles.Count == 0 && outOfTime?.Explain(stage, reason) is { } wentOn
            ? new Diagnosis(stage, [.. evidence.Distinct()], wentOn) { WentOn = true }
            : new Diagnosis(stage, [.. evidence.Distinct()], reason);
    }

    /// <summary>The reason for a stage that was not reached, where it follows from what is known of the VPC; otherwise null.</summary>
    private static Reason? CertainReason(
        LabDefinition lab,
        VpcState vpc,
        InstanceMachine machine,
        VpcInterface? one,
        BastionState bastion,
        BootStage stage,
        IReadOnlyList<string> console
    )
    {
        var (instance, image) = (machine.Instance, machine.Image);
        if (image.HasTalos)
        {
            return stage switch
            {
                BootStage.UserData when !instance.MetadataEnabled => new(
                    "Instance metadata is switched off for the instance (HttpEndpoint=disabled), so Talos learns neither its name nor its configuration.",
                    EnableMetadata
                ),
                BootStage.Linux => new(
                    $"The disk of image {image.Name} starts no Linux.",
                    "See on the console what its boot loader says, and launch from another image."
                ),
                _ => null,
            };
        }

        if (!image.HasIpxe && stage <= BootStage.UserData)
        {
            var ipxe = NodeImages.Ipxe(InstanceTypes.ArchitectureOf(instance.InstanceType));
            return new Reason(
                $"The image {image.Name ?? instance.ImageId} has no iPXE, so nothing reads the user data and nothing boots over the network: EC2's firmware does no PXE, and a VPC's DHCP names no boot server.",
                $"Launch from an image {ipxe.Names} of account {ipxe.Publisher} for {ipxe.Architecture.OnAws()}."
            );
        }

        if (stage == BootStage.UserData)
        {
            return instance switch
            {
                { MetadataEnabled: false } => new(
                    "Instance metadata is switched off for the instance (HttpEndpoint=disabled), so iPXE gets no user data.",
                    EnableMetadata
                ),
                { MetadataTokenRequired: true } when !image.SendsToken => new(
                    $"The launch template has HttpTokens=required, and the iPXE of image {image.Name} asks without a token, as all before 2026-07-14 do.",
                    "Set launch.metadataTokens: optional, or launch from a newer image."
                )
                {
                    Setting = "launch.metadataTokens",
                },
                { UserData: null } => new(
                    "The instance has no user data, so iPXE has nothing to run.",
                    $"Launch from the lab's launch template: {DeployCommand.Line("launch")}"
                ),
                _ when console.Any(line => line.Contains("DHCP failed", StringComparison.Ordinal)) => new(
                    "iPXE has given up asking for a lease, so it never asked for its user data.",
                    "See the log vpc-dhcp.log, then launch the node again."
                ),
                _ => null,
            };
        }

        return stage switch
        {
            BootStage.Script or BootStage.Kernel or BootStage.Initrd when bastion == BastionState.Off => new(
                $"The bastion is off, so nothing answers on {lab.Bastion.Address}:{lab.Bastion.BootPort}. Its group {lab.Bastion.Group} has no instance now.",
                $"Start it: {DeployCommand.Line("bastion start")}"
            ),
            BootStage.Script or BootStage.Kernel or BootStage.Initrd when one is not null && Closed(vpc, one, lab) is { } closed => closed,
            BootStage.Script when console.Any(line => line.Contains("Nothing to boot", StringComparison.Ordinal)) => new(
                "The user data boots what DHCP names, and in a VPC DHCP is Amazon's, which names no server and no file. dnsmasq on the bastion hears no node: a VPC carries no broadcast.",
                $"Name the boot server in the user data, as the lab's launch template does: chain http://{lab.Bastion.Address}:{lab.Bastion.BootPort}/boot.ipxe"
            ),
            BootStage.Script when bastion == BastionState.Failed => new("The bastion's user data has failed.", "See the log bastion.log for where."),
            BootStage.Script when vpc.InterfaceWith(lab.Bastion.Address)?.InstanceId is null => new(
                $"No instance has the address {lab.Bastion.Address}: the bastion has not attached its interface.",
                "See the log bastion.log for why."
            ),
            BootStage.Config
                when IsPlatformAws(lab, machine.Boot.Node.Name) || console.Any(line => line.Contains(BootImage.AwsPlatform, StringComparison.Ordinal)) => new(
                "The kernel argument talos.platform=aws makes Talos take the user data for its machine configuration, but the user data is the iPXE script.",
                "Take it out of boot.arguments: a netbooted Talos is talos.platform=metal."
            )
            {
                Setting = "boot.arguments",
            },
            _ => null,
        };
    }

    /// <summary>By the definition: what the kernel writes may stand in the middle of any line of the console.</summary>
    private static bool IsPlatformAws(LabDefinition lab, string name) =>
        (lab.FindNode(name) is { } node ? lab.MachineOf(node).Arguments : lab.ArgumentsOfAll()).Contains(BootImage.AwsPlatform);

    private static Reason LikelyReason(LabDefinition lab, BootStage stage) =>
        stage switch
        {
            BootStage.Firmware => new("The firmware wrote nothing to the serial console.", "Launch from an image of the instance type's architecture."),
            BootStage.Ipxe => new("iPXE was not started from the instance's disk.", "See on the console what the firmware started instead."),
            BootStage.Dhcp => new("iPXE got no lease from the VPC.", "See the log vpc-dhcp.log."),
            BootStage.UserData => new(
                $"{(lab.Launch.Boot == LaunchBoot.Ami ? "Talos" : "iPXE")} did not get the user data.",
                "See on the console what it asked for."
            ),
            BootStage.Linux when lab.Launch.Boot == LaunchBoot.Ami => new(
                "The firmware started no Linux from the instance's disk.",
                "See on the console what it started instead."
            ),
            BootStage.Script => new(
                $"The user data was run, but the boot server on {lab.Bastion.Address}:{lab.Bastion.BootPort} gave no script.",
                "See the log bastion.log for whether the boot server runs there."
            ),
            BootStage.Kernel or BootStage.Initrd => new(
                "The bastion's boot server has no kernel or initramfs for the node: its user data has not extracted them.",
                "See the log bastion.log for why."
            ),
            BootStage.Lease => new("Linux got no lease from the VPC.", "Use an image with a driver for the instance's network card."),
            _ => new($"The node did not get past stage {stage.Id()}.", "See on its console what it waits for."),
        };

    /// <summary>Names the security group whose rules keep a node from the boot server; null when they let it through.</summary>
    private static Reason? Closed(VpcState vpc, VpcInterface node, LabDefinition lab)
    {
        if (vpc.InterfaceWith(lab.Bastion.Address) is not { } bastion)
        {
            return null;
        }

        var port = lab.Bastion.BootPort.Number;
        bool Allows(IEnumerable<VpcRule> rules, VpcInterface other) =>
            rules.Any(rule =>
                rule.Protocol is "-1" or "tcp" or "6"
                && (rule.Ports is not var (first, last) || (first <= port && port <= last))
                && (
                    rule.GroupId is { } group
                        ? other.SecurityGroupIds.Contains(group)
                        : rule.Network?.Contains(other.AddressOf(AddressFamily.InterNetwork)!) == true
                )
            );
        string Names(VpcInterface one) => string.Join(", ", vpc.GroupsOf(one).Select(group => group.Name));
        return !Allows(vpc.GroupsOf(node).SelectMany(group => group.Egress), bastion)
                ? new($"The node's security group ({Names(node)}) has no rule that lets it send to {lab.Bastion.Address} tcp {port}.", PutBack)
            : !Allows(vpc.GroupsOf(bastion).SelectMany(group => group.Ingress), node)
                ? new($"The bastion's security group ({Names(bastion)}) has no rule that lets nodes in on tcp {port}.", PutBack)
            : null;
    }
}
