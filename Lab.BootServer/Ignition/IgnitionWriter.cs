using System.Globalization;
using System.Text;
using System.Text.Json;
using Lab.BootServer.Data;

namespace Lab.BootServer.Ignition;

/// <summary>Writes a config as Go's encoding/json does: fields in the schema's order, unknown ones left out, HTML escaped.</summary>
/// <param name="minor">The minor version of the config that is read: it has only the fields of that version.</param>
/// <param name="version">The version to write.</param>
internal sealed class IgnitionWriter(int minor, string version)
{
    private readonly StringBuilder _json = new();

    /// <exception cref="FormatException">A value has another type than its field.</exception>
    public string Write(JsonElement config)
    {
        WriteObject(config, IgnitionSchema.Config, "config");
        return _json.ToString();
    }

    private void WriteObject(JsonElement? value, Shape shape, string what)
    {
        var given = Values(value, shape, what);
        var first = true;
        _json.Append('{');
        foreach (var field in shape.Fields)
        {
            JsonElement? own = given.TryGetValue(field.Name, out var element) && field.Since <= minor ? element : null;
            if (!IsWritten(field, own))
            {
                continue;
            }

            _json.Append(first ? "" : ",").Append('"').Append(field.Name).Append("\":");
            WriteValue(own, field, $"{what}.{field.Name}");
            first = false;
        }

        _json.Append('}');
    }

    private static Dictionary<string, JsonElement> Values(JsonElement? value, Shape shape, string what)
    {
        Dictionary<string, JsonElement> values = [];
        foreach (var property in value is { } given ? GoJson.Fields(given, what) : [])
        {
            if (shape.Fields.FirstOrDefault(field => property.IsNamed(field.Name)) is { } field && property.Value.ValueKind != JsonValueKind.Null)
            {
                values[field.Name] = property.Value;
            }
        }

        return values;
    }

    private static bool IsWritten(Field field, JsonElement? value) =>
        field.Presence switch
        {
            Presence.Always => true,
            Presence.IfGiven => value is not null,
            _ => value is { } given && !IsEmpty(given),
        };

    private static bool IsEmpty(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Array => value.GetArrayLength() == 0,
            JsonValueKind.String => value.GetString()!.Length == 0,
            JsonValueKind.Number => value.TryGetInt64(out var number) && number == 0,
            _ => false,
        };

    private void WriteValue(JsonElement? value, Field field, string what)
    {
        switch (field.Kind)
        {
            case ValueKind.String when field == IgnitionSchema.Version:
                WriteString(version);
                break;
            case ValueKind.String:
                WriteString(value is { } text ? GoJson.String(text, what) : "");
                break;
            case ValueKind.Integer:
                _json.Append(Integer(value!.Value, what).ToString(CultureInfo.InvariantCulture));
                break;
            case ValueKind.Bool:
                _json.Append(Bool(value!.Value, what) ? "true" : "false");
                break;
            case ValueKind.Strings:
                WriteList(GoJson.Strings(value!.Value, what), WriteString);
                break;
            case ValueKind.Objects:
                WriteList(Elements(value!.Value, what), element => WriteObject(element, field.Shape!, what));
                break;
            default:
                WriteObject(value, field.Shape!, what);
                break;
        }
    }

    private void WriteList<T>(IEnumerable<T> items, Action<T> write)
    {
        var separator = "[";
        foreach (var item in items)
        {
            _json.Append(separator);
            write(item);
            separator = ",";
        }

        _json.Append(']');
    }

    private void WriteString(string text)
    {
        _json.Append('"');
        foreach (var character in text)
        {
            _ = character switch
            {
                '"' or '\\' => _json.Append('\\').Append(character),
                '\n' => _json.Append("\\n"),
                '\r' => _json.Append("\\r"),
                '\t' => _json.Append("\\t"),
                '\b' => _json.Append("\\b"),
                '\f' => _json.Append("\\f"),
                '<' or '>' or '&' or '\u2028' or '\u2029' or < ' ' => _json.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}"),
                _ => _json.Append(character),
            };
        }

        _json.Append('"');
    }

    private static long Integer(JsonElement value, string what) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && !value.GetRawText().AsSpan().ContainsAny(".eE")
            ? number
            : throw new FormatException($"{what} must be an integer");

    private static bool Bool(JsonElement value, string what) =>
        value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw new FormatException($"{what} must be a bool");

    private static IEnumerable<JsonElement?> Elements(JsonElement value, string what) =>
        value.ValueKind == JsonValueKind.Array
            ? value.EnumerateArray().Select(element => (JsonElement?)(element.ValueKind == JsonValueKind.Null ? null : element))
            : throw new FormatException($"{what} must be a list");
}
