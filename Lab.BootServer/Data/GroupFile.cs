using System.Text.Json;
using Lab.GoTemplates;

namespace Lab.BootServer.Data;

/// <summary>Reads <c>groups/NAME.json</c>.</summary>
internal static class GroupFile
{
    /// <exception cref="FormatException">The file is broken: what is wrong with it.</exception>
    public static Group Parse(ReadOnlyMemory<byte> bytes)
    {
        using var document = GoJson.Parse(bytes);
        var group = new Group();
        var selector = new Dictionary<string, string>(StringComparer.Ordinal);
        var metadata = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var field in GoJson.Fields(document.RootElement, "a group"))
        {
            group = field switch
            {
                _ when field.IsNamed("id") => group with { Id = GoJson.String(field.Value, "id", group.Id) },
                _ when field.IsNamed("name") => group with { Name = GoJson.String(field.Value, "name", group.Name) },
                _ when field.IsNamed("profile") => group with { Profile = GoJson.String(field.Value, "profile", group.Profile) },
                _ => group,
            };
            ReadSelector(field, selector);
            ReadMetadata(field, metadata);
        }

        NormalizeMacs(selector);
        return group with { Selector = selector, Metadata = metadata, SelectorString = SelectorStringOf(selector) };
    }

    private static void ReadSelector(JsonProperty field, Dictionary<string, string> selector)
    {
        if (field.IsNamed("selector"))
        {
            foreach (var pair in GoJson.Fields(field.Value, "selector"))
            {
                selector[pair.Name] = GoJson.String(pair.Value, $"selector {pair.Name}");
            }
        }
    }

    private static void ReadMetadata(JsonProperty field, Dictionary<string, object?> metadata)
    {
        if (field.IsNamed("metadata"))
        {
            foreach (var pair in GoJson.Fields(field.Value, "metadata"))
            {
                metadata[pair.Name] = GoJson.Any(pair.Value);
            }
        }
    }

    private static void NormalizeMacs(Dictionary<string, string> selector)
    {
        foreach (var key in selector.Keys.Where(key => key.Equals("mac", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            selector[key] = HardwareAddress.Normalize(selector[key]) ?? throw new FormatException($"selector {key}: invalid MAC address \"{selector[key]}\"");
        }
    }

    private static string SelectorStringOf(Dictionary<string, string> selector)
    {
        var pairs = selector.Select(pair => $"{pair.Key}={pair.Value}").ToList();
        pairs.Sort(GoText.Compare);
        return string.Join(',', pairs);
    }
}
