using Lab.Model.Definition;

namespace Lab.Emulation.Linux;

/// <summary>What a lab uses of the host, each an absolute path.</summary>
public sealed record HostTools
{
    /// <summary>What machines are made of, by their architecture; none for a lab of real machines.</summary>
    public required IReadOnlyDictionary<Architecture, MachineTools> Machines { get; init; }

    /// <summary>swtpm; empty for a lab whose machines have no TPM.</summary>
    public string Swtpm { get; init; } = "";

    /// <summary>dnsmasq.</summary>
    public required string Dnsmasq { get; init; }

    /// <summary>docker-registry (CNCF Distribution).</summary>
    public required string DockerRegistry { get; init; }

    /// <summary>iPXE for arm64 UEFI.</summary>
    public required string Ipxe { get; init; }

    /// <summary>mtools, which makes the disks that instances boot from.</summary>
    public required string Mtools { get; init; }

    /// <summary>moto_server; null where none can be had.</summary>
    public string? MotoServer { get; init; }

    /// <summary>What machines of an architecture are made of.</summary>
    public MachineTools Of(Architecture architecture) => Machines[architecture];

    /// <summary>A program of iPXE: the package has them side by side.</summary>
    public string IpxeProgram(string name) => Path.Combine(Path.GetDirectoryName(Ipxe)!, name);
}
