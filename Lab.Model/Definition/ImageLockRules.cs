using System.Globalization;
using Lab.Model.Registries;

namespace Lab.Model.Definition;

/// <summary>What must hold of <c>lab.lock.yaml</c>.</summary>
internal static class ImageLockRules
{
    /// <summary>How a day is written.</summary>
    public const string DateFormat = "yyyy-MM-dd";

    /// <summary>Every broken rule.</summary>
    public static IEnumerable<DefinitionFinding> Check(ImageLock images) =>
        images.Images.SelectMany((image, index) => Check(images, image, $"images[{index}]"));

    private static IEnumerable<DefinitionFinding> Check(ImageLock images, LockedImage image, string path)
    {
        if (!ImageRules.IsName(image.Name))
        {
            yield return new($"{path}.name", $"'{image.Name}' is not the name of a container image");
        }

        if (!ReferenceEquals(images.Find(image.Name), image))
        {
            yield return new($"{path}.name", $"a second entry for {image.Name}");
        }

        if (!Digest.TryParse(image.Digest, out _))
        {
            yield return new(
                $"{path}.digest",
                $"'{image.Digest}' is not a digest; expected sha256: with 64 hexadecimal digits in lower case, or sha512: with 128"
            );
        }

        if (!DateOnly.TryParseExact(image.Date, DateFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
        {
            yield return new($"{path}.date", $"'{image.Date}' is not a day like 2027-01-31");
        }
    }
}
