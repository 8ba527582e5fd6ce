using Lab.Model.Definition;

namespace Lab.Model.Checks;

/// <summary>Images that are pulled by tags, which their publishers can move.</summary>
internal sealed class UnpinnedImagesCheck()
    : LabCheck(
        "image-not-pinned",
        Severity.Info,
        "images",
        $"Pin them, and keep lab.lock.yaml with lab.yaml: {DeployCommand.Line("pin")}",
        "https://docs.docker.com/build/building/best-practices/#pin-base-image-versions"
    )
{
    public override bool HoldsAtHome => true;

    protected override string? Explain(LabDefinition lab, DateOnly date) =>
        lab.UnpinnedImages is { Count: > 0 } images
            ? $"Not pinned to a digest, and so whatever the tag means when it is pulled: {string.Join(", ", images)}."
            : null;
}
