namespace Lab.Bench.Chaos;

/// <summary>The program has few descriptors or little memory.</summary>
internal static class LimitDays
{
    public static IReadOnlyList<BadDay> All { get; } =
    [
        new(
            "out of file descriptors",
            async (lab, random) =>
            {
                var files = 64 + random.Next(400);
                lab.Prefix.AddRange(["prlimit", $"--nofile={files}:{files}"]);
                await lab.WorksOrSaysWhyAsync();
            }
        ),
        new(
            "cgroup memory limit",
            async (lab, random) =>
            {
                var group = MemoryGroup.Create((96 + random.Next(400)) << 20);
                lab.Hold(group);
                lab.Prefix.AddRange(["sh", "-c", "echo $$ > \"$0\" && exec \"$@\"", group.Processes]);
                var run = await lab.StartAndWaitAsync();

                // The kernel kills with SIGKILL, and nobody has a word left.
                if (run.HasEnded && run.ExitCode != ChaosRun.Killed)
                {
                    await run.EndedAsync();
                }
            }
        )
        {
            NotDoneBecause = MemoryGroup.NotDoneBecause,
        },
    ];
}
