using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Lab.Bench.Chaos;

/// <summary>The real program while it runs, and what it has printed.</summary>
internal sealed partial class ChaosRun
{
    /// <summary>Exit code of who was killed (SIGKILL), and so has no last word.</summary>
    public const int Killed = 137;

    private readonly Process _process;
    private readonly List<string> _lines = [];
    private readonly Task _read;

    public ChaosRun(ProcessStartInfo start)
    {
        _process = Process.Start(start)!;
        _process.StandardInput.Close();
        _read = Task.WhenAll(ReadAsync(_process.StandardOutput), ReadAsync(_process.StandardError));
    }

    public int Pid => _process.Id;

    public bool HasEnded => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    public string Transcript
    {
        get
        {
            lock (_lines)
            {
                return string.Join('\n', _lines);
            }
        }
    }

    /// <summary>The events of <c>--json</c> so far.</summary>
    public IReadOnlyList<JsonObject> Events
    {
        get
        {
            lock (_lines)
            {
                return [.. _lines.Where(line => line.StartsWith('{')).Select(Parse).OfType<JsonObject>()];
            }
        }
    }

    /// <summary>True when every service that was shown is healthy now, and all nodes have come to an end of their boot.</summary>
    public bool Works =>
        !HasEnded
        && Has("summary")
        && Events
            .Where(happened => (string?)happened["event"] == "service")
            .GroupBy(happened => (string)happened["name"]!)
            .All(service => (string?)service.Last()["state"] == "Healthy");

    public bool Has(string kind) => Events.Any(happened => (string?)happened["event"] == kind);

    /// <summary>Waits for a condition or the program's end.</summary>
    /// <exception cref="NotSurvivedException">Neither came in time.</exception>
    public async Task UntilAsync(Func<bool> condition, string what, int seconds = 150)
    {
        var started = Stopwatch.GetTimestamp();
        while (!HasEnded && !condition())
        {
            if (Stopwatch.GetElapsedTime(started).TotalSeconds > seconds)
            {
                throw new NotSurvivedException($"{what}: not within {seconds} s. Its last words:\n{string.Join('\n', Transcript.Split('\n').TakeLast(5))}");
            }

            await Task.Delay(20);
        }
    }

    /// <summary>Gives it time to end.</summary>
    public void AwaitEnd(TimeSpan time) => _process.WaitForExit(time);

    /// <summary>Waits for the end, and for a clear message where it is a failure.</summary>
    public async Task EndedAsync(int seconds = 240)
    {
        await UntilAsync(() => false, "the program ends", seconds);

        // What inherited its output may hold it open for longer.
        await Task.WhenAny(_read, Task.Delay(TimeSpan.FromSeconds(5)));
        RequireClear();
    }

    /// <summary>A failure is told in words, and not by a stack trace.</summary>
    public void RequireClear()
    {
        if (StackTrace().IsMatch(Transcript) || HasEnded && ExitCode is not (0 or Killed) && Transcript.Trim().Length == 0)
        {
            throw new NotSurvivedException(
                $"exit code {(HasEnded ? ExitCode : 0)} without a clear message:\n{string.Join('\n', Transcript.Split('\n').TakeLast(30))}"
            );
        }
    }

    /// <summary>Sends a signal.</summary>
    public void Signal(string name) => Signal(name, Pid);

    public static void Signal(string name, int pid)
    {
        using var kill = Process.Start(new ProcessStartInfo("kill", [$"-{name}", $"{pid}"]) { RedirectStandardError = true })!;
        kill.WaitForExit();
    }

    private static JsonObject? Parse(string line)
    {
        try
        {
            return JsonNode.Parse(line) as JsonObject;
        }
        catch (JsonException)
        {
            // Cut off by the program's end.
            return null;
        }
    }

    private async Task ReadAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            lock (_lines)
            {
                _lines.Add(line);
            }
        }
    }

    [GeneratedRegex(@"Unhandled exception|Fatal error|^\s+at [\w.`<>]+\(", RegexOptions.Multiline)]
    private static partial Regex StackTrace();
}
