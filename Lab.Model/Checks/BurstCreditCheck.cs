using Lab.Model.Definition;

namespace Lab.Model.Checks;

/// <summary>T4g bursts cost money.</summary>
internal sealed class BurstCreditCheck()
    : LabCheck(
        "burst-credits",
        Severity.Info,
        "bastion.instanceType",
        "Watch CPUSurplusCreditsCharged; keep long builds off the lab.",
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/burstable-performance-instances-unlimited-mode.html"
    )
{
    protected override string? Explain(LabDefinition lab, DateOnly date) =>
        lab.Bastion.InstanceType.StartsWith("t4g.", StringComparison.Ordinal)
            ? "T4g instances run in unlimited mode by default: CPU above the baseline is charged at $0.04 a vCPU-hour, the free trial included."
            : null;
}
