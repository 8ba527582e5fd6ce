using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Lab.UnitTests;

/// <summary>YAML as a JSON schema sees it: YAML 1.2's core schema, no references replaced.</summary>
internal static class YamlJson
{
    /// <summary>A text of one document.</summary>
    public static JsonElement Of(string yaml) => Documents(yaml).First();

    /// <summary>All documents of a text.</summary>
    public static IEnumerable<JsonElement> Documents(string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        return stream.Documents.Select(document => JsonSerializer.SerializeToElement(Json(document.RootNode)));
    }

    private static JsonNode? Json(YamlNode node) =>
        node switch
        {
            YamlMappingNode keys => new JsonObject(keys.Select(key => KeyValuePair.Create(((YamlScalarNode)key.Key).Value!, Json(key.Value)))),
            YamlSequenceNode list => new JsonArray([.. list.Select(Json)]),
            YamlScalarNode { Style: ScalarStyle.Plain, Value: var text } => text is "~" or "null" ? null : Plain(text!),
            _ => JsonValue.Create(((YamlScalarNode)node).Value),
        };

    private static JsonValue Plain(string text) =>
        bool.TryParse(text, out var truth) ? JsonValue.Create(truth)
        : text.StartsWith("0o", StringComparison.Ordinal) ? JsonValue.Create(Convert.ToInt32(text[2..], 8))
        : decimal.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var number) ? JsonValue.Create(number)
        : JsonValue.Create(text);
}
