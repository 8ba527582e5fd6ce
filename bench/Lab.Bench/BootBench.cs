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
        var figures = new Figures();
        for (var run = 0; run < runs; run++)
        {
            figures.Add(await MeasureAsync());
        }

        figures.Print();
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
