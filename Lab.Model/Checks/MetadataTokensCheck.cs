using Lab.Model.Definition;

namespace Lab.Model.Checks;

/// <summary>iPXE images that know no metadata token.</summary>
internal sealed class MetadataTokensCheck()
    : LabCheck(
        "ipxe-metadata-token",
        Severity.Warning,
        "launch.metadataTokens",
        "Set launch.metadataTokens to optional, or see that the image is of 2026-07-14 or later.",
        "https://ipxe.org/howto/ec2"
    )
{
    protected override string? Explain(LabDefinition lab, DateOnly date) =>
        lab.Launch is { Boot: LaunchBoot.Ipxe, MetadataTokens: MetadataTokens.Required }
            ? "Official iPXE images before 2026-07-14 fetch their script without a token and then boot nothing."
            : null;
}
