using System.Text.Json.Nodes;

namespace Lab.Model.Definition;

/// <summary>
/// The exporter refers to what it has described before by the place where that stood before <see cref="DefinitionJson"/> described it
/// further, and says nothing else of it: here the schema of a part takes the place of every reference to it.
/// </summary>
internal static class SchemaReferences
{
    private const string Reference = "$ref";

    /// <summary>Replaces all references in a schema.</summary>
    public static void Replace(JsonObject root) => Replace(root, root);

    private static void Replace(JsonNode? node, JsonObject root)
    {
        if (node is JsonObject part && part[Reference] is JsonValue reference)
        {
            part.Remove(Reference);
            foreach (var (key, value) in (JsonObject)Find(root, (string)reference!))
            {
                part.TryAdd(key, value?.DeepClone());
            }
        }

        IEnumerable<JsonNode?> inner = node switch
        {
            JsonObject keys => keys.Select(key => key.Value).ToList(),
            JsonArray list => list,
            _ => [],
        };
        foreach (var each in inner)
        {
            Replace(each, root);
        }
    }

    /// <summary>What stands at a place; of a part with a short form, in its other form.</summary>
    private static JsonNode Find(JsonObject root, string reference) =>
        reference
            .Split('/')
            .Skip(1)
            .Aggregate(
                (JsonNode)root,
                (node, name) =>
                    node[name]
                    ?? (node["oneOf"] as JsonArray)?.Select(form => form![name]).OfType<JsonNode>().FirstOrDefault()
                    ?? throw new InvalidOperationException($"{reference} leads nowhere.")
            );
}
