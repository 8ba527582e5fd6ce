using Lab.Model.Definition;

namespace Lab.Emulation.Linux;

/// <summary>What executes a machine's instructions.</summary>
public enum Accelerator
{
    /// <summary>QEMU itself, by translation.</summary>
    Tcg,

    /// <summary>The host's processor, by Linux.</summary>
    Kvm,

    /// <summary>The host's processor, by macOS.</summary>
    Hvf,
}

/// <summary>How machines of an architecture run on a host.</summary>
/// <param name="Accelerator">What executes their instructions.</param>
/// <param name="Cpu">QEMU's model of their processors.</param>
/// <param name="Why">Why so, a sentence without its full stop.</param>
/// <param name="Remedy">What the user can do for something faster; null for nothing.</param>
public sealed record Acceleration(Accelerator Accelerator, string Cpu, string Why, string? Remedy = null)
{
    /// <summary>
    /// True where each processor of a machine may have a thread of its own. Those of x86 expect an order of memory accesses that an arm64 host
    /// does not keep (https://www.qemu.org/docs/master/devel/multi-thread-tcg.html).
    /// </summary>
    public bool HasThreads { get; private init; } = true;

    /// <summary>QEMU's name of it: <c>kvm</c>.</summary>
    public string Id => Accelerator.ToString().ToLowerInvariant();

    /// <summary>How machines of an architecture run on a host.</summary>
    public static Acceleration Of(HostFacts host, Architecture machine) =>
        host.IsForbidden ? Software(host, machine, $"{HostFacts.Variable}=tcg forbids more", $"Unset {HostFacts.Variable}.")
        : host.Architecture != machine ? Software(host, machine, $"this machine's processor is {host.Architecture.Id()}")
        : host.IsMac ? new(Accelerator.Hvf, "host", "macOS runs them on its own processor")
        : host.Kvm == KvmState.Absent ? Software(host, machine, "there is no /dev/kvm", ForKvm(host))
        : host.Kvm == KvmState.Denied ? Software(host, machine, "this user may not open /dev/kvm", ForPermission(host.Place))
        : !host.HasVirtualization
            ? Software(host, machine, "there is a /dev/kvm, but the processor tells of no virtualization (vmx, svm), and firmware fails there")
        : new(Accelerator.Kvm, "host", "/dev/kvm can be opened, and the processor is the machines'");

    /// <summary>
    /// Processors as a Talos needs them at least: for amd64 x86-64-v2 (https://docs.siderolabs.com/talos, system requirements). All that QEMU
    /// knows (<c>max</c>) boots slower, see docs/decisions/boot-time.md.
    /// </summary>
    private static Acceleration Software(HostFacts host, Architecture machine, string why, string? remedy = null) =>
        new(Accelerator.Tcg, machine == Architecture.Amd64 ? "Nehalem" : "cortex-a72", why, remedy)
        {
            HasThreads = machine == Architecture.Arm64 || host.Architecture == Architecture.Amd64,
        };

    private static string ForKvm(HostFacts host) =>
        host.Place switch
        {
            HostPlace.Wsl =>
                "On Windows 11: nestedVirtualization=true below [wsl2] in %UserProfile%\\.wslconfig, then: wsl --shutdown (https://learn.microsoft.com/windows/wsl/wsl-config).",
            HostPlace.Lima =>
                "On an M3 or newer with macOS 15: limactl start --vm-type=vz --nested-virt (https://lima-vm.io/docs/config/vmtype/vz/). Older Macs have none.",
            HostPlace.Container => "Start the container with --device /dev/kvm, if its host has one.",
            HostPlace.GitHubRunner when host.Architecture == Architecture.Arm64 => "GitHub's arm64 runners have none: take runners of your own.",
            HostPlace.GitHubRunner => "Take a Linux runner of GitHub's, which has one, or one of your own.",
            _ when host.Architecture == Architecture.Amd64 =>
                "Load the module (modprobe kvm_intel or kvm_amd). Where that fails, turn virtualization on in the firmware's setup, or nested virtualization for a virtual machine.",
            _ => "Linux has to be started in EL2, as on most boards; a virtual machine needs nested virtualization.",
        };

    private static string ForPermission(HostPlace place) =>
        place switch
        {
            HostPlace.GitHubRunner =>
                "In a step before: echo 'KERNEL==\"kvm\", GROUP=\"kvm\", MODE=\"0666\", OPTIONS+=\"static_node=kvm\"' | sudo tee /etc/udev/rules.d/99-kvm4all.rules; sudo udevadm control --reload-rules; sudo udevadm trigger --name-match=kvm",
            HostPlace.Container => "Start the container with --group-add and the number of the group of /dev/kvm: stat -c %g /dev/kvm",
            _ => "sudo usermod -aG kvm $USER, then log in again.",
        };
}
