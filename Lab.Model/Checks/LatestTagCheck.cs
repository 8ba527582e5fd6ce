using Lab.Model.Definition;

namespace Lab.Model.Checks;

/// <summary>An image that changes under its name.</summary>
internal sealed class LatestTagCheck()
    : LabCheck(
        "image-latest",
        Severity.Warning,
        "boot.image",
        "Name a version, or a digest.",
        "https://docs.docker.com/build/building/best-practices/#pin-base-image-versions"
    )
{
    public override bool HoldsAtHome => true;

    protected override string? Explain(LabDefinition lab, DateOnly date) =>
        lab.BootImages.FirstOrDefault(image => image.EndsWith(":latest", StringComparison.Ordinal) || image.LastIndexOf(':') <= image.LastIndexOf('/'))
            is { } moving
            ? $"{moving} is another image each time it is built."
            : null;
}
