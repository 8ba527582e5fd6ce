using System.ComponentModel;

namespace Lab.Model.Definition;

/// <summary>What the tags of container images meant when their registries were asked: the content of <c>lab.lock.yaml</c>.</summary>
[Description("Digests of the container images that lab.yaml names. Written by lab-deploy pin.")]
public sealed record ImageLock
{
    [Description("The images, each once.")]
    public required IReadOnlyList<LockedImage> Images { get; init; }

    /// <summary>The entry for exactly that name; null where there is none.</summary>
    public LockedImage? Find(string name) => Images.FirstOrDefault(image => image.Name == name);
}

/// <summary>An image whose digest is known.</summary>
public sealed record LockedImage
{
    [Description("The image as lab.yaml names it.")]
    public required string Name { get; init; }

    [Description("Digest of its manifest: of the index, where the image is for several platforms.")]
    public required string Digest { get; init; }

    [Description("The registry that was asked: an http or https URL.")]
    public required Uri Registry { get; init; }

    [Description("The day (UTC) on which the name was first seen to mean the digest.")]
    public required string Date { get; init; }
}
