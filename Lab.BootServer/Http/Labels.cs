using Lab.BootServer.Data;

namespace Lab.BootServer.Http;

/// <summary>The labels of a request: its query, with a readable MAC in one form.</summary>
internal static class Labels
{
    /// <summary>The first value of each key. A <c>mac</c> (in any case) that is none is left out.</summary>
    public static Dictionary<string, string> FromQuery(string rawQuery)
    {
        var labels = GoUrl.FirstValues(rawQuery);
        foreach (var (key, value) in labels)
        {
            if (key.Equals("mac", StringComparison.OrdinalIgnoreCase))
            {
                if (HardwareAddress.Normalize(value) is { } mac)
                {
                    labels[key] = mac;
                }
                else
                {
                    labels.Remove(key);
                }
            }
        }

        return labels;
    }

    /// <summary>The machine's MAC, whichever way the key is written.</summary>
    public static string? Mac(IReadOnlyDictionary<string, string> labels) =>
        labels.TryGetValue("mac", out var mac) ? mac : labels.FirstOrDefault(label => label.Key.Equals("mac", StringComparison.OrdinalIgnoreCase)).Value;
}
