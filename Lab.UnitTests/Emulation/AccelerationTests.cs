using Lab.Emulation.Linux;
using Lab.Model.Definition;

namespace Lab.UnitTests.Emulation;

/// <summary>Hosts that are not here.</summary>
public sealed class AccelerationTests
{
    private static readonly HostFacts Board = new(Architecture.Arm64, KvmState.Usable);
    private static readonly HostFacts Pc = new(Architecture.Amd64, KvmState.Usable);

    public static TheoryData<HostFacts, Architecture, Accelerator, string, string, string?> Hosts =>
        new()
        {
            { Board, Architecture.Arm64, Accelerator.Kvm, "host", "/dev/kvm can be opened", null },
            { Board, Architecture.Amd64, Accelerator.Tcg, "Nehalem", "processor is arm64", null },
            { Pc, Architecture.Amd64, Accelerator.Kvm, "host", "/dev/kvm can be opened", null },
            { Pc, Architecture.Arm64, Accelerator.Tcg, "cortex-a72", "processor is amd64", null },
            { Board with { Kvm = KvmState.Denied }, Architecture.Arm64, Accelerator.Tcg, "cortex-a72", "may not open", "usermod -aG kvm" },
            { Board with { Kvm = KvmState.Absent }, Architecture.Arm64, Accelerator.Tcg, "cortex-a72", "no /dev/kvm", "EL2" },
            { Pc with { Kvm = KvmState.Absent }, Architecture.Amd64, Accelerator.Tcg, "Nehalem", "no /dev/kvm", "modprobe kvm_intel" },
            { Pc with { HasVirtualization = false }, Architecture.Amd64, Accelerator.Tcg, "Nehalem", "tells of no virtualization", null },
            { Board with { IsMac = true, Kvm = KvmState.Absent }, Architecture.Arm64, Accelerator.Hvf, "host", "macOS", null },
            { Board with { IsMac = true, Kvm = KvmState.Absent }, Architecture.Amd64, Accelerator.Tcg, "Nehalem", "processor is arm64", null },
            { Board with { Kvm = KvmState.Absent, Place = HostPlace.Lima }, Architecture.Arm64, Accelerator.Tcg, "cortex-a72", "no /dev/kvm", "limactl" },
            {
                Pc with
                {
                    Kvm = KvmState.Absent,
                    Place = HostPlace.Wsl,
                },
                Architecture.Amd64,
                Accelerator.Tcg,
                "Nehalem",
                "no /dev/kvm",
                "nestedVirtualization=true"
            },
            {
                Pc with
                {
                    Kvm = KvmState.Absent,
                    Place = HostPlace.Container,
                },
                Architecture.Amd64,
                Accelerator.Tcg,
                "Nehalem",
                "no /dev/kvm",
                "--device /dev/kvm"
            },
            { Pc with { Kvm = KvmState.Denied, Place = HostPlace.Container }, Architecture.Amd64, Accelerator.Tcg, "Nehalem", "may not open", "--group-add" },
            {
                Pc with
                {
                    Kvm = KvmState.Denied,
                    Place = HostPlace.GitHubRunner,
                },
                Architecture.Amd64,
                Accelerator.Tcg,
                "Nehalem",
                "may not open",
                "99-kvm4all.rules"
            },
            {
                Board with
                {
                    Kvm = KvmState.Absent,
                    Place = HostPlace.GitHubRunner,
                },
                Architecture.Arm64,
                Accelerator.Tcg,
                "cortex-a72",
                "no /dev/kvm",
                "arm64 runners have none"
            },
            { Pc with { IsForbidden = true }, Architecture.Amd64, Accelerator.Tcg, "Nehalem", "forbids", "LAB_ACCELERATION" },
        };

    [Theory]
    [MemberData(nameof(Hosts))]
    public void A_host_runs_machines_as_fast_as_it_can_and_says_why(
        HostFacts host,
        Architecture machine,
        Accelerator accelerator,
        string cpu,
        string why,
        string? remedy
    )
    {
        var acceleration = Acceleration.Of(host, machine);
        Assert.Equal((accelerator, cpu), (acceleration.Accelerator, acceleration.Cpu));
        Assert.Contains(why, acceleration.Why);
        Assert.Equal(remedy is null, acceleration.Remedy is null);
        Assert.Contains(remedy ?? "", acceleration.Remedy ?? "");
    }

    [Theory]
    [InlineData("flags\t\t: fpu vmx sse4_2", true)]
    [InlineData("flags\t\t: fpu svm", true)]
    [InlineData("flags\t\t: fpu sse4_2", false)]
    [InlineData("vmx flags\t: ept vpid", false)]
    public void Virtualization_is_a_flag_of_the_processor(string line, bool tells) =>
        Assert.Equal(tells, HostFacts.TellsVirtualization(["processor\t: 0", line]));
}
