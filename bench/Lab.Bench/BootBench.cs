using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Lab.Bench;

/// <summary>
/// Boots the default lab again and again, as a user does, with the floor before it and six nodes after it in each turn, and prints the
/// median of each stage in seconds since the machine was switched on, of the services' start, and of the whole run. What compares is
/// the ratio to the floor of the same turn.
/// </summary>
internal static class BootBench
{
    private const int ManyNodes = 6;

    public static async Task RunAsync(int runs)
    {
        var floor = await BootFloor.PrepareAsync();
        var (one, ratios) = (new Figures(), new Figures());
        for (var run = 0; run < runs; run++)
        {
            var least = await floor.MeasureAsync();
            var boot = await MeasureAsync(nodes: 1);
            var many = await MeasureAsync(ManyNodes);
            one.Add([("floor: init speaks", least), .. boot.Figures, ($"{ManyNodes} nodes ready", many.Ready)]);
            ratios.Add([
                ("ready / floor", boot.Ready / least),
                ($"{ManyNodes} nodes ready / floor", many.Ready / least),
                ("services healthy / floor", boot.Services / least),
            ]);
        }

        one.Print();
        Console.WriteLine();
        ratios.Print();
    }

    private static async Task<Measured> MeasureAsync(int nodes)
    {
        var start = new ProcessStartInfo(
            "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "lab.dll"), "up", "--once", "--json", "--name", "bench", "--nodes", $"{nodes}"]
        )
        {
            RedirectStandardOutput = true,
        };
        var started = Stopwatch.GetTimestamp();
        using var lab = Process.Start(start)!;
        var events = (await lab.StandardOutput.ReadToEndAsync())
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonNode.Parse(line)!)
            .ToList();
        await lab.WaitForExitAsync();
        if (lab.ExitCode != 0)
        {
            throw new InvalidOperationException($"The lab ended with {lab.ExitCode}: {events[^1]}");
        }

        var services = events.Where(happened => (string?)happened["state"] == "Healthy").Max(happened => (double)happened["seconds"]!);
        var boots = events[^1]["nodes"]!
            .AsArray()
            .Select(node => node!["stages"]!.AsObject().ToDictionary(stage => stage.Key, stage => (double)stage.Value!))
            .ToList();
        return new Measured(
            services,
            boots.Max(stages => stages["ready"]),
            [
                ("services healthy", services),
                .. boots[0].Select(stage => (stage.Key, stage.Value)),
                ("whole run", Stopwatch.GetElapsedTime(started).TotalSeconds),
            ]
        );
    }

    /// <param name="Services">Seconds until all services were healthy, since the lab's start.</param>
    /// <param name="Ready">Seconds until the last node was ready, since its machine was switched on.</param>
    /// <param name="Figures">All of the first node, by name.</param>
    private sealed record Measured(double Services, double Ready, IReadOnlyList<(string Name, double Seconds)> Figures);
}
