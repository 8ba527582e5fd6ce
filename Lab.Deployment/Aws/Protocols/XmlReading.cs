using System.Xml.Linq;

namespace Lab.Deployment.Aws.Protocols;

/// <summary>Reads the XML of the query protocol without caring for its namespace.</summary>
internal static class XmlReading
{
    /// <summary>The child with a name; null where there is none.</summary>
    public static XElement? Child(this XElement? parent, string name) => parent?.Elements().FirstOrDefault(element => element.Name.LocalName == name);

    /// <summary>The text of the child with a name; null where there is none or it is empty.</summary>
    public static string? Text(this XElement? parent, string name) => parent.Child(name)?.Value is { Length: > 0 } text ? text : null;

    /// <summary>The number in the child with a name; null where there is none.</summary>
    public static int? Number(this XElement? parent, string name) => int.TryParse(parent.Text(name), out var number) ? number : null;

    /// <summary>The members of the list with a name, wherever it is.</summary>
    public static IEnumerable<XElement> List(this XElement parent, string name) =>
        parent.Descendants().FirstOrDefault(element => element.Name.LocalName == name)?.Elements().Where(element => element.Name.LocalName == "member") ?? [];
}
