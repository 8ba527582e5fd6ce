using Lab.Emulation.Linux;
using Lab.Emulation.Services;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Registries;

namespace Lab.Emulation.Images;

/// <summary>What the nodes boot: what the option <c>--image</c> says, else what the definition does.</summary>
public static class ImageChoice
{
    /// <summary>The word for the stand-in.</summary>
    public const string StandIn = "stand-in";

    /// <summary>What is booted, as the user has said it.</summary>
    /// <param name="option">The option's value; null when it is not given.</param>
    /// <param name="lab">What is booted without the option.</param>
    public static string Describe(string? option, LabDefinition lab) => option ?? lab.Image?.Kernel ?? StandIn;

    /// <summary>
    /// The image: without the option that of the definition or the stand-in; else the stand-in by its name, a folder, a release of Talos,
    /// or an image of a registry.
    /// </summary>
    /// <param name="option">The option's value; null when it is not given.</param>
    /// <param name="lab">Says where registries answer, and what is booted without the option.</param>
    /// <param name="tools">Parts of the stand-in.</param>
    /// <param name="folders">Where fetched images are kept.</param>
    /// <param name="say">Gets the progress.</param>
    /// <param name="cancellationToken">Stops fetching; what was fetched is kept.</param>
    /// <param name="openCache">Starts the lab's cache of a registry, that is then asked instead of the registry; null for none.</param>
    /// <exception cref="LabException">It is none of these, or cannot be had.</exception>
    public static Task<NodeImage> GetAsync(
        string? option,
        LabDefinition lab,
        HostTools tools,
        LabFolders folders,
        Action<string> say,
        CancellationToken cancellationToken,
        Func<MirrorDefinition, Task<PullCache>>? openCache = null
    )
    {
        var name = option ?? lab.ImageOfAll()?.From?.Text;
        return option is null && lab.ImageOfAll() is { From: null } image ? SystemImage.GetAsync(image, new ImageFolders(folders), cancellationToken)
            : name is null or StandIn ? Task.FromResult(StandInImage.Get(tools, folders))
            : Directory.Exists(name) ? new ImageFolders(folders).OpenUserFolderAsync(name, cancellationToken)
            : TalosRelease.IsVersion(name) ? new TalosRelease(name, folders, say).GetAsync(cancellationToken)
            : ImageReference.TryParse(name) is { } reference ? new TalosImage(reference, lab, folders, say, openCache).GetAsync(cancellationToken)
            : throw new LabException(
                $"{(option is null ? "image" : "--image")}: there is no folder {name}, and it is neither a Talos release like v1.11.2 nor an image with its registry like ghcr.io/owner/name:tag."
            );
    }
}
