using Lab.Model.Definition;

namespace Lab.Model.Pricing;

/// <summary>One line of a price: quantity times rate.</summary>
/// <param name="Resource">What costs.</param>
/// <param name="Quantity">Units in the time that is priced.</param>
/// <param name="Free">Units of these that cost nothing.</param>
/// <param name="Rate">The price of a unit.</param>
public sealed record CostLine(string Resource, decimal Quantity, decimal Free, Rate Rate)
{
    /// <summary>US dollars for the time that is priced.</summary>
    public decimal Usd => Math.Max(0, Quantity - Free) * Rate.Usd;
}

/// <summary>Some hours of everything: the bastion, and so many nodes.</summary>
/// <param name="Hours">Hours.</param>
/// <param name="Nodes">Number of nodes.</param>
public sealed record Experiment(int Hours, int Nodes);

/// <summary>What a definition costs in a month, or for some hours, before tax, at list prices, less what is free.</summary>
/// <param name="Egress">The egress design that was priced.</param>
/// <param name="Date">The day that decides what is free.</param>
/// <param name="Lines">All that costs or would cost without the free tier.</param>
/// <param name="BudgetUsd">The definition's budget, US dollars a month.</param>
public sealed record Estimate(Egress Egress, DateOnly Date, IReadOnlyList<CostLine> Lines, decimal BudgetUsd)
{
    private const string NatGateway = "NAT gateway";

    /// <summary>The experiment that is priced; null for a month.</summary>
    public Experiment? Experiment { get; init; }

    /// <summary>The rates that are older on the day of the estimate than a price should be.</summary>
    public IEnumerable<Rate> OldRates => Lines.Select(line => line.Rate).Where(rate => rate.IsOld(Date)).Distinct();

    /// <summary>US dollars for the time that is priced.</summary>
    public decimal TotalUsd => Lines.Sum(line => line.Usd);

    /// <summary>True when the total is more than the budget.</summary>
    public bool IsOverBudget => TotalUsd > BudgetUsd;

    /// <summary>The estimate for a definition as it stands.</summary>
    /// <exception cref="LabException">An instance type that the rate table does not hold.</exception>
    /// <param name="lab">The definition.</param>
    /// <param name="date">The day that decides what is free.</param>
    /// <param name="experiment">Some hours instead of a month.</param>
    public static Estimate For(LabDefinition lab, DateOnly date, Experiment? experiment = null) => For(lab, lab.Network.Egress, date, experiment);

    /// <summary>The estimates for every egress design, cheapest first.</summary>
    /// <exception cref="LabException">An instance type that the rate table does not hold.</exception>
    /// <param name="lab">The definition.</param>
    /// <param name="date">The day that decides what is free.</param>
    /// <param name="experiment">Some hours instead of a month.</param>
    public static IReadOnlyList<Estimate> ForAllDesigns(LabDefinition lab, DateOnly date, Experiment? experiment = null) =>
        [
            .. Enum.GetValues<Egress>()
                .Select(egress => For(lab, egress, date, experiment))
                .OrderBy(estimate => estimate.TotalUsd)
                .ThenByDescending(estimate => estimate.Egress == lab.Network.Egress),
        ];

    /// <summary>The estimate for a lab that uses a NAT gateway which somebody else pays.</summary>
    public Estimate WithoutNatGateway() => this with { Lines = [.. Lines.Where(line => !line.Resource.StartsWith(NatGateway, StringComparison.Ordinal))] };

