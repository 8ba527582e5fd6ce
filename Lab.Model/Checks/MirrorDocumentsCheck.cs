using System.Text.RegularExpressions;
using Lab.Model.Definition;
using Lab.Model.Rendering;

namespace Lab.Model.Checks;

/// <summary>Documents that an older Talos does not know.</summary>
internal sealed partial class MirrorDocumentsCheck()
    : LabCheck(
        "mirror-documents",
        Severity.Warning,
        "boot.mirrorDocuments",
        "Name an image of Talos 1.12 or later with its version as the tag, or set boot.mirrorDocuments: false.",
        "https://docs.siderolabs.com/talos/v1.12/reference/configuration/cri/registrymirrorconfig"
    )
{
    /// <summary>The first Talos with RegistryMirrorConfig.</summary>
    private static readonly Version First = new(1, 12);

    public override bool HoldsAtHome => true;

    protected override string? Explain(LabDefinition lab, DateOnly date) =>
        MatchboxData.OffersMirrors(lab)
        && lab.BootImages.FirstOrDefault(image =>
            TalosVersion().Match(image) is not { Success: true } tag || Version.Parse(tag.Groups["version"].Value) < First
        )
            is { } old
            ? $"Talos before 1.12 refuses RegistryMirrorConfig, retries forever and never serves its API; the name of {old} does not say that it holds 1.12 or later."
            : null;

    [GeneratedRegex(@":v(?<version>\d{1,4}\.\d{1,4})\.\d+[^/]*$")]
    private static partial Regex TalosVersion();
}
