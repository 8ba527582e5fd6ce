using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Lab.Bench;

/// <summary>
/// Starts the default lab as a user does and prints, in seconds since the program was started, when the dashboard's first page was
/// there with its content, and when all services were healthy.
/// </summary>
internal static class PageBench
{
    public static async Task RunAsync(int runs)
    {
        var (pages, services) = (new List<double>(), new List<double>());
        for (var run = 0; run < runs; run++)
        {
            var (page, healthy) = await MeasureAsync();
            pages.Add(page);
            services.Add(healthy);
        }

        Print("page answered", pages);
        Print("services healthy", services);
    }

    private static async Task<(double Page, double Services)> MeasureAsync()
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "lab.dll"), "up", "--json", "--name", "bench-page"])
        {
            RedirectStandardOutput = true,
        };
        var started = Stopwatch.GetTimestamp();
        using var lab = Process.Start(start)!;
        var (page, healthy) = (Task.FromResult(0.0), 0.0);
        while (await lab.StandardOutput.ReadLineAsync() is { } line)
        {
            var happened = JsonNode.Parse(line)!;
            switch ((string?)happened["event"])
            {
                case "serving":
                    page = AnsweredAsync((string)happened["dashboard"]!, started);
                    break;
                case "service" when (string?)happened["state"] == "Healthy":
                    healthy = Stopwatch.GetElapsedTime(started).TotalSeconds;
                    break;
                case "summary":
                    using (var signal = Process.Start("kill", ["-INT", lab.Id.ToString(CultureInfo.InvariantCulture)]))
                    {
                        await signal.WaitForExitAsync();
                    }

                    break;
            }
        }

        await lab.WaitForExitAsync();
        return (await page, healthy);
    }

    private static async Task<double> AnsweredAsync(string loginUrl, long started)
    {
        var page = await Browser.FirstPageAsync(loginUrl);
        return page.Contains("boot-server", StringComparison.Ordinal)
            ? Stopwatch.GetElapsedTime(started).TotalSeconds
            : throw new InvalidOperationException("The dashboard's first page does not show the lab.");
    }

    private static void Print(string name, List<double> values)
    {
        values.Sort();
        Console.WriteLine(
            FormattableString.Invariant(
                $"{name, -20} {values[0], 7:0.00} {values[values.Count / 2], 7:0.00} {values[^1], 7:0.00}   (since the program's start)"
            )
        );
    }
}
