using System.ComponentModel.DataAnnotations;
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
/// <param name="environment">Looks up the variables of <c>${NAME}</c> references; null when not set.</param>
/// <param name="text">What the nodes were read from.</param>
internal sealed class YamlBinder(Func<string, string?> environment, string text)
{
    private const int DeepestNesting = 32;

    private readonly string[] _lines = text.Split('\n');

    /// <summary>Problems in the order of discovery.</summary>
    public List<DefinitionProblem> Problems { get; } = [];

    /// <summary>Where each value stands, by its path: <c>nodes[1].mac</c>.</summary>
    public Dictionary<string, Mark> Places { get; } = [];

    /// <summary>The node as JSON for <paramref name="type"/>; null where a problem was noted.</summary>
    public JsonNode? Bind(YamlNode node, Type type, string path, int depth = 0, JsonPropertyInfo? property = null)
    {
        Places[path] = node.Start;
        if (depth > DeepestNesting)
        {
            return Problem(node, "nested too deeply");
        }

        var info = DefinitionJson.Options.GetTypeInfo(type);
        return info.Kind switch
        {
            JsonTypeInfoKind.Object => BindObject(node, info, path, depth, property),
            JsonTypeInfoKind.Dictionary => BindNamed(node, info, path, depth),
            JsonTypeInfoKind.Enumerable => BindList(node, info, path, depth, property),
            _ => BindScalar(node, Nullable.GetUnderlyingType(type) ?? type, property),
        };
    }

    private JsonObject? BindObject(YamlNode node, JsonTypeInfo info, string path, int depth, JsonPropertyInfo? property)
    {
        if (node is not YamlMappingNode mapping)
        {
            return IsNothing(node) && property?.IsSetNullable == true ? null : BindShortForm(node, info, path);
        }

        var result = new JsonObject();
        var known = ShortFormAttribute.KeysOf(info).ToList();
        foreach (var (key, value) in mapping.Children)
        {
            var name = (key as YamlScalarNode)?.Value ?? "";
            if (known.FirstOrDefault(each => each.Name == name) is { } found)
            {
                result[name] = Bind(value, found.PropertyType, path.Length == 0 ? name : $"{path}.{name}", depth + 1, found);
            }
            else
            {
                var meant = Nearest.Of(name, known.Select(each => each.Name));
                Problem(key, $"unknown key '{name}'; {(meant is null ? "" : $"did you mean '{meant}'? ")}allowed here: {Names(info)}");
            }
        }

        foreach (var missing in known.Where(each => ShortFormAttribute.IsRequired(each) && !result.ContainsKey(each.Name)))
        {
            Problem(node, $"key '{missing.Name}' is missing");
        }

        return result;
    }

    /// <summary>Entries under names of the user's.</summary>
    private JsonObject? BindNamed(YamlNode node, JsonTypeInfo info, string path, int depth)
    {
        if (node is not YamlMappingNode mapping)
        {
            return Problem<JsonObject>(node, $"expected entries with a name each ('name: ' before their keys), found {Describe(node)}");
        }

        var result = new JsonObject();
        foreach (var (key, value) in mapping.Children)
        {
            var name = (key as YamlScalarNode)?.Value ?? "";
            result[name] = Bind(value, info.ElementType!, $"{path}.{name}", depth + 1);
            Places[$"{path}.{name}"] = key.Start;
        }

        return result;
    }

    /// <summary>A scalar for the key that the type's short form names.</summary>
    private JsonObject? BindShortForm(YamlNode node, JsonTypeInfo info, string path)
    {
        var keys = $"keys ({Names(info)})";
        if (ShortFormAttribute.Of(info) is not { } property)
        {
            var remedy = node is YamlSequenceNode ? "; there is one of it, so its keys stand without hyphens" : "";
            return Problem<JsonObject>(node, $"expected {keys}, found {Describe(node)}{remedy}");
        }

        Places[$"{path}.{property.Name}"] = node.Start;
        return BindScalar(node, property.PropertyType, property, $", or {keys}") is { } value ? new JsonObject { [property.Name] = value } : null;
    }

    private JsonArray? BindList(YamlNode node, JsonTypeInfo info, string path, int depth, JsonPropertyInfo? property)
    {
        if (node is not YamlSequenceNode sequence)
        {
            if (IsNothing(node) && property?.IsSetNullable == true)
            {
                return null;
            }

            if (node is YamlScalarNode && ValueRanges.Attributes<ShellFormAttribute>(property).Any())
            {
                return BindScalar(node, typeof(string), property, ", or a list of arguments") is { } text
                    ? new JsonArray([.. ShellFormAttribute.Arguments((string)text!).Select(argument => (JsonNode)argument)])
                    : null;
            }

            var remedy = node is YamlMappingNode ? "; begin each entry with a hyphen and a space: '- '" : "; write a single entry as [entry]";
            return Problem<JsonArray>(node, $"expected a list, found {Describe(node)}{(IsNothing(node) ? "" : remedy)}");
        }

        var result = new JsonArray();
        foreach (var item in sequence.Children)
        {
            result.Add(Bind(item, info.ElementType!, $"{path}[{result.Count}]", depth + 1));
        }

        return result;
    }

