using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using Lab.CommandLine;
using Lab.Dashboard.Looks;

namespace LabCli.Commands;

/// <summary><c>logs</c>: the log of a resource of a running lab.</summary>
internal static partial class LogsCommand
{
    private static readonly Argument<string> Resource = CommonOptions.Resource("resource", "A resource, as ps names it.", _ => true);
    private static readonly Option<bool> Follow = new("--follow", "-f") { Description = "Follow the log until Ctrl-C." };
    private static readonly Option<int?> Tail = new Option<int?>("--tail", "-n") { Description = "Only the last N lines.", HelpName = "N" }.Within(
        0,
        int.MaxValue,
        "a number of lines"
    );
    private static readonly Option<string?> Since = new Option<string?>("--since")
    {
        Description = "Only lines since then: a time (2026-11-27T10:00:00Z) or how long ago (90s, 10m, 2h).",
        HelpName = "TIME",
    }.Of(text => Time(text, DateTimeOffset.UtcNow) is not null, "a time like 2026-11-27T10:00:00Z, or 90s, 10m, 2h");

    public static Command Create()
    {
        var command = new VerbCommand(
            "logs",
            """
            Print the log of a service or node of a running lab, each line with its time.

            Examples:
              lab logs dnsmasq              all that is kept
              lab logs cp1 -f --tail 20     a node's console, from its last 20 lines on
              lab logs boot-server --since 5m  what the boot server said in five minutes
            """
        )
        {
            Resource,
            Follow,
            Tail,
            Since,
            CommonOptions.FileInFull,
            CommonOptions.Name,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        using var lab = new LabClient(CommonOptions.Lab(arguments));
        var resource = arguments.GetValue(Resource)!;
        var since = arguments.GetValue(Since) is { } text ? Time(text, DateTimeOffset.UtcNow) : null;
        try
        {
            var first = arguments.GetValue(Tail) is { } tail ? await FirstOfLastAsync(lab, resource, tail, cancellationToken) : 0;
            await lab.ReadLogAsync(
                resource,
                arguments.GetValue(Follow),
                line =>
                {
                    if (line.LineNumber >= first && (since is null || TimeOf(line.Text) >= since))
                    {
                        Console.WriteLine(AnsiText.Plain(line.Text));
                    }
                },
                cancellationToken
            );
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C is how following ends.
        }

        return 0;
    }

    private static async Task<int> FirstOfLastAsync(LabClient lab, string resource, int lines, CancellationToken cancellationToken)
    {
        var last = 0;
        await lab.ReadLogAsync(resource, follow: false, line => last = line.LineNumber, cancellationToken);
        return last - lines + 1;
    }

    /// <summary>Each line begins with its time.</summary>
    private static DateTimeOffset? TimeOf(string line) =>
        DateTimeOffset.TryParse(line.Split(' ', 2)[0], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    private static DateTimeOffset? Time(string text, DateTimeOffset now)
    {
        if (Ago().Match(text) is { Success: true } ago && int.TryParse(ago.Groups[1].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var count))
        {
            return now
                - ago.Groups[2].Value switch
                {
                    "s" => TimeSpan.FromSeconds(count),
                    "m" => TimeSpan.FromMinutes(count),
                    "h" => TimeSpan.FromHours(Math.Min(count, 24 * 365)),
                    _ => TimeSpan.Zero,
                };
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
    }

    [GeneratedRegex(@"^(\d{1,6})([smh])$")]
    private static partial Regex Ago();
}
