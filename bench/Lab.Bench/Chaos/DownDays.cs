namespace Lab.Bench.Chaos;

/// <summary><c>down</c> when it is least expected.</summary>
internal static class DownDays
{
    public static IReadOnlyList<BadDay> All { get; } =
    [
        new("down during start, LAN", (lab, random) => DownAsync(lab, random.Next(40), 1, [])),
        new("down during start, VPC", (lab, random) => DownAsync(lab, random.Next(40), 1, ["--vpc"])),
        new("two downs at once", (lab, random) => DownAsync(lab, 1 + random.Next(60), 2, [])),
        new("two starts at once", TwoStartsAsync),
    ];

    private static async Task DownAsync(ChaosLab lab, int events, int downs, string[] network)
    {
        lab.Arguments.AddRange(network);
        var run = lab.Start();
        await run.UntilAsync(() => run.Works || run.Events.Count >= events, $"{events} events");
        foreach (var down in Enumerable.Range(0, downs).Select(_ => lab.Down()).ToList())
        {
            await down.EndedAsync(60);
            if (down.ExitCode != 0)
            {
                throw new NotSurvivedException($"down ends with exit code {down.ExitCode}:\n{down.Transcript}\nand the lab:\n{run.Transcript}");
            }
        }

        // Where down came before the lab had its folder, the lab starts after it.
        await run.UntilAsync(() => run.Works, "the lab works or has ended");
        if (run.HasEnded)
        {
            await run.EndedAsync();
        }
    }

    private static async Task TwoStartsAsync(ChaosLab lab, Random random)
    {
        var first = lab.Start();
        await Task.Delay(random.Next(1000));
        var second = lab.Start();
        await first.UntilAsync(() => first.Works || second.HasEnded, "one of two works");
        await second.UntilAsync(() => second.Works || first.HasEnded, "one of two works");
        if (first.HasEnded == second.HasEnded)
        {
            throw new NotSurvivedException($"Both {(first.HasEnded ? "have ended" : "run")}:\n{first.Transcript}\n{second.Transcript}");
        }

        await (first.HasEnded ? first : second).EndedAsync();
    }
}
