using System.Globalization;
using Lab.Model.Definition;
using Lab.Model.Pricing;

namespace Lab.Deployer.Terminal;

/// <summary>What a month costs.</summary>
internal static class PriceView
{
    /// <summary>The lines of one design, then all designs side by side.</summary>
    public static void Print(Estimate estimate, IReadOnlyList<Estimate> designs)
    {
        Output.Table(["Resource", "Quantity a month", "Free", "Rate", "US$ a month"], estimate.Lines.Select(line => (IReadOnlyList<string>)
        [
            line.Resource, $"{Number(line.Quantity)} {line.Rate.Unit}", Number(line.Free), $"${line.Rate.Usd.ToString(CultureInfo.InvariantCulture)}/{line.Rate.Unit}{(line.Rate.Confirmed ? "" : " (unconfirmed)")}", Usd(line.Usd),
        ]));
        Output.Line($"Total {Usd(estimate.TotalUsd)} a month with network.egress {estimate.Egress.Id()}, as of {estimate.Date:yyyy-MM-dd}; budget {Usd(estimate.BudgetUsd)}{(estimate.IsOverBudget ? ": OVER BUDGET" : "")}.");
        Output.Line("List prices of eu-west-1 without tax; traffic is not counted (through a NAT gateway $0.048/GB; to the internet $0.09/GB after 100 GB a month).");
        PrintDesigns(designs);
    }

    /// <summary>All egress designs, cheapest first.</summary>
    public static void PrintDesigns(IReadOnlyList<Estimate> designs) => Output.Table(
        ["network.egress", "US$ a month", "Within the budget", "What reaches the internet"],
        designs.Select(design => (IReadOnlyList<string>)[design.Egress.Id(), Usd(design.TotalUsd), design.IsOverBudget ? "no" : "yes", Reach(design.Egress)]));

    /// <summary>One line for a plan.</summary>
    public static string Line(Estimate estimate) => $"Costs {Usd(estimate.TotalUsd)} a month; budget {Usd(estimate.BudgetUsd)}{(estimate.IsOverBudget ? ": over budget" : "")}. Details: lab-deploy cost";

    /// <summary>For programs.</summary>
    public static object Shape(Estimate estimate, IReadOnlyList<Estimate> designs) => new
    {
        Egress = estimate.Egress.Id(),
        estimate.Date,
        TotalUsd = Math.Round(estimate.TotalUsd, 4),
        estimate.BudgetUsd,
        estimate.IsOverBudget,
        Lines = estimate.Lines.Select(line => new { line.Resource, line.Quantity, line.Free, line.Rate.Unit, RateUsd = line.Rate.Usd, Usd = Math.Round(line.Usd, 4), line.Rate.AsOf, line.Rate.Confirmed, line.Rate.Source }),
        Designs = designs.Select(design => new { Egress = design.Egress.Id(), TotalUsd = Math.Round(design.TotalUsd, 4), design.IsOverBudget, Reach = Reach(design.Egress) }),
    };

    /// <summary>What of the lab reaches the internet with a design.</summary>
    public static string Reach(Egress egress) => egress switch
    {
        Egress.NatGateway => "bastion and nodes, always",
        Egress.Bastion => "bastion and nodes while the bastion is up; the bastion has a public IPv4 address",
        Egress.Ipv6 => "the bastion over IPv6 (not ghcr.io); nodes reach its caches",
        _ => "nothing",
    };

    private static string Usd(decimal amount) => "$" + amount.ToString(amount is > 0 and < 0.1m ? "0.0000" : "0.00", CultureInfo.InvariantCulture);

    private static string Number(decimal number) => number.ToString("0.##", CultureInfo.InvariantCulture);
}
