using System.Globalization;
using System.Text.RegularExpressions;
using CliWrap;
using CliWrap.Buffered;

namespace Lab.Bench;

/// <summary>wrk (https://github.com/wg/wrk), one thread.</summary>
internal static partial class Wrk
{
    /// <summary>Requests and megabytes (10^6 bytes) a second.</summary>
    public static Task<(double Requests, double Megabytes)> RunAsync(Server server, string target, int clients, int seconds) =>
        RunAsync(Cli.Wrap, $"http://127.0.0.1:{server.Port}{target}", clients, seconds);

    /// <summary>The same, as a command that runs elsewhere.</summary>
    public static async Task<(double Requests, double Megabytes)> RunAsync(
        Func<string, Command> wrap,
        string url,
        int clients,
        int seconds,
        string options = ""
    )
    {
        var command = wrap("wrk");
        var output = (
            await command.WithArguments($"{command.Arguments} -t1 --timeout=60s -c{clients} -d{seconds}s {options} {url}").ExecuteBufferedAsync()
        ).StandardOutput;
        if (output.Contains("Non-2xx", StringComparison.Ordinal) || output.Contains("Socket errors", StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"{url}: {output}");
        }

        return (Number(Requests().Match(output)), Number(Transfer().Match(output)));
    }

    private static double Number(Match match)
    {
        var value = double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
        return match.Groups[2].Value switch
        {
            "GB" => value * 1073.74,
            "MB" => value * 1.04858,
            "KB" => value / 976.5625,
            _ => value,
        };
    }

    [GeneratedRegex(@"Requests/sec:\s+([\d.]+)")]
    private static partial Regex Requests();

    [GeneratedRegex(@"Transfer/sec:\s+([\d.]+)([KMG]B)")]
    private static partial Regex Transfer();
}
