namespace Lab.Bench.Chaos;

/// <summary>The program is killed (SIGKILL) while it starts, runs or ends.</summary>
internal static class HostDays
{
    private const int EventsOfStart = 42;

    public static IReadOnlyList<BadDay> All { get; } =
    [
        new("kill -9 of the host, LAN", (lab, random) => KillAsync(lab, random, [])),
        new("kill -9 of the host, VPC", (lab, random) => KillAsync(lab, random, ["--vpc"])),
    ];

    private static async Task KillAsync(ChaosLab lab, Random random, string[] network)
    {
        lab.Arguments.AddRange(network);
        var run = lab.Start();
        switch (random.Next(4))
        {
            case 0 or 1:
                var events = random.Next(EventsOfStart);
                await run.UntilAsync(() => run.Events.Count >= events || run.Works, $"{events} events");
                break;
            case 2:
                await run.UntilAsync(() => run.Works, "the lab works");
                await Task.Delay(random.Next(1000));
                break;
            default:
                await run.UntilAsync(() => run.Works, "the lab works");
                run.Signal("TERM");
                await Task.Delay(random.Next(1500));
                break;
        }

        run.Signal("KILL");
        await run.EndedAsync();
    }
}
