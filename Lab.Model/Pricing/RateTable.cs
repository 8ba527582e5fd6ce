using System.Text.Json;
using Lab.Model.Definition;

namespace Lab.Model.Pricing;

/// <summary>The list prices that ship with the program: a small dated table, because the region's own price file holds 441 MB.</summary>
public static class RateTable
{
    /// <summary>Hours of an average month, as AWS counts them.</summary>
    public const decimal HoursPerMonth = 730m;

    /// <summary>The region that the prices are for.</summary>
    public const string Region = "eu-west-1";

    private static readonly Uri OnDemand = new("https://aws.amazon.com/ec2/pricing/on-demand/");

    private static readonly Lazy<IReadOnlyDictionary<string, Rate>> Table = new(Read);

    /// <summary>All rates.</summary>
    public static IEnumerable<Rate> All => Table.Value.Values;

    /// <summary>The rate with a name; null where the table has none.</summary>
    public static Rate? Find(string id) => Table.Value.GetValueOrDefault(id);

    /// <summary>The price of an instance type: that of <c>budget.prices</c>, else the table's; null where neither has one.</summary>
    public static Rate? OfInstance(LabDefinition lab, string type) =>
        lab.Budget.Prices.FirstOrDefault(price => price.InstanceType == type) is { } own
            ? new Rate(type, own.HourlyUsd, "hour", own.AsOf, Confirmed: false, OnDemand) { IsOwn = true }
        : Find(type) is { Unit: "hour" } rate ? rate
        : null;

    /// <summary>The rate with a name that the program itself uses.</summary>
    internal static Rate Get(string id) => Table.Value[id];

    private static Dictionary<string, Rate> Read()
    {
        using var stream = typeof(RateTable).Assembly.GetManifestResourceStream("rates.json")!;
        return JsonSerializer.Deserialize<Rate[]>(stream, JsonSerializerOptions.Web)!.ToDictionary(rate => rate.Id);
    }
}
