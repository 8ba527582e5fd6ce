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
        lab.Boot.Image.EndsWith(":latest", StringComparison.Ordinal) || lab.Boot.Image.LastIndexOf(':') <= lab.Boot.Image.LastIndexOf('/')
            ? $"{lab.Boot.Image} is another image each time it is built."
            : null;
}
