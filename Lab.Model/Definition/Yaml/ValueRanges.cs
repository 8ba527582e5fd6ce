using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json.Serialization.Metadata;

namespace Lab.Model.Definition;

/// <summary>The least and the greatest that a value may be, which its property says.</summary>
internal static class ValueRanges
{
    /// <summary>Every value that is out of its range.</summary>
    public static IEnumerable<DefinitionFinding> Check(object part, string path = "")
    {
        foreach (var property in DefinitionJson.Options.GetTypeInfo(part.GetType()).Properties)
        {
            if (property.Get!(part) is not { } value)
            {
                continue;
            }

            var place = path.Length == 0 ? property.Name : $"{path}.{property.Name}";
            foreach (var finding in Broken(property, value, place).Concat(Within(value, place)))
            {
                yield return finding;
            }
        }
    }

    /// <summary>The range of a number; null for one that has none.</summary>
    public static RangeAttribute? Of(JsonPropertyInfo? property) => Attributes<RangeAttribute>(property).SingleOrDefault();

    /// <summary>The attributes of a kind that the property has.</summary>
    public static IEnumerable<T> Attributes<T>(JsonPropertyInfo? property)
        where T : Attribute => property?.AttributeProvider?.GetCustomAttributes(typeof(T), inherit: false).OfType<T>() ?? [];

    private static IEnumerable<DefinitionFinding> Broken(JsonPropertyInfo property, object value, string place) =>
        Attributes<ValidationAttribute>(property)
            .Where(range => range is not (RegularExpressionAttribute or RequiredAttribute) && !range.IsValid(value))
            .Select(range => new DefinitionFinding(
                place,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{range.FormatErrorMessage(property.Name)}, found {(value is ICollection list ? list.Count : value)}"
                )
            ));

    private static IEnumerable<DefinitionFinding> Within(object value, string place) =>
        DefinitionJson.Options.GetTypeInfo(value.GetType()).Kind switch
        {
            JsonTypeInfoKind.Object => Check(value, place),
            JsonTypeInfoKind.Dictionary when value is IDictionary named => named
                .Keys.Cast<string>()
                .SelectMany(name => Within(named[name]!, $"{place}.{name}")),
            JsonTypeInfoKind.Enumerable => ((IEnumerable)value).Cast<object>().SelectMany((entry, index) => Within(entry, $"{place}[{index}]")),
            _ => [],
        };
}
