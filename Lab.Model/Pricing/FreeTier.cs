using Lab.Model.Definition;

namespace Lab.Model.Pricing;

/// <summary>What AWS does not charge (https://aws.amazon.com/ec2/instance-types/t4/, https://aws.amazon.com/free).</summary>
public static class FreeTier
{
    /// <summary>The only instance type that the free trial covers.</summary>
    public const string TrialInstanceType = "t4g.small";

    /// <summary>Hours a month of the trial, over all instances of the account.</summary>
    public const decimal TrialHours = 750m;

    /// <summary>The trial's last day; it holds for every account.</summary>
    public static DateOnly TrialEnds { get; } = new(2026, 12, 31);

    /// <summary>Hours a month that instances of a type run for nothing.</summary>
    public static decimal InstanceHours(string type, DateOnly date) => type == TrialInstanceType && date <= TrialEnds ? TrialHours : 0;

    /// <summary>GB-months of EBS that cost nothing.</summary>
    public static decimal DiskGbMonths(AccountKind account) => account == AccountKind.LegacyFreeTier ? 30m : 0;
}
