using System.Globalization;
using Lab.CommandLine;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Pricing;

namespace Lab.Deployer.Terminal;

/// <summary>What a month, or an experiment of some hours, costs.</summary>
internal static class PriceView
{
    /// <summary>The lines of one design, then all designs side by side.</summary>
    public static void Print(Estimate estimate, IReadOnlyList<Estimate> designs)
    {
        var span = Span(estimate);
        Output.Table(
            ["Resource", $"Quantity {span}", "Free", "Rate", "Rate of", $"US$ {span}"],
            estimate.Lines.Select(line =>
                (IReadOnlyList<string>)
                    [
                        line.Resource,
                        $"{Number(line.Quantity)} {line.Rate.Unit}",
                        Number(line.Free),
                        $"{Price(line.Rate)}{line.Rate.Standing}",
                        $"{line.Rate.AsOf:yyyy-MM-dd}{(line.Rate.IsOld(estimate.Date) ? " (old)" : "")}",
                        Usd(line.Usd),
                    ]
            )
        );
        Output.Line(
            $"Total {Usd(estimate.TotalUsd)} {span} with network.egress {estimate.Egress.Id()}, as of {estimate.Date:yyyy-MM-dd}; budget {Usd(estimate.BudgetUsd)} a month{(estimate.IsOverBudget ? ": OVER BUDGET" : "")}."
        );
        if (estimate.Experiment is not null)
        {
            Output.Line("What is free is counted as if nothing of it had been used this month. AWS bills a NAT gateway by the hour begun.");
        }

        Output.Line(
            $"List prices of {RateTable.Region} without tax; traffic is not counted (through a NAT gateway {Price(RateTable.Find("nat-gateway-gb")!)}; to the internet {Price(RateTable.Find("internet-egress-gb")!)} after 100 GB a month)."
        );
        foreach (var source in estimate.Lines.Select(line => line.Rate).Distinct().GroupBy(rate => rate.Source))
        {
            Output.Line($"{string.Join(", ", source.Select(rate => rate.Id))}: {source.Key}");
        }

        if (estimate.OldRates.ToList() is { Count: > 0 } old)
        {
            Output.Line(
                $"Older than {Rate.DaysValid} days: {string.Join(", ", old.Select(rate => rate.Id))}. Compare with AWS's price list, and use a newer release of Lab."
            );
        }

        PrintDesigns(designs);
    }

    /// <summary>All egress designs, cheapest first.</summary>
    public static void PrintDesigns(IReadOnlyList<Estimate> designs) =>
        Output.Table(
            ["network.egress", $"US$ {Span(designs[0])}", "Within the budget", "What reaches the internet"],
            designs.Select(design =>
                (IReadOnlyList<string>)[design.Egress.Id(), Usd(design.TotalUsd), design.IsOverBudget ? "no" : "yes", design.Egress.Reach()]
            )
        );

    /// <summary>One line for a plan.</summary>
    public static string Line(Estimate estimate) =>
        $"Costs {Usd(estimate.TotalUsd)} a month; budget {Usd(estimate.BudgetUsd)}{(estimate.IsOverBudget ? ": over budget" : "")}. Details: {DeployCommand.Line("cost")}";

    /// <summary>For programs.</summary>
    public static object Shape(Estimate estimate, IReadOnlyList<Estimate> designs) =>
        new
        {
            Egress = estimate.Egress.Id(),
            estimate.Date,
            estimate.Experiment,
            TotalUsd = Math.Round(estimate.TotalUsd, 4),
            estimate.BudgetUsd,
            estimate.IsOverBudget,
            Lines = estimate.Lines.Select(line => new
            {
                line.Resource,
                line.Quantity,
                line.Free,
                line.Rate.Unit,
                RateUsd = line.Rate.Usd,
                Usd = Math.Round(line.Usd, 4),
                line.Rate.AsOf,
                IsOld = line.Rate.IsOld(estimate.Date),
                line.Rate.Confirmed,
                line.Rate.Source,
            }),
            Designs = designs.Select(design => new
            {
                Egress = design.Egress.Id(),
                TotalUsd = Math.Round(design.TotalUsd, 4),
                design.IsOverBudget,
                Reach = design.Egress.Reach(),
            }),
        };

    private static string Span(Estimate estimate) => estimate.Experiment is { Hours: var hours } ? $"for {hours} {(hours == 1 ? "hour" : "hours")}" : "a month";

    private static string Price(Rate rate) => $"${rate.Usd.ToString(CultureInfo.InvariantCulture)}/{rate.Unit}";

    private static string Usd(decimal amount) => "$" + amount.ToString(amount is > 0 and < 0.1m ? "0.0000" : "0.00", CultureInfo.InvariantCulture);

    private static string Number(decimal number) => number.ToString("0.##", CultureInfo.InvariantCulture);
}