    private static Estimate For(LabDefinition lab, Egress egress, DateOnly date, Experiment? experiment)
    {
        var hours = experiment?.Hours ?? RateTable.HoursPerMonth;
        var bastionHours = experiment?.Hours ?? lab.Bastion.Schedule.HoursPerMonth();
        var nodes = Nodes(lab, experiment?.Nodes ?? lab.Nodes.Count);
        var hoursOfNode = (decimal)(experiment?.Hours ?? lab.Launch.HoursPerMonth);
        var types = nodes.GroupBy(node => node.InstanceType).Select(group => (Type: group.Key, Hours: group.Count() * hoursOfNode)).ToList();
        if (types.Count == 0)
        {
            types.Add((NodeLaunch.Further(lab).InstanceType, 0));
        }

        List<CostLine> lines = [];
        if (egress == Egress.NatGateway)
        {
            lines.Add(new(NatGateway, hours, 0, RateTable.Get("nat-gateway-hour")));
            lines.Add(new($"{NatGateway}, public IPv4 address", hours, 0, RateTable.Get("public-ipv4-hour")));
        }

        if (egress == Egress.Bastion)
        {
            lines.Add(new("bastion, public IPv4 address", bastionHours, 0, RateTable.Get("public-ipv4-hour")));
        }

        lines.AddRange(
            Shared(
                [
                    ("bastion", bastionHours, InstanceRate(lab, lab.Bastion.InstanceType)),
                    .. types.Select(type => (types.Count == 1 ? "nodes" : $"nodes, {type.Type}", type.Hours, InstanceRate(lab, type.Type))),
                ],
                rate => FreeTier.InstanceHours(rate.Id, date)
            )
        );
        var disk = RateTable.Get("gp3-gb-month");
        lines.AddRange(
            Shared(
                [("bastion, disk", Stored(lab.Bastion.DiskGib, bastionHours), disk), ("nodes, disks", Stored(nodes.Sum(DisksOf), hoursOfNode), disk)],
                _ => FreeTier.DiskGbMonths(lab.Account)
            )
        );
        return new Estimate(egress, date, lines, lab.Budget.MonthlyUsd) { Experiment = experiment };
    }

    /// <summary>What nodes cost that run without a free tier: an hour, and a month of 730 hours, disks included.</summary>
    /// <param name="lab">The definition, whose own prices count first.</param>
    /// <param name="nodes">The nodes, as they are launched.</param>
    public static (decimal Hour, decimal Month) ForNodes(LabDefinition lab, IReadOnlyList<NodeLaunch> nodes)
    {
        var hour = nodes.Sum(node => InstanceRate(lab, node.InstanceType).Usd) + (ForDisks(nodes) / RateTable.HoursPerMonth);
        return (hour, hour * RateTable.HoursPerMonth);
    }

    /// <summary>What the disks of nodes cost in a month, whether the nodes run or are stopped.</summary>
    /// <param name="nodes">The nodes, as they are launched.</param>
    public static decimal ForDisks(IReadOnlyList<NodeLaunch> nodes) => nodes.Sum(DisksOf) * RateTable.Get("gp3-gb-month").Usd;

    private static int DisksOf(NodeLaunch node) => node.DiskGib + node.DataDiskGib;

    /// <summary>The first nodes of the definition, and where it has fewer, further ones.</summary>
    private static IReadOnlyList<NodeLaunch> Nodes(LabDefinition lab, int count) =>
        [
            .. lab.Nodes.Take(count).Select(node => lab.MachineOf(node).Launch),
            .. Enumerable.Repeat(NodeLaunch.Further(lab), Math.Max(0, count - lab.Nodes.Count)),
        ];

    /// <summary>Lines that share what is free: the first takes what it needs, the next what is left.</summary>
    private static IEnumerable<CostLine> Shared(IReadOnlyList<(string Resource, decimal Quantity, Rate Rate)> uses, Func<Rate, decimal> free)
    {
        Dictionary<string, decimal> left = [];
        foreach (var (resource, quantity, rate) in uses)
        {
            var available = left.GetValueOrDefault(rate.Id, free(rate));
            var taken = Math.Min(available, quantity);
            left[rate.Id] = available - taken;
            yield return new CostLine(resource, quantity, taken, rate);
        }
    }

    /// <summary>A disk is paid for the hours it exists.</summary>
    private static decimal Stored(int gib, decimal hours) => Math.Round(gib * hours / RateTable.HoursPerMonth, 4);

    private static Rate InstanceRate(LabDefinition lab, string type) =>
        RateTable.OfInstance(lab, type)
        ?? throw new LabException(
            $"The rate table has no price for instance type {type}. Known: {string.Join(", ", RateTable.All.Select(known => known.Id).Where(id => id.Contains('.')))}. Give its price: budget: {{ prices: [{{ instanceType: {type}, hourlyUsd: …, asOf: … }}] }}"
        );
}
