namespace Lab.Bench.Chaos;

/// <summary>The table of all rounds, in Markdown.</summary>
internal static class ChaosTable
{
    public static void Print(IReadOnlyList<ChaosRound> rounds)
    {
        Console.WriteLine("\n| bad day | rounds | survived | left over | seeds | seeds of failures |\n|---|---|---|---|---|---|");
        foreach (var kind in rounds.GroupBy(round => round.Day.Name))
        {
            var failed = kind.Where(round => round.Failure is not null || round.Left.Count > 0).Select(round => round.Seed).ToList();
            Console.WriteLine(
                $"| {kind.Key} | {kind.Count()} | {(kind.First().NotDoneBecause is { } reason ? $"not done because {reason}" : $"{kind.Count(round => round.Survived)}")}"
                    + $" | {kind.Sum(round => round.Left.Count)} | {string.Join(" ", kind.Select(round => round.Seed))} | {string.Join(" ", failed)} |"
            );
        }

        var done = rounds.Where(round => round.NotDoneBecause is null).ToList();
        Console.WriteLine($"\n{done.Count} rounds: survived {done.Count(round => round.Survived)}, left over {done.Sum(round => round.Left.Count)}");
    }
}
