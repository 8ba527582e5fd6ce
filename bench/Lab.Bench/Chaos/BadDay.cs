namespace Lab.Bench.Chaos;

/// <summary>A kind of bad day.</summary>
/// <param name="Name">As the table has it.</param>
/// <param name="HappensAsync">Lets it happen to a lab, and returns when the lab has ended or works. What it throws tells why the lab did not survive.</param>
internal sealed record BadDay(string Name, Func<ChaosLab, Random, Task> HappensAsync)
{
    /// <summary>Why this machine cannot have such a day; null where it can.</summary>
    public Func<string?> NotDoneBecause { get; init; } = () => null;

    /// <summary>All kinds but the kill of the host.</summary>
    public static IReadOnlyList<BadDay> Others { get; } =
    [
        .. ComponentDays.All,
        .. DiskDays.All,
        .. LimitDays.All,
        .. ClockDays.All,
        .. DeletionDays.All,
        .. DownDays.All,
        .. EnvironmentDays.All,
        .. FolderDays.All,
        .. NameDays.All,
    ];

    /// <summary>The kill of the host.</summary>
    public static IReadOnlyList<BadDay> Kills => HostDays.All;

    /// <summary>The kind that belongs to a seed: every third is a kill of the host, the others take turns.</summary>
    public static BadDay Of(int seed) => seed % 3 == 0 ? Kills[seed / 3 % Kills.Count] : Others[(seed - seed / 3 - 1) % Others.Count];
}

/// <summary>A lab did not survive its bad day.</summary>
internal sealed class NotSurvivedException(string why) : Exception(why);
