using System.Text.RegularExpressions;

namespace Lab.Model.Definition;

/// <summary>What must hold of the names of container images.</summary>
internal static partial class ImageRules
{
    /// <summary>Every broken rule.</summary>
    public static IEnumerable<DefinitionFinding> Check(ImagesDefinition images) =>
        new[] { ("matchbox", images.Matchbox), ("dnsmasq", images.Dnsmasq), ("registry", images.Registry), ("piHole", images.PiHole) }
            .Where(image => !IsName(image.Item2))
            .Select(image => new DefinitionFinding(
                $"images.{image.Item1}",
                $"'{image.Item2}' is not the name of a container image; expected one like registry:2"
            ));

    /// <summary>Whether a text can name a container image.</summary>
    public static bool IsName(string text) => Name().IsMatch(text);

    [GeneratedRegex(@"\A" + TextForms.Image + @"\z")]
    private static partial Regex Name();
}
