using Lab.BootServer.Data;

namespace Lab.BootServer.Http;

/// <summary>The values that templates and <c>/metadata</c> see.</summary>
internal static class TemplateData
{
    /// <summary>The group's metadata; over it its selectors (keys in lower case); over that <c>request</c>.</summary>
    public static IReadOnlyDictionary<string, object?> Of(Group group, BootQuery query)
    {
        var values = new Dictionary<string, object?>(group.Metadata, StringComparer.Ordinal);
        foreach (var (key, value) in group.Selector)
        {
            values[key.ToLowerInvariant()] = value;
        }

        values["request"] = new Dictionary<string, object?>(StringComparer.Ordinal) { ["query"] = query.Labels, ["raw_query"] = query.Raw };
        return values;
    }
}
