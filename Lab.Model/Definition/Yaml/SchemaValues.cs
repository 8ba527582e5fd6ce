using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Lab.Model.Definition;

/// <summary>What the schema says of values: what the reader accepts, the default and examples.</summary>
internal static class SchemaValues
{
    private static readonly Lazy<JsonSerializerOptions> WithoutNulls = new(() =>
        new(DefinitionJson.Options) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull }
    );

    private const string Reference = @"\$\{";

    /// <summary>The schema of a value or a list, with all that is known of it; other schemas as they are.</summary>
    public static JsonNode Describe(JsonSchemaExporterContext context, JsonNode schema)
    {
        var (info, property) = (context.TypeInfo, context.PropertyInfo);
        if (ScalarType.Of(info.Type) is { } scalar)
        {
            schema = scalar.Schema();
            if (property?.IsSetNullable == true && schema["enum"] is JsonArray values)
            {
                values.Add((JsonNode?)null);
            }
            else if (property?.IsSetNullable == true)
            {
                schema["type"] = new JsonArray((string)schema["type"]!, "null");
            }
        }

        if (info.Kind == JsonTypeInfoKind.None && schema is JsonObject value)
        {
            Limit(value, property);
            schema = WithReferences(value);
        }
        else if (info.Kind == JsonTypeInfoKind.Enumerable)
        {
            DescribeList((JsonObject)schema, info, property);
            if (ValueRanges.Attributes<ShellFormAttribute>(property).Any())
            {
                var text = new JsonObject { ["type"] = "string" };
                Limit(text, property);
                schema = new JsonObject { ["anyOf"] = new JsonArray(WithReferences(text), schema) };
            }
        }

        if (info.Kind == JsonTypeInfoKind.Dictionary)
        {
            schema["propertyNames"] = new JsonObject { ["pattern"] = $"^{TextForms.Name}$" };
        }

        if (schema is JsonObject described && info.Kind != JsonTypeInfoKind.Object)
        {
            AddDefault(described, property);
            AddExamples(described, info, property);
        }

        return schema;
    }

    /// <summary>Leaves the keys of an object that it may have and names those that it has to.</summary>
    public static void LimitKeys(JsonObject schema, JsonTypeInfo info)
    {
        foreach (var only in info.Properties.Except(ShortFormAttribute.KeysOf(info)))
        {
            ((JsonObject)schema["properties"]!).Remove(only.Name);
        }

        if (info.Properties.Where(ShortFormAttribute.IsRequired).Select(property => (JsonNode)property.Name).ToArray() is { Length: > 0 } required)
        {
            schema["required"] = new JsonArray(required);
        }
    }

    /// <summary>The schema of a value, in whose place a reference to an environment variable may stand.</summary>
    public static JsonObject WithReferences(JsonObject schema)
    {
        if (schema["enum"] is not null)
        {
            return new JsonObject { ["anyOf"] = new JsonArray(schema, new JsonObject { ["type"] = "string", ["pattern"] = Reference }) };
        }

        var types = schema["type"] is JsonArray several ? several.Select(type => (string)type!).ToList() : [(string)schema["type"]!];
        if (types.Contains("string"))
        {
            if (schema["pattern"] is { } pattern)
            {
                schema["pattern"] = $"{pattern}|{Reference}";
            }

            return schema;
        }

        schema["type"] = new JsonArray([.. types.Append("string").Select(type => (JsonNode)type)]);
        schema["pattern"] = Reference;
        return schema;
    }

    private static void DescribeList(JsonObject schema, JsonTypeInfo info, JsonPropertyInfo? property)
    {
        if (ScalarType.Of(info.ElementType!) is { } entry)
        {
            schema["items"] = WithReferences(entry.Schema());
        }
        else if (schema["items"] is JsonObject items && ValueRanges.Attributes<RegularExpressionAttribute>(property).Any())
        {
            Limit(items, property);
            WithReferences(items);
        }

        foreach (var (least, most) in ValueRanges.Attributes<LengthAttribute>(property).Select(length => (length.MinimumLength, length.MaximumLength)))
        {
            schema["minItems"] = least;
            schema["maxItems"] = most;
        }

        foreach (var most in ValueRanges.Attributes<MaxLengthAttribute>(property))
        {
            schema["maxItems"] = most.Length;
        }
    }

    private static void Limit(JsonObject schema, JsonPropertyInfo? property)
    {
        if (ValueRanges.Of(property) is { } range)
        {
            schema[range.MinimumIsExclusive ? "exclusiveMinimum" : "minimum"] = Number(range.Minimum);
            schema["maximum"] = Number(range.Maximum);
        }

        foreach (var form in ValueRanges.Attributes<RegularExpressionAttribute>(property))
        {
            schema["pattern"] = $"^{form.Pattern}$";
        }
    }

    private static void AddDefault(JsonObject schema, JsonPropertyInfo? property)
    {
        if (property is null || property.DeclaringType.GetConstructor([]) is not { } constructor || property.IsRequired)
        {
            return;
        }

        if (property.Get!(constructor.Invoke([])) is { } value)
        {
            schema["default"] = JsonSerializer.SerializeToNode(value, value.GetType(), WithoutNulls.Value);
        }
    }

    private static void AddExamples(JsonObject schema, JsonTypeInfo info, JsonPropertyInfo? property)
    {
        var examples = ValueRanges.Attributes<ExampleAttribute>(property).Select(example => JsonSerializer.SerializeToNode(example.Value)).ToList();
        if (examples.Count > 0)
        {
            schema["examples"] = info.Kind == JsonTypeInfoKind.Enumerable ? new JsonArray(new JsonArray([.. examples])) : new JsonArray([.. examples]);
        }
    }

    private static JsonNode Number(object value) =>
        value is int whole ? JsonValue.Create(whole) : JsonValue.Create(Convert.ToDecimal(value, CultureInfo.InvariantCulture));
}
