using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Lab.Emulation.Machines;

/// <summary>
/// A line of a log that a machine has sent, as its console would show it. Talos sends JSON
/// (https://docs.siderolabs.com/talos/v1.14/configure-your-talos-cluster/logging-and-telemetry/logging), netconsole text, with or without
/// the fields of <c>/dev/kmsg</c> before it (https://docs.kernel.org/networking/netconsole.html).
/// </summary>
public static partial class KernelLogLine
{
    /// <summary>The line; empty for one that says nothing.</summary>
    /// <param name="sent">What was sent.</param>
    public static string Of(string sent) =>
        ConsoleReader.Plain(
            TryReadJson(sent) is { } message ? Text(message)
            : Fields().Match(sent) is { Success: true } match
                ? Timed(match.Groups["text"].Value, double.Parse(match.Groups["clock"].Value, CultureInfo.InvariantCulture))
            : sent
        );

    /// <summary>What a line says of a boot; null for most lines. What comes before Linux no Linux can tell.</summary>
    /// <param name="line">The line, as <see cref="Of"/> gives it.</param>
    public static Observation? Read(string line) =>
        (ConsoleReader.Read(line, mirrors: null) ?? ConsoleReader.Read(Clock().Replace(line, ""), mirrors: null)) is { Stage: >= BootStage.Linux } seen
            ? seen with
            {
                Source = Observation.KernelLog,
            }
            : null;

    private static string Text(Message message) =>
        message switch
        {
            { Service: { Length: > 0 } service } => $"{service}: {message.Msg}",
            { Clock: { } clock } => Timed(message.Msg!, clock),
            _ => message.Msg!,
        };

    /// <summary>As the kernel writes it: the seconds since it was started.</summary>
    private static string Timed(string text, double microseconds) =>
        string.Create(CultureInfo.InvariantCulture, $"[{microseconds / 1_000_000, 12:0.000000}] {text}");

    private static Message? TryReadJson(string sent)
    {
        if (!sent.StartsWith('{'))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<Message>(sent, JsonSerializerOptions.Web) is { Msg: not null } message ? message : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Level, number, microseconds, flags.</summary>
    [GeneratedRegex(@"^\d+,\d+,(?<clock>\d+),[-a-z](,[^;]*)?;(?<text>.*)$", RegexOptions.Singleline)]
    private static partial Regex Fields();

    [GeneratedRegex(@"^\[ *\d+\.\d+\] ")]
    private static partial Regex Clock();

    /// <param name="Msg">The text.</param>
    /// <param name="Clock">Microseconds since the kernel was started.</param>
    /// <param name="Service">Of a service's log: its name.</param>
    private sealed record Message(string? Msg, double? Clock, [property: JsonPropertyName("talos-service")] string? Service);
}
