using Lab.Emulation.Linux;

namespace Lab.Bench.Chaos;

/// <summary>A process of a lab, or the program itself, is killed or stands still.</summary>
internal static class ComponentDays
{
    private static readonly TimeSpan Still = TimeSpan.FromSeconds(30);
    private static readonly string[] Vpc = ["--vpc"];

    public static IReadOnlyList<BadDay> All { get; } =
    [
        new("kill -9 of a component, LAN", (lab, random) => KillAsync(lab, random, [])),
        new("kill -9 of a component, VPC", (lab, random) => KillAsync(lab, random, Vpc)),
        new("SIGSTOP of a component for 30 s, LAN", (lab, random) => StopAsync(lab, random, [])),
        new("SIGSTOP of a component for 30 s, VPC", (lab, random) => StopAsync(lab, random, Vpc)),
        new("SIGSTOP of the host for 30 s", StopHostAsync),
        new("down while the host stands still", StopHostAndDownAsync),
        new(
            "down while a component stands still",
            async (lab, random) =>
            {
                await lab.StartAndWaitAsync();
                ChaosRun.Signal("STOP", Choose(lab, random).Pid);
            }
        ),
    ];

    private static async Task KillAsync(ChaosLab lab, Random random, string[] network)
    {
        lab.Arguments.AddRange(network);
        var run = await lab.StartAndWaitAsync();
        var before = run.Events.Count;
        var component = Choose(lab, random);
        component.Kill();

        // A node that goes off stays off; a service is started again; what the network hangs on ends the lab.
        await run.UntilAsync(() => run.Events.Count > before && (run.Works || run.Has("off")), "the lab notices and works again", 90);
        await EndedOrClearAsync(run);
    }

    private static async Task StopAsync(ChaosLab lab, Random random, string[] network)
    {
        lab.Arguments.AddRange(network);
        var run = await lab.StartAndWaitAsync();
        var component = Choose(lab, random);
        ChaosRun.Signal("STOP", component.Pid);
        await Task.Delay(Still);
        ChaosRun.Signal("CONT", component.Pid);
        await run.UntilAsync(() => run.Works, "the lab works again", 90);
        await EndedOrClearAsync(run);
    }

    private static async Task StopHostAsync(ChaosLab lab, Random random)
    {
        var run = lab.Start();
        var events = random.Next(50);
        await run.UntilAsync(() => run.Works || run.Events.Count >= events, $"{events} events");
        run.Signal("STOP");
        await Task.Delay(Still);
        run.Signal("CONT");
        await run.UntilAsync(() => run.Works, "the lab works again", 200);
        await EndedOrClearAsync(run);
    }

    private static async Task StopHostAndDownAsync(ChaosLab lab, Random random)
    {
        var run = lab.Start();
        var events = 1 + random.Next(50);
        await run.UntilAsync(() => run.Works || run.Events.Count >= events, $"{events} events");
        run.Signal("STOP");
    }

    private static async Task EndedOrClearAsync(ChaosRun run)
    {
        if (run.HasEnded)
        {
            await run.EndedAsync();
        }

        run.RequireClear();
    }

    private static ProcessIdentity Choose(ChaosLab lab, Random random) =>
        lab.Components() is { Count: > 0 } all ? all[random.Next(all.Count)] : throw new NotSurvivedException("The lab has no processes.");
}
