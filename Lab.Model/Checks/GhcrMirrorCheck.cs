using Lab.Model.Definition;
using Lab.Model.Services;

namespace Lab.Model.Checks;

/// <summary>A cache whose registry cannot be reached.</summary>
internal sealed class GhcrMirrorCheck()
    : LabCheck(
        "mirror-without-ipv4",
        Severity.Warning,
        "mirrors",
        "Leave ghcr.io out of mirrors, or choose network.egress bastion or nat-gateway.",
        "https://github.com/orgs/community/discussions/10539"
    )
{
    protected override string? Explain(LabDefinition lab, DateOnly date) =>
        lab.Network.Egress == Egress.Ipv6 && lab.Mirrors.Any(mirror => !Dependency.HasIpv6(mirror.Upstream.Host))
            ? "With network.egress ipv6 the cache of ghcr.io reaches nothing: ghcr.io has no IPv6 address (as of 2025-12)."
            : null;
}
