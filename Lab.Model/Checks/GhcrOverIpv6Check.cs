using Lab.Model.Definition;
using Lab.Model.Services;

namespace Lab.Model.Checks;

/// <summary>ghcr.io has no IPv6 address.</summary>
internal sealed class GhcrOverIpv6Check()
    : LabCheck(
        "ghcr-without-ipv4",
        Severity.Warning,
        "boot.image",
        "Mirror the image to a registry with IPv6 and name it in boot.image, or choose network.egress bastion or nat-gateway.",
        "https://github.com/orgs/community/discussions/10539"
    )
{
    protected override string? Explain(LabDefinition lab, DateOnly date) =>
        lab.Network.Egress == Egress.Ipv6 && lab.BootImages.FirstOrDefault(image => !Dependency.HasIpv6(image.Split('/')[0])) is { } unreachable
            ? $"With network.egress ipv6 the bastion cannot fetch {unreachable}: ghcr.io has no IPv6 address (as of 2025-12)."
            : null;
}
