using Lab.Model.Definition;

namespace Lab.Model.Checks;

/// <summary>What the caches hold is lost each day.</summary>
internal sealed class DailyCachesCheck()
    : LabCheck(
        "caches-daily",
        Severity.Info,
        "bastion.schedule",
        "Nothing, or pull what a demonstration needs right after the bastion's start.",
        "https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-scheduled-scaling.html"
    )
{
    protected override string? Explain(LabDefinition lab, DateOnly date) =>
        "The group makes a new bastion at each start: installation runs again and the registry caches begin empty.";
}
