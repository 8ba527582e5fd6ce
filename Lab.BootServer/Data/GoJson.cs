using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Lab.BootServer.Data;

/// <summary>
/// JSON as Go's encoding/json reads it: strict syntax, field names in any case, the last of two equal keys wins, <c>null</c> leaves
/// a field as it was, and a value of another type is an error (<see cref="FormatException"/>).
/// </summary>
internal static class GoJson
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 1000 };

    /// <exception cref="FormatException">It is no JSON.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var text = Utf8.IsValid(bytes.Span) ? bytes : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bytes.Span));
            return JsonDocument.Parse(text, Options);
        }
        catch (JsonException error)
        {
            throw new FormatException($"invalid JSON: {error.Message}", error);
        }
    }

    /// <summary>The object's fields; none for <c>null</c>.</summary>
    /// <param name="value">The value.</param>
    /// <param name="what">What the value is, for the message.</param>
    public static IEnumerable<JsonProperty> Fields(JsonElement value, string what) =>
        value.ValueKind switch
        {
            JsonValueKind.Object => value.EnumerateObject(),
            JsonValueKind.Null => [],
            _ => throw new FormatException($"{what} must be an object, not {KindOf(value)}"),
        };

    public static bool IsNamed(this JsonProperty field, string name) => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase);

    /// <summary>A string field; <paramref name="otherwise"/> for <c>null</c>.</summary>
    public static string String(JsonElement value, string what, string otherwise = "") =>
        value.ValueKind switch
        {
            JsonValueKind.String => Text(value),
            JsonValueKind.Null => otherwise,
            _ => throw new FormatException($"{what} must be a string, not {KindOf(value)}"),
        };

    /// <summary>A bool field; <paramref name="otherwise"/> for <c>null</c>.</summary>
    public static bool Bool(JsonElement value, string what, bool otherwise) =>
        value.ValueKind switch
        {
            JsonValueKind.True or JsonValueKind.False => value.GetBoolean(),
            JsonValueKind.Null => otherwise,
            _ => throw new FormatException($"{what} must be a bool, not {KindOf(value)}"),
        };

    public static List<string> Strings(JsonElement value, string what) =>
        value.ValueKind switch
        {
            JsonValueKind.Array => [.. value.EnumerateArray().Select(item => String(item, what))],
            JsonValueKind.Null => [],
            _ => throw new FormatException($"{what} must be a list of strings, not {KindOf(value)}"),
        };

    /// <summary>Any value: null, bool, double, string, list or dictionary.</summary>
    public static object? Any(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Null => null,
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.Number => Number(value),
            JsonValueKind.String => Text(value),
            JsonValueKind.Array => value.EnumerateArray().Select(Any).ToList(),
            _ => Map(value),
        };

    private static Dictionary<string, object?> Map(JsonElement value)
    {
        var map = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var field in value.EnumerateObject())
        {
            map[field.Name] = Any(field.Value);
        }

        return map;
    }

    private static double Number(JsonElement value)
    {
        var number = value.GetDouble();
        return double.IsFinite(number) ? number : throw new FormatException($"number {value.GetRawText()} is out of range");
    }

    private static string Text(JsonElement value)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException error)
        {
            throw new FormatException("a string holds half a surrogate pair", error);
        }
    }

    private static string KindOf(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.True or JsonValueKind.False => "a bool",
            var kind => $"a {kind.ToString().ToLowerInvariant()}",
        };
}
