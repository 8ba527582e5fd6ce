using Lab.Model.Definition;

namespace Lab.Emulation.Linux;

/// <summary>All that a lab needs of its host.</summary>
/// <param name="cache">Where fetched packages are.</param>
/// <param name="servesOnly">True for a lab of real machines, which boot another image than the stand-in.</param>
/// <param name="kinds">What its machines are; null for arm64.</param>
internal sealed class HostRequirements(string cache, bool servesOnly = false, MachineKinds? kinds = null)
{
    /// <summary>
    /// The release whose firmware the nodes run, and whose kernel and busybox the stand-in image is made of. A fixed one, so that nodes
    /// boot the same on every host.
    /// </summary>
    private const string ImageRelease = "bookworm";

    /// <summary>The first Debian release whose iPXE package has the arm64 program.</summary>
    private const string IpxeRelease = "trixie";

    private readonly Dictionary<Architecture, MachineRequirements> _machines = servesOnly
        ? []
        : (kinds ?? MachineKinds.Arm64).Architectures.ToDictionary(
            architecture => architecture,
            architecture => MachineRequirements.Of(architecture, ImageRelease, cache, install: kinds is { InstallThemselves: true })
        );

    private readonly ProgramRequirement _dnsmasq = new("dnsmasq", "DHCP, TFTP and DNS", "dnsmasq-base", "dnsmasq", "--version");
    private readonly ProgramRequirement _nftables = new("nftables", "security groups of a rehearsed VPC, ARP at home", "nftables", "nft", "--version")
    {
        Optional = true,
    };
    private readonly ProgramRequirement _setpriv = new("util-linux", "takes privileges from what a lab runs", "util-linux", "setpriv", "--version");
    private readonly ProgramRequirement _ip = new("iproute2", "the lab's network", "iproute2", "ip", "-V");

    // Unpacked, not installed: the installed package would start a registry of its own on the host.
    private readonly PackageRequirement _registry = new(
        "docker-registry",
        "registry caches",
        ImageRelease,
        $"docker-registry:{DebianArchive.HostArchitecture}",
        ("usr/bin", "docker-registry"),
        cache
    )
    {
        HostCandidates = ["docker-registry"],
    };

    private readonly PackageRequirement _ipxe = new("ipxe", "network boot programs", IpxeRelease, "ipxe:arm64", ("usr/lib/ipxe", "ipxe-arm64.efi"), cache)
    {
        HostCandidates = ["/usr/lib/ipxe/ipxe-arm64.efi"],
    };

    private readonly PackageRequirement _mtools = new(
        "mtools",
        "disks that instances of a VPC boot from",
        ImageRelease,
        $"mtools:{DebianArchive.HostArchitecture}",
        ("usr/bin", "mtools"),
        cache
    )
    {
        HostCandidates = ["mtools"],
    };

    private readonly ProgramRequirement _swtpm = new("swtpm", "TPMs of the nodes", "swtpm", "swtpm", "--version");

    private readonly EmulatorRequirement _emulator = new(cache) { Optional = true };

    /// <summary>All, in the order of output.</summary>
    public IReadOnlyList<Requirement> All =>
        servesOnly
            ? [_dnsmasq, _setpriv, _registry, _ipxe]
            :
            [
                .. _machines.Values.SelectMany(machine => new Requirement[] { machine.Qemu, machine.Firmware }),
                .. kinds is { HaveTpm: true } ? [_swtpm] : Array.Empty<Requirement>(),
                _dnsmasq,
                _ip,
                _setpriv,
                _nftables,
                _registry,
                _ipxe,
                .. _machines.Values.SelectMany(machine => new[] { machine.Kernel, machine.Busybox, machine.Bash }),
                _mtools,
                .. _machines.Values.Select(machine => machine.DiskLoader),
                .. _machines.Values.SelectMany(machine => machine.Kexec),
                _emulator,
            ];

    /// <summary>The tools, when nothing is missing. Those that are not required have an empty path.</summary>
    public HostTools Tools()
    {
        var host = HostFacts.Read();
        return new()
        {
            Machines = _machines.ToDictionary(machine => machine.Key, machine => machine.Value.Tools(Path, Acceleration.Of(host, machine.Key))),
            Swtpm = Path(_swtpm),
            Dnsmasq = Path(_dnsmasq),
            DockerRegistry = Path(_registry),
            Ipxe = Path(_ipxe),
            Mtools = Path(_mtools),
            MotoServer = servesOnly ? null : _emulator.Find(),
        };
    }

    private string Path(Requirement requirement) =>
        !All.Contains(requirement) ? "" : requirement.Find() ?? throw new InvalidOperationException($"{requirement.Name} has not been provided.");
}
