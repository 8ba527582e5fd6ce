using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Lab.Model.Definition;

/// <summary>A part of <c>lab.yaml</c> that may be one scalar: it then stands for keys of which only one is written.</summary>
/// <param name="property">Name of the property that the scalar is for; it is one with a text form.</param>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class ShortFormAttribute(string property) : Attribute
{
    /// <summary>True when the property has no key: it is said by the scalar only.</summary>
    public bool IsOnly { get; init; }

    /// <summary>The keys that a type has.</summary>
    public static IEnumerable<JsonPropertyInfo> KeysOf(JsonTypeInfo info) =>
        info.Type.GetCustomAttribute<ShortFormAttribute>() is { IsOnly: true } form ? info.Properties.Where(known => known.Name != form.Key) : info.Properties;

    /// <summary>Whether a key has to be there.</summary>
    public static bool IsRequired(JsonPropertyInfo property) => property.IsRequired || ValueRanges.Attributes<RequiredAttribute>(property).Any();

    /// <summary>The property of a type that a scalar is for; null for a type without a short form.</summary>
    public static JsonPropertyInfo? Of(JsonTypeInfo info) =>
        info.Type.GetCustomAttribute<ShortFormAttribute>() is { } form ? info.Properties.Single(known => known.Name == form.Key) : null;

    private string Key { get; } = JsonNamingPolicy.CamelCase.ConvertName(property);
}
