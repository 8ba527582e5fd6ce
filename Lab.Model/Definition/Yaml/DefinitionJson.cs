using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Lab.Model.Definition;

/// <summary>
/// The contract between the model's types and their text form. The YAML binder and the JSON schema both read it, so that what an
/// editor accepts is what a lab file accepts.
/// </summary>
public static class DefinitionJson
{
    internal static JsonSerializerOptions Options { get; } = CreateOptions();

    /// <summary>The JSON schema (draft 2020-12) of <c>lab.yaml</c>, for editors; ends with a line feed.</summary>
    public static string Schema() => Schema(typeof(LabDefinition), YamlFile.LabFileName);

    /// <summary>The JSON schema of <c>lab.lock.yaml</c>.</summary>
    public static string LockSchema() => Schema(typeof(ImageLock), "lab.lock.yaml");

    private static string Schema(Type type, string title)
    {
        var schema = (JsonObject)
            Options.GetJsonSchemaAsNode(type, new JsonSchemaExporterOptions { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = Describe });
        SchemaReferences.Replace(schema);
        schema.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.Insert(1, "title", title);
        return schema.ToJsonString(Options).ReplaceLineEndings("\n") + "\n";
    }

    private static JsonSerializerOptions CreateOptions()
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            RespectNullableAnnotations = true,
            TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { LeaveOutDerived } },
            Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            WriteIndented = true,
        };
        foreach (var scalar in ScalarType.All)
        {
            options.Converters.Add(scalar.Converter);
        }

        options.MakeReadOnly();
        return options;
    }

    private static void LeaveOutDerived(JsonTypeInfo info)
    {
        foreach (var property in info.Properties.Where(property => ValueRanges.Attributes<DerivedAttribute>(property).Any()))
        {
            property.IsRequired = false;
        }
    }

    private static JsonNode Describe(JsonSchemaExporterContext context, JsonNode schema)
    {
        schema = SchemaValues.Describe(context, schema);
        if (ShortFormAttribute.Of(context.TypeInfo) is { } shortForm)
        {
            var scalar = SchemaValues.WithReferences(ScalarType.Of(shortForm.PropertyType)!.Schema());
            SchemaValues.LimitKeys((JsonObject)schema, context.TypeInfo);
            schema = new JsonObject { ["oneOf"] = new JsonArray(scalar, schema) };
        }

        var provider = context.PropertyInfo is { AttributeProvider: { } property } ? property : context.TypeInfo.Type;
        if (schema is JsonObject described && provider.GetCustomAttributes(typeof(DescriptionAttribute), inherit: false) is [DescriptionAttribute text, ..])
        {
            described.Insert(0, "description", text.Description);
        }

        return schema;
    }
}
