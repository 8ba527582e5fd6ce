using Lab.Model.Definition;
using Lab.Model.Pricing;

namespace Lab.Model.Checks;

/// <summary>Prices of another region.</summary>
internal sealed class RateRegionCheck()
    : LabCheck("price-region", Severity.Info, "region", "Compare with the price list of the region.", "https://aws.amazon.com/vpc/pricing/")
{
    protected override string? Explain(LabDefinition lab, DateOnly date) =>
        lab.Region == RateTable.Region ? null : $"The rate table holds prices of {RateTable.Region}, not of {lab.Region}.";
}
