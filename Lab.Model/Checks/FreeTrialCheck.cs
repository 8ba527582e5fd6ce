using Lab.Model.Definition;
using Lab.Model.Pricing;

namespace Lab.Model.Checks;

/// <summary>The free trial of t4g.small ends.</summary>
internal sealed class FreeTrialCheck()
    : LabCheck(
        "free-trial-ends",
        Severity.Warning,
        "bastion.instanceType",
        $"Plan with list prices from 2027 on: {DeployCommand.Line("cost --date 2027-01-01")}.",
        "https://aws.amazon.com/ec2/instance-types/t4/"
    )
{
    protected override string? Explain(LabDefinition lab, DateOnly date) =>
        date.AddDays(60) > FreeTier.TrialEnds && lab.Bastion.InstanceType == FreeTier.TrialInstanceType
            ? $"The free 750 hours a month of {FreeTier.TrialInstanceType} end on {FreeTier.TrialEnds:yyyy-MM-dd}."
            : null;
}
