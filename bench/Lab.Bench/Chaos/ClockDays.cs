namespace Lab.Bench.Chaos;

/// <summary>
/// The clock of the program jumps by a day while it runs, by the library of faketime(1). The clock of this machine stays, and so does
/// that of the lab's processes, whose environment does not have the library.
/// </summary>
internal static class ClockDays
{
    public static IReadOnlyList<BadDay> All { get; } =
    [
        new("clock a day forward", (lab, random) => JumpAsync(lab, random, "+1d")) { NotDoneBecause = NotDoneBecause },
        new("clock a day back", (lab, random) => JumpAsync(lab, random, "-1d")) { NotDoneBecause = NotDoneBecause },
    ];

    private static string? NotDoneBecause() => Library() is null ? "there is no faketime here (Debian: faketime)" : null;

    private static string? Library() =>
        Directory
            .GetDirectories("/usr/lib")
            .Prepend("/usr/lib")
            .Select(folder => Path.Combine(folder, "faketime/libfaketime.so.1"))
            .FirstOrDefault(File.Exists);

    private static async Task JumpAsync(ChaosLab lab, Random random, string by)
    {
        var clock = Path.Combine(lab.Scratch, "clock");
        File.WriteAllText(clock, "+0d");

        // A copy, which the lab's sandboxes do not show: what is preloaded there does not find its shared memory and ends its process.
        var library = lab.Environment["LD_PRELOAD"] = Path.Combine(lab.Scratch, "libfaketime.so.1");
        File.Copy(Library()!, library!);
        lab.Environment["FAKETIME_TIMESTAMP_FILE"] = clock;
        lab.Environment["FAKETIME_CACHE_DURATION"] = "1";
        lab.Environment["FAKETIME_DONT_FAKE_MONOTONIC"] = "1";
        var run = lab.Start();
        var events = random.Next(50);
        await run.UntilAsync(() => run.Works || run.Events.Count >= events, $"{events} events");
        File.WriteAllText(clock, by);
        await run.UntilAsync(() => run.Works, "the lab works");
        await Task.Delay(TimeSpan.FromSeconds(3));
        await run.UntilAsync(() => run.Works, "the lab still works", 30);
        if (run.HasEnded)
        {
            throw new NotSurvivedException($"The lab has ended:\n{run.Transcript}");
        }

        run.RequireClear();
    }
}
