using System.Text;

namespace Lab.GoTemplates;

/// <summary>
/// What Go's reflection would say of a value: null (nil), bool, long (int), byte (uint8), double (float64), string, a list
/// ([]interface {}), a dictionary of objects (map[string]interface {}) or of strings (map[string]string).
/// </summary>
internal static class GoValue
{
    public static string TypeName(object? value) =>
        value switch
        {
            null => "<nil>",
            bool => "bool",
            long => "int",
            byte => "uint8",
            double => "float64",
            string => "string",
            IReadOnlyDictionary<string, string> => "map[string]string",
            IReadOnlyDictionary<string, object?> => "map[string]interface {}",
            _ => "[]interface {}",
        };

    /// <summary>Not nil, false, zero or empty.</summary>
    public static bool IsTrue(object? value) =>
        value switch
        {
            null => false,
            bool truth => truth,
            long number => number != 0,
            byte number => number != 0,
            double number => number != 0,
            string text => text.Length > 0,
            _ => Length(value) > 0,
        };

    /// <summary>Bytes of a string, elements of a list, entries of a map; null for what has no length.</summary>
    public static int? Length(object? value) =>
        value switch
        {
            string text => GoText.ByteCount(text),
            IReadOnlyList<object?> list => list.Count,
            IReadOnlyDictionary<string, object?> map => map.Count,
            IReadOnlyDictionary<string, string> map => map.Count,
            _ => null,
        };

    public static bool IsMap(object? value) => value is IReadOnlyDictionary<string, object?> or IReadOnlyDictionary<string, string>;

    public static bool TryGetEntry(object? value, string key, out object? entry)
    {
        entry = null;
        switch (value)
        {
            case IReadOnlyDictionary<string, object?> map:
                return map.TryGetValue(key, out entry);
            case IReadOnlyDictionary<string, string> map when map.TryGetValue(key, out var text):
                entry = text;
                return true;
            default:
                return false;
        }
    }

    /// <summary>Index or key, and element: of a list in its order, of a map by sorted keys; none of nil.</summary>
    public static IEnumerable<(object? Key, object? Element)> Elements(object? value) =>
        value switch
        {
            null => [],
            IReadOnlyList<object?> list => list.Select((element, index) => ((object?)(long)index, element)),
            _ when IsMap(value) => SortedEntries(value).Select(entry => ((object?)entry.Key, entry.Value)),
            _ => throw new TemplateException($"range can't iterate over {GoFormat.Printable(value)}"),
        };

    public static IEnumerable<KeyValuePair<string, object?>> SortedEntries(object? map) =>
        Entries(map).OrderBy(entry => entry.Key, Comparer<string>.Create(GoText.Compare));

    public static IEnumerable<KeyValuePair<string, object?>> Entries(object? map) =>
        map is IReadOnlyDictionary<string, string> texts
            ? texts.Select(pair => KeyValuePair.Create(pair.Key, (object?)pair.Value))
            : (IReadOnlyDictionary<string, object?>)map!;

    /// <summary>The text of a rune's number as Go converts it: U+FFFD when there is no such rune.</summary>
    public static string RuneText(long value) => value is >= 0 and <= 0x10FFFF && Rune.IsValid((int)value) ? new Rune((int)value).ToString() : "\uFFFD";
}
