namespace Lab.Model.Definition;

/// <summary>What an AWS account pays nothing for (https://aws.amazon.com/free).</summary>
public enum AccountKind
{
    /// <summary>Opened before 2025-07-15 and in its first 12 months: 30 GB of EBS a month are free.</summary>
    LegacyFreeTier,

    /// <summary>Opened since: list prices, paid from credits.</summary>
    Credits,

    /// <summary>List prices.</summary>
    None,
}
