using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Lab.Bench;

/// <summary>
/// Starts the default lab as a user does, and prints the seconds from the command until the dashboard's first page was loaded and until
/// all services were healthy: of the program itself, of <c>dotnet run</c>, which looks first whether there is something to build, and of
/// <c>dotnet run --no-build</c>.
/// </summary>
internal static class StartBench
{
    private const int Services = 9;

    public static async Task RunAsync(int runs)
    {
        var figures = new Figures();
        for (var run = 0; run < runs; run++)
        {
            figures.Add(await MeasureAsync("program", Path.Combine(AppContext.BaseDirectory, "lab.dll")));
            if (File.Exists("Lab.Cli/Lab.Cli.csproj"))
            {
                figures.Add(await MeasureAsync("dotnet run", "run", "--project", "Lab.Cli", "--"));
                figures.Add(await MeasureAsync("dotnet run --no-build", "run", "--no-build", "--project", "Lab.Cli", "--"));
            }
        }

        figures.Print();
    }

    private static async Task<List<(string Name, double Seconds)>> MeasureAsync(string name, params string[] command)
    {
        var start = new ProcessStartInfo("dotnet", [.. command, "up", "--json", "--name", "bench", "--port", "0"]) { RedirectStandardOutput = true };
        var started = Stopwatch.GetTimestamp();
        using var lab = Process.Start(start)!;
        Task<double>? page = null;
        var healthy = new HashSet<string>();
        while (healthy.Count < Services && await lab.StandardOutput.ReadLineAsync() is { } line)
        {
            var happened = JsonNode.Parse(line)!;
            if ((string?)happened["event"] == "serving")
            {
                page = LoadedAsync((string)happened["dashboard"]!, started);
            }
            else if ((string?)happened["state"] == "Healthy")
            {
                healthy.Add((string)happened["name"]!);
            }
        }

        var services = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var loaded = page is null ? throw new InvalidOperationException("The lab ended before it served its dashboard.") : await page;
        using var down = Process.Start("dotnet", [Path.Combine(AppContext.BaseDirectory, "lab.dll"), "down", "--name", "bench"]);
        await down.WaitForExitAsync();
        await lab.StandardOutput.ReadToEndAsync();
        await lab.WaitForExitAsync();
        return [($"{name}: page loaded", loaded), ($"{name}: services healthy", services)];
    }

    private static async Task<double> LoadedAsync(string link, long started)
    {
        await Browser.FirstPageAsync(link);
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
