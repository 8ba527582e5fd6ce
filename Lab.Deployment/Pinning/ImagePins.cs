using Lab.Model;
using Lab.Model.Definition;

namespace Lab.Deployment.Pinning;

/// <summary>What has become of an image since it was pinned.</summary>
internal enum PinState
{
    /// <summary>The tag means what it meant.</summary>
    Unchanged,

    /// <summary>It was not pinned.</summary>
    New,

    /// <summary>The tag means another image now.</summary>
    Moved,

    /// <summary>The lab uses the image no more.</summary>
    Unused,
}

/// <summary>An image of the lock file before and after.</summary>
/// <param name="Name">As <c>lab.yaml</c> names it.</param>
/// <param name="State">What has become of it.</param>
/// <param name="Before">The lock file's entry; null where there was none.</param>
/// <param name="Now">What the registry says; null where nobody was asked.</param>
internal sealed record ImagePin(string Name, PinState State, LockedImage? Before, LockedImage? Now);

/// <summary>Asks the registries what all tags of a lab mean.</summary>
internal static class ImagePins
{
    /// <summary>All images that are pulled by a tag, and what else the lock file has.</summary>
    /// <param name="lab">The lab, with its lock file where it has one.</param>
    /// <param name="day">Today.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="LabException">Not all images could be found out; all that went wrong.</exception>
    public static async Task<IReadOnlyList<ImagePin>> ResolveAsync(LabDefinition lab, DateOnly day, CancellationToken cancellationToken)
    {
        var images = lab.PulledImages.Where(image => !image.Contains('@')).ToList();
        var asked = images.Select(image => TryAsync(lab, image, day, cancellationToken)).ToList();
        var answers = await Task.WhenAll(asked);
        var failures = answers.Select(answer => answer.Failure).OfType<string>().ToList();
        return failures.Count == 0
            ? [.. answers.Select(answer => Compare(lab.Lock?.Find(answer.Image!.Name), answer.Image!)), .. Unused(lab, images)]
            : throw new LabException(string.Join('\n', failures));
    }

    /// <summary>The lock file's new content.</summary>
    public static ImageLock Lock(IEnumerable<ImagePin> pins) => new() { Images = [.. pins.Select(pin => pin.Now).OfType<LockedImage>()] };

    private static ImagePin Compare(LockedImage? before, LockedImage now) =>
        before is null ? new(now.Name, PinState.New, null, now)
        : before.Digest != now.Digest ? new(now.Name, PinState.Moved, before, now)
        : new(now.Name, PinState.Unchanged, before, now with { Date = before.Date });

    private static IEnumerable<ImagePin> Unused(LabDefinition lab, List<string> images) =>
        lab.Lock?.Images.Where(image => !images.Contains(image.Name)).Select(image => new ImagePin(image.Name, PinState.Unused, image, null)) ?? [];

    private static async Task<(LockedImage? Image, string? Failure)> TryAsync(
        LabDefinition lab,
        string image,
        DateOnly day,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return (await TaggedImage.Create(lab, image).ResolveAsync(day, cancellationToken), null);
        }
        catch (LabException e)
        {
            return (null, e.Message);
        }
    }
}
