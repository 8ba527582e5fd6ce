using Lab.Model.Definition;

namespace Lab.Model.Checks;

/// <summary>Entries of the lock file for images that nothing pulls.</summary>
internal sealed class UnusedPinsCheck()
    : LabCheck(
        "image-pin-unused",
        Severity.Info,
        "images",
        $"Write the lock file again: {DeployCommand.Line("pin")}",
        "https://docs.docker.com/build/building/best-practices/#pin-base-image-versions"
    )
{
    public override bool HoldsAtHome => true;

    protected override string? Explain(LabDefinition lab, DateOnly date) =>
        lab.UnusedPins is { Count: > 0 } pins ? $"The lock file pins images that the lab does not use: {string.Join(", ", pins)}." : null;
}
