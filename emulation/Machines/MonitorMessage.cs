using System.Text.Json;

namespace Lab.Emulation.Machines;

/// <summary>A message of QEMU's monitor: an event with its data. Anything else has no name and no data.</summary>
/// <param name="Event">The event's name; null for an answer.</param>
/// <param name="Data">The event's data.</param>
internal sealed record MonitorMessage(string? Event, JsonElement Data)
{
    /// <summary>The message in a line; null for a line that is no JSON object, as the last one of a QEMU that was killed.</summary>
    public static MonitorMessage? TryParse(string line)
    {
        try
        {
            using var message = JsonDocument.Parse(line);
            return message.RootElement.ValueKind != JsonValueKind.Object
                ? null
                : new(Text(message.RootElement, "event"), Child(message.RootElement, "data").Clone());
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>A text of the data; null where it has none of that name.</summary>
    public string? Text(string name) => Text(Data, name);

    /// <summary>True for a truth value of the data that is true.</summary>
    public bool IsTrue(string name) => Child(Data, name).ValueKind == JsonValueKind.True;

    private static string? Text(JsonElement parent, string name) => Child(parent, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private static JsonElement Child(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var child) ? child : Empty;

    private static readonly JsonElement Empty = JsonSerializer.SerializeToElement<object?>(null);
}
