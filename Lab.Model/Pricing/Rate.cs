namespace Lab.Model.Pricing;

/// <summary>One list price, in eu-west-1, without tax.</summary>
/// <param name="Id">Its name in the rate table.</param>
/// <param name="Usd">US dollars for one unit.</param>
/// <param name="Unit">hour, GB, GB-month or vCPU-hour.</param>
/// <param name="AsOf">The day on which it was the price.</param>
/// <param name="Confirmed">False for a figure that no price list could be found for.</param>
/// <param name="Source">Where it stands.</param>
public sealed record Rate(string Id, decimal Usd, string Unit, DateOnly AsOf, bool Confirmed, Uri Source)
{
    /// <summary>After so many days a price is looked at again.</summary>
    public const int DaysValid = 180;

    /// <summary>True for a price of <c>lab.yaml</c>.</summary>
    public bool IsOwn { get; init; }

    /// <summary>How far it can be relied on, to follow the price; empty for one of a price list.</summary>
    public string Standing =>
        IsOwn ? " (yours)"
        : Confirmed ? ""
        : " (unconfirmed)";

    /// <summary>True when the price is older than <see cref="DaysValid"/> on a day.</summary>
    public bool IsOld(DateOnly day) => day.DayNumber - AsOf.DayNumber > DaysValid;
}
