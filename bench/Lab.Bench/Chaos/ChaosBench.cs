using System.Diagnostics;

namespace Lab.Bench.Chaos;

/// <summary>
/// Lets bad days happen to the real program, one after the other, takes the lab down after each, and prints how many survived and
/// what was left over. A round is made again by its seed: <c>chaos --rounds 1 --seed N</c>.
/// </summary>
internal static class ChaosBench
{
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        var rounds = Number(arguments, "--rounds") ?? 60;
        var first = Number(arguments, "--seed") ?? 1;
        var all = new List<ChaosRound>();
        for (var seed = first; seed < first + rounds; seed++)
        {
            var started = Stopwatch.GetTimestamp();
            var round = await RunAsync(BadDay.Of(seed), seed);
            all.Add(round);
            Console.WriteLine(
                FormattableString.Invariant($"{seed, 4}  {round.Day.Name, -40} {Stopwatch.GetElapsedTime(started).TotalSeconds, 6:0.0} s  {round.Verdict}")
            );
        }

        ChaosTable.Print(all);
        return all.Exists(round => round.Failure is not null || round.Left.Count > 0) ? 1 : 0;
    }

    /// <summary>One round: the bad day, <c>down</c>, and a look at what is left.</summary>
    public static async Task<ChaosRound> RunAsync(BadDay day, int seed)
    {
        if (day.NotDoneBecause() is { } reason)
        {
            return new ChaosRound(day, seed, null, []) { NotDoneBecause = reason };
        }

        await using var lab = new ChaosLab();
        string? failure = null;
        try
        {
            await day.HappensAsync(lab, new Random(seed));
        }
        catch (NotSurvivedException e)
        {
            failure = e.Message;
        }
        catch (Exception e)
        {
            // What was started is taken down all the same.
            failure = $"the bench has failed: {e}";
        }

        try
        {
            var down = lab.Down();
            await down.EndedAsync(90);
            failure ??= down.ExitCode == 0 ? null : $"down ends with exit code {down.ExitCode}: {down.Transcript}";
        }
        catch (NotSurvivedException e)
        {
            failure ??= $"down: {e.Message}";
        }

        return new ChaosRound(day, seed, failure, [.. Leftovers.Of(lab), .. lab.RunningPrograms()]);
    }

    private static int? Number(IReadOnlyList<string> arguments, string option)
    {
        var at = arguments.ToList().IndexOf(option);
        return at < 0 ? null
            : at + 1 < arguments.Count && int.TryParse(arguments[at + 1], out var number) && number > 0 ? number
            : throw new ArgumentException($"{option} takes a number from 1.");
    }
}

/// <summary>What came of one bad day.</summary>
/// <param name="Day">Its kind.</param>
/// <param name="Seed">Its seed.</param>
/// <param name="Failure">Why the lab did not survive; null when it did.</param>
/// <param name="Left">What was left over.</param>
internal sealed record ChaosRound(BadDay Day, int Seed, string? Failure, IReadOnlyList<string> Left)
{
    public string? NotDoneBecause { get; init; }

    public bool Survived => Failure is null && NotDoneBecause is null;

    public string Verdict =>
        NotDoneBecause is not null
            ? $"not done because {NotDoneBecause}"
            : $"{Failure ?? "survived"}{(Left.Count > 0 ? $"; left over: {string.Join(", ", Left)}" : "")}";
}
