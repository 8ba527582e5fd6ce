using Lab.Model.Definition;
using Lab.Model.Pricing;

namespace Lab.Model.Checks;

/// <summary>An instance type outside the free trial.</summary>
internal sealed class PaidInstanceCheck()
    : LabCheck("instance-not-free", Severity.Warning, "bastion.instanceType", "Use t4g.small.", "https://aws.amazon.com/ec2/instance-types/t4/")
{
    protected override string? Explain(LabDefinition lab, DateOnly date) =>
        NodeLaunch.TypesOf(lab).Prepend(lab.Bastion.InstanceType).FirstOrDefault(type => type != FreeTier.TrialInstanceType) is { } type
            ? $"The free trial covers {FreeTier.TrialInstanceType} only, not {type}, although that may be smaller."
            : null;
}
