namespace Lab.Bench.Chaos;

/// <summary>A disk is full sooner or later: each is as large as the seed says.</summary>
internal static class DiskDays
{
    public static IReadOnlyList<BadDay> All { get; } =
    [
        new(
            "disk full: state",
            async (lab, random) =>
            {
                lab.Environment["XDG_STATE_HOME"] = await lab.DiskAsync("state", Size(random, 20_000));
                await lab.WorksOrSaysWhyAsync();
            }
        ),
        new(
            "disk full: state, while it runs",
            async (lab, random) =>
            {
                var disk = lab.Environment["XDG_STATE_HOME"] = await lab.DiskAsync("state", "size=256m");
                var run = await lab.StartAndWaitAsync();
                Fill(Path.Combine(disk!, "full"));
                await Task.Delay(random.Next(5000));
                run.RequireClear();
            }
        ),
        new(
            "disk full: cache",
            async (lab, random) =>
            {
                lab.Environment["XDG_CACHE_HOME"] = lab.CacheIn(await lab.DiskAsync("cache", Size(random, 6_000)));
                await lab.WorksOrSaysWhyAsync();
            }
        ),
        new(
            "disk full: /tmp",
            async (lab, random) =>
            {
                lab.Environment["TMPDIR"] = await lab.DiskAsync("tmp", Size(random, 64));
                await lab.WorksOrSaysWhyAsync();
            }
        ),
    ];

    private static string Size(Random random, int kib) => $"size={4 * (1 + random.Next(kib / 4))}k";

    private static void Fill(string path)
    {
        try
        {
            using var file = File.OpenWrite(path);
            var block = new byte[4096];
            while (true)
            {
                file.Write(block);
                file.Flush();
            }
        }
        catch (IOException)
        {
            // Full.
        }
    }
}
