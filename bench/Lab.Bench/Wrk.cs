using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Lab.Bench;

/// <summary>wrk (https://github.com/wg/wrk), one thread.</summary>
internal static partial class Wrk
{
    /// <summary>Requests and megabytes (10^6 bytes) a second.</summary>
    public static async Task<(double Requests, double Megabytes)> RunAsync(Server server, string target, int clients, int seconds)
    {
        using var process = Process.Start(new ProcessStartInfo("wrk", ["-t1", "--timeout=60s", $"-c{clients}", $"-d{seconds}s", $"http://127.0.0.1:{server.Port}{target}"])
        {
            RedirectStandardOutput = true,
        })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (output.Contains("Non-2xx", StringComparison.Ordinal) || output.Contains("Socket errors", StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"{target}: {output}");
        }

        return (Number(Requests().Match(output)), Number(Transfer().Match(output)));
    }

    private static double Number(Match match)
    {
        var value = double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
        return match.Groups[2].Value switch { "GB" => value * 1073.74, "MB" => value * 1.04858, "KB" => value / 976.5625, _ => value };
    }

    [GeneratedRegex(@"Requests/sec:\s+([\d.]+)")]
    private static partial Regex Requests();

    [GeneratedRegex(@"Transfer/sec:\s+([\d.]+)([KMG]B)")]
    private static partial Regex Transfer();
}
