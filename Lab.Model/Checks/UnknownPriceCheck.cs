using Lab.Model.Definition;
using Lab.Model.Pricing;

namespace Lab.Model.Checks;

/// <summary>An instance type that the rate table does not hold, so that the price gate cannot work.</summary>
internal sealed class UnknownPriceCheck()
    : LabCheck(
        "price-unknown",
        Severity.Error,
        "bastion.instanceType",
        "Look its price up and give it under budget.prices, or use a type of the rate table, for instance t4g.small.",
        "https://aws.amazon.com/ec2/pricing/on-demand/"
    )
{
    /// <summary>The first instance type without a price; null where all have one.</summary>
    public static string? TypeWithoutPrice(LabDefinition lab) =>
        NodeLaunch.TypesOf(lab).Prepend(lab.Bastion.InstanceType).FirstOrDefault(type => RateTable.OfInstance(lab, type) is null);

    protected override string? Explain(LabDefinition lab, DateOnly date) =>
        TypeWithoutPrice(lab) is { } type ? $"The price of {type} is not known, so Lab cannot tell whether the lab stays within its budget." : null;
}
