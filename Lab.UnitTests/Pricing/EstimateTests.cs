using Lab.Model;
using Lab.Model.Checks;
using Lab.Model.Definition;
using Lab.Model.Pricing;

namespace Lab.UnitTests.Pricing;

public sealed class EstimateTests
{
    private static readonly DateOnly Day = new(2026, 7, 1);

    [Theory]
    [InlineData(Egress.NatGateway, 38.69)]
    [InlineData(Egress.Bastion, 0.76)]
    [InlineData(Egress.Ipv6, 0)]
    [InlineData(Egress.None, 0)]
    public void A_month_in_the_legacy_free_tier_costs(Egress egress, decimal usd) => Assert.Equal(usd, Math.Round(Estimate.For(With(egress), Day).TotalUsd, 2));

    [Fact]
    public void Outside_the_free_tier_the_disk_alone_is_over_budget()
    {
        var estimate = Estimate.For(With(Egress.Ipv6) with { Account = AccountKind.None }, Day);

        Assert.Equal(0.15m, Math.Round(estimate.TotalUsd, 2));
        Assert.True(estimate.IsOverBudget);
    }

    [Fact]
    public void The_bastion_costs_once_the_trial_has_ended()
    {
        var after = Estimate.For(With(Egress.Ipv6), new DateOnly(2027, 1, 1));

        Assert.Equal(2.80m, Math.Round(after.Lines.Single(line => line.Resource == "bastion").Usd, 2));
    }

    [Fact]
    public void Nodes_take_what_the_bastion_leaves_of_the_free_hours()
    {
        var lab = With(Egress.Ipv6) with { Launch = new() { HoursPerMonth = 700 } };

        Assert.Equal(750m - 152.1m, Estimate.For(lab, Day).Lines.Single(line => line.Resource == "nodes").Free);
    }

    [Fact]
    public void The_designs_come_cheapest_first() =>
        Assert.Equal(
            [Egress.Ipv6, Egress.None, Egress.Bastion, Egress.NatGateway],
            Estimate.ForAllDesigns(With(Egress.NatGateway), Day).Select(estimate => estimate.Egress)
        );

    [Fact]
    public void An_instance_type_without_a_price_is_named() =>
        Assert.Contains(
            "m8g.medium",
            Assert.Throws<LabException>(() => Estimate.For(new LabDefinition { Bastion = new() { InstanceType = "m8g.medium" } }, Day)).Message
        );

    [Theory]
    [InlineData(Egress.NatGateway, 0.318)]
    [InlineData(Egress.Bastion, 0.03)]
    [InlineData(Egress.Ipv6, 0)]
    public void Six_hours_with_three_nodes_cost(Egress egress, decimal usd)
    {
        var estimate = Estimate.For(With(egress), Day, new Experiment(6, 3));

        Assert.Equal(usd, estimate.TotalUsd);
        Assert.Equal(18, estimate.Lines.Single(line => line.Resource == "nodes").Quantity);
    }

    [Fact]
    public void A_price_of_ones_own_counts_and_is_called_that()
    {
        var lab = With(Egress.Ipv6) with
        {
            Launch = new() { InstanceType = "c7g.large" },
            Budget = new()
            {
                Prices =
                [
                    new()
                    {
                        InstanceType = "c7g.large",
                        HourlyUsd = 0.5m,
                        AsOf = Day,
                    },
                ],
            },
        };
        var line = Estimate.For(lab, Day, new Experiment(6, 2)).Lines.Single(line => line.Resource == "nodes");

        Assert.Equal(6, line.Usd);
        Assert.Equal((" (yours)", Day), (line.Rate.Standing, line.Rate.AsOf));
        Assert.Equal(0.5m, Math.Round(Estimate.ForNodes(lab, [NodeLaunch.Further(lab)]).Hour, 2));
    }

    [Fact]
    public void A_price_is_old_after_180_days()
    {
        var rate = RateTable.Find("t4g.small")!;

        Assert.False(rate.IsOld(rate.AsOf.AddDays(180)));
        Assert.True(rate.IsOld(rate.AsOf.AddDays(181)));
        Assert.Contains(rate, Estimate.For(With(Egress.Ipv6), rate.AsOf.AddDays(181)).OldRates);
        Assert.Contains(
            $"t4g.small of {rate.AsOf:yyyy-MM-dd}",
            LabChecks.Run(With(Egress.Ipv6), rate.AsOf.AddDays(181)).Single(finding => finding.Id == "price-old").Explanation
        );
        Assert.DoesNotContain(LabChecks.Run(With(Egress.Ipv6), rate.AsOf.AddDays(180)), finding => finding.Id == "price-old");
    }

    [Fact]
    public void Every_rate_has_a_date_and_a_source() =>
        Assert.All(RateTable.All, rate => Assert.True(rate.Usd > 0 && rate.AsOf.Year >= 2026 && rate.Source.Scheme == "https"));

    private static LabDefinition With(Egress egress) => new() { Network = new() { Egress = egress } };
}
