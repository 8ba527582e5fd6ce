using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Lab.Model.Definition;

/// <summary>
/// Turns YAML nodes into JSON of the shape that a type wants and notes everything that does not fit, with its place. The places of
/// all values are kept, so that later rules can name them too.
/// </summary>
internal sealed class YamlBinder(Func<string, string?> environment)
{
    private const int DeepestNesting = 32;

    /// <summary>Problems in the order of discovery.</summary>
    public List<DefinitionProblem> Problems { get; } = [];

    /// <summary>Where each value stands, by its path: <c>nodes[1].mac</c>.</summary>
    public Dictionary<string, Mark> Places { get; } = [];

    /// <summary>The node as JSON for <paramref name="type"/>; null where a problem was noted.</summary>
    public JsonNode? Bind(YamlNode node, Type type, string path, int depth = 0, bool optional = false)
    {
        Places[path] = node.Start;
        if (depth > DeepestNesting)
        {
            return Problem(node, "nested too deeply");
        }

        var info = DefinitionJson.Options.GetTypeInfo(type);
        return info.Kind switch
        {
            JsonTypeInfoKind.Object => BindObject(node, info, path, depth),
            JsonTypeInfoKind.Enumerable => BindList(node, info, path, depth),
            _ => BindScalar(node, Nullable.GetUnderlyingType(type) ?? type, optional),
        };
    }

    private JsonObject? BindObject(YamlNode node, JsonTypeInfo info, string path, int depth)
    {
        if (node is not YamlMappingNode mapping)
        {
            return BindShortForm(node, info, path);
        }

        var result = new JsonObject();
        foreach (var (key, value) in mapping.Children)
        {
            var name = (key as YamlScalarNode)?.Value ?? "";
            if (info.Properties.FirstOrDefault(property => property.Name == name) is { } property)
            {
                result[name] = Bind(value, property.PropertyType, path.Length == 0 ? name : $"{path}.{name}", depth + 1, property.IsSetNullable);
            }
            else
            {
                Problem(key, $"unknown key '{name}'; allowed here: {Names(info)}");
            }
        }

        foreach (var missing in info.Properties.Where(property => property.IsRequired && !result.ContainsKey(property.Name)))
        {
            Problem(node, $"key '{missing.Name}' is missing");
        }

        return result;
    }

    /// <summary>A scalar for the key that the type's short form names.</summary>
    private JsonObject? BindShortForm(YamlNode node, JsonTypeInfo info, string path)
    {
        var keys = $"keys ({Names(info)})";
        if (ShortFormAttribute.Of(info) is not { } property)
        {
            return Problem<JsonObject>(node, $"expected {keys}, found {Describe(node)}");
        }

        Places[$"{path}.{property.Name}"] = node.Start;
        return BindScalar(node, property.PropertyType, optional: false, $", or {keys}") is { } value ? new JsonObject { [property.Name] = value } : null;
    }

    private JsonArray? BindList(YamlNode node, JsonTypeInfo info, string path, int depth)
    {
        if (node is not YamlSequenceNode sequence)
        {
            return Problem<JsonArray>(node, $"expected a list, found {Describe(node)}");
        }

        var result = new JsonArray();
        foreach (var item in sequence.Children)
        {
            result.Add(Bind(item, info.ElementType!, $"{path}[{result.Count}]", depth + 1));
        }

        return result;
    }

    private JsonNode? BindScalar(YamlNode node, Type type, bool optional, string otherwise = "")
    {
        var allowed = (ScalarType.Of(type)?.Allowed ?? PlainAllowed(type)) + otherwise;
        if (node is not YamlScalarNode scalar)
        {
            return Problem(node, $"expected {allowed}, found {Describe(node)}");
        }

        string? text = null;
        try
        {
            text = EnvironmentReferences.Expand(scalar.Value ?? "", environment);
            var value = scalar.Style == ScalarStyle.Plain ? Resolve(text) : JsonValue.Create(text);
            if (value is null)
            {
                return optional ? null : Problem(node, $"expected {allowed}, found nothing");
            }

            value.Deserialize(type, DefinitionJson.Options);
            return value;
        }
        catch (FormatException e)
        {
            return Problem(node, e.Message + (ScalarType.Of(type) is null ? "" : $"; expected {allowed}"));
        }
        catch (JsonException)
        {
            return Problem(node, $"expected {allowed}, found {Describe(new YamlScalarNode(text) { Style = scalar.Style })}{(text == scalar.Value ? "" : $" from {scalar.Value}")}");
        }
    }

    private static string PlainAllowed(Type type) =>
        type == typeof(int) ? "a whole number"
        : type == typeof(decimal) ? "a number"
        : type == typeof(bool) ? "true or false"
        : "a text";

    /// <summary>YAML's core schema: what a plain scalar means.</summary>
    private static JsonValue? Resolve(string text) => text switch
    {
        "" or "~" or "null" or "Null" or "NULL" => null,
        "true" or "True" or "TRUE" => JsonValue.Create(true),
        "false" or "False" or "FALSE" => JsonValue.Create(false),
        _ when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => JsonValue.Create(whole),
        _ when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) => JsonValue.Create(number),
        _ => JsonValue.Create(text),
    };

    private static string Names(JsonTypeInfo info) => string.Join(", ", info.Properties.Select(property => property.Name));

    private static string Describe(YamlNode node) => node switch
    {
        YamlMappingNode => "keys",
        YamlSequenceNode => "a list",
        YamlScalarNode { Style: ScalarStyle.Plain, Value: var text } when Resolve(text ?? "") is { } value && value.GetValueKind() != JsonValueKind.String =>
            value.GetValueKind() == JsonValueKind.Number ? $"the number {text}" : $"the truth value {text}",
        YamlScalarNode scalar => $"'{scalar.Value}'",
        _ => "an alias",
    };

    private JsonNode? Problem(YamlNode node, string message) => Problem<JsonNode>(node, message);

    private T? Problem<T>(YamlNode node, string message) where T : JsonNode
    {
        Problems.Add(new DefinitionProblem(node.Start.Line, node.Start.Column, message));
        return null;
    }
}
