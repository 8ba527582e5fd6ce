using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Lab.Bench;

/// <summary>
/// Boots the default lab again and again, as a user does, and prints the median of each stage in seconds since the machine was
/// switched on, of the services' start, and of the whole run.
/// </summary>
internal static class BootBench
{
    public static async Task RunAsync(int runs)
    {
        var figures = new Dictionary<string, List<double>>();
        for (var run = 0; run < runs; run++)
        {
            foreach (var (name, seconds) in await MeasureAsync())
            {
                figures.TryAdd(name, []);
                figures[name].Add(seconds);
            }
        }

        Console.WriteLine($"{"",-20} {"min",7} {"median",7} {"max",7}   ({runs} runs)");
        foreach (var (name, values) in figures)
        {
            values.Sort();
            Console.WriteLine(FormattableString.Invariant($"{name,-20} {values[0],7:0.00} {values[values.Count / 2],7:0.00} {values[^1],7:0.00}"));
        }
    }

    private static async Task<List<(string Name, double Seconds)>> MeasureAsync()
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Lab.AppHost.dll"), "--once", "--json", "--name", "bench"]) { RedirectStandardOutput = true };
        var started = Stopwatch.GetTimestamp();
        using var lab = Process.Start(start)!;
        var events = (await lab.StandardOutput.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToList();
        await lab.WaitForExitAsync();
        if (lab.ExitCode != 0)
        {
            throw new InvalidOperationException($"The lab ended with {lab.ExitCode}: {events[^1]}");
        }

        var services = events.Where(happened => (string?)happened["state"] == "Healthy").Max(happened => (double)happened["seconds"]!);
        var stages = events[^1]["nodes"]![0]!["stages"]!.AsObject().Select(stage => (stage.Key, (double)stage.Value!));
        return [("services healthy", services), .. stages, ("whole run", Stopwatch.GetElapsedTime(started).TotalSeconds)];
    }
}