    private JsonNode? BindScalar(YamlNode node, Type type, JsonPropertyInfo? property, string otherwise = "")
    {
        var allowed = (ScalarType.Of(type)?.Allowed ?? PlainAllowed(type, ValueRanges.Of(property))) + otherwise;
        if (node is not YamlScalarNode scalar)
        {
            var remedy = node is YamlMappingNode { Children.Count: 1 } ? "; a text with ': ' in it stands in quotes" : "";
            return Problem(node, $"expected {allowed}, found {Describe(node)}{remedy}");
        }

        string? text = null;
        try
        {
            text = EnvironmentReferences.Expand(scalar.Value ?? "", environment);
            var value = scalar.Style == ScalarStyle.Plain ? Resolve(text) : JsonValue.Create(text);
            if (value is null)
            {
                return property?.IsSetNullable == true
                    ? null
                    : Problem(node, $"expected {allowed}, found nothing{(BeforeComment(node) ? "; a text that begins with '#' stands in quotes" : "")}");
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
            var found = $"{Describe(new YamlScalarNode(text) { Style = scalar.Style })}{(text == scalar.Value ? "" : $" from {scalar.Value}")}";
            return Problem(node, $"expected {allowed}, found {found}{Remedy(text!, scalar.Style, type)}");
        }
    }

    /// <summary>What to write instead where the value is right and its spelling is not.</summary>
    private static string Remedy(string text, ScalarStyle style, Type type)
    {
        if (style != ScalarStyle.Plain)
        {
            return IsOf(type, Resolve(text)) ? $"; the quotes make it a text: write {text} without them" : "";
        }

        return type == typeof(bool)
            ? TruthOfYaml11(text) is { } truth
                ? $"; YAML 1.2 knows only two: write {truth}"
                : ""
            : IsOf(type, JsonValue.Create(text))
                ? $"; write '{text}', in quotes"
                : "";
    }

    private static bool IsOf(Type type, JsonValue? value)
    {
        try
        {
            return value is not null && value.Deserialize(type, DefinitionJson.Options) is not null;
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            return false;
        }
    }

    /// <summary>What YAML 1.1 takes for a truth value, and many still write.</summary>
    private static string? TruthOfYaml11(string text) =>
        text.ToLowerInvariant() switch
        {
            "yes" or "y" or "on" => "true",
            "no" or "n" or "off" => "false",
            _ => null,
        };

    /// <summary>Whether what stands in the place of a value is a comment.</summary>
    private bool BeforeComment(YamlNode node)
    {
        var (line, column) = (_lines.ElementAtOrDefault((int)node.Start.Line - 1) ?? "", (int)node.Start.Column - 1);
        return column <= line.Length && line[column..].TrimStart().StartsWith('#');
    }

    private static bool IsNothing(YamlNode node) => node is YamlScalarNode { Style: ScalarStyle.Plain, Value: var text } && Resolve(text ?? "") is null;

    private static string PlainAllowed(Type type, RangeAttribute? range) =>
        type == typeof(int)
            ? range is null
                ? "a whole number"
                : string.Create(CultureInfo.InvariantCulture, $"a whole number, {range.Minimum} to {range.Maximum}")
            : type == typeof(decimal)
                ? "a number"
                : type == typeof(bool)
                    ? "true or false"
                    : "a text";

    /// <summary>YAML's core schema: what a plain scalar means.</summary>
    private static JsonValue? Resolve(string text) =>
        text switch
        {
            "" or "~" or "null" or "Null" or "NULL" => null,
            "true" or "True" or "TRUE" => JsonValue.Create(true),
            "false" or "False" or "FALSE" => JsonValue.Create(false),
            _ when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => JsonValue.Create(whole),
            _ when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) => JsonValue.Create(
                number
            ),
            _ => JsonValue.Create(text),
        };

    private static string Names(JsonTypeInfo info) => string.Join(", ", ShortFormAttribute.KeysOf(info).Select(property => property.Name));

    private static string Describe(YamlNode node) =>
        node switch
        {
            YamlMappingNode => "keys",
            YamlSequenceNode => "a list",
            _ when IsNothing(node) => "nothing",
            YamlScalarNode { Style: ScalarStyle.Plain, Value: var text }
                when Resolve(text ?? "") is { } value && value.GetValueKind() != JsonValueKind.String => value.GetValueKind() == JsonValueKind.Number
                ? $"the number {text}"
                : $"the truth value {text}",
            YamlScalarNode scalar => $"'{scalar.Value}'",
            _ => "an alias",
        };

    private JsonNode? Problem(YamlNode node, string message) => Problem<JsonNode>(node, message);

    private T? Problem<T>(YamlNode node, string message)
        where T : JsonNode
    {
        Problems.Add(new DefinitionProblem(node.Start.Line, node.Start.Column, message));
        return null;
    }
}
