using Lab.Emulation.Linux;
using Lab.Emulation.Services;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Registries;
using Lab.Registries;

namespace Lab.Emulation.Images;

/// <summary>
/// A Talos from a container image that holds nothing but files (built FROM scratch), as Talos's imager and CozyStack publish them. The
/// layers are read from the registry directly; no container engine is needed.
/// </summary>
/// <param name="reference">The image.</param>
/// <param name="architecture">The architecture of the machines that boot it.</param>
/// <param name="lab">Says where registries answer, and which have a cache.</param>
/// <param name="folders">Where fetched images are kept.</param>
/// <param name="say">Gets the progress.</param>
/// <param name="openCache">Starts the lab's cache of a registry; null where there is none.</param>
internal sealed class TalosImage(
    ImageReference reference,
    Architecture architecture,
    LabDefinition lab,
    LabFolders folders,
    Action<string> say,
    Func<MirrorDefinition, Task<PullCache>>? openCache = null
)
{
    private readonly ImageFolders _images = new(folders, architecture);

    /// <summary>The image, fetched when the cache does not hold it.</summary>
    /// <exception cref="LabException">It cannot be had, or is none.</exception>
    public async Task<NodeImage> GetAsync(CancellationToken cancellationToken)
    {
        await using var held = await _images.LockAsync(cancellationToken);
        var last = _images.Last(reference.ToString());
        if (reference.IsDigest && last is not null)
        {
            return await OpenAsync(last, cancellationToken);
        }

        await using var cache = await OpenCacheAsync();
        try
        {
            var image = new RegistryImage(reference, architecture, lab, cache);
            var (digest, layers) = await image.ResolveAsync(cancellationToken);
            if (!Directory.Exists(_images.Of(digest.FileName)))
            {
                await FetchAsync(image, digest, layers, cancellationToken);
                await (cache?.KeepAsync(reference.Repository, layers.Select(layer => layer.Digest), cancellationToken) ?? Task.CompletedTask);
            }

            _images.Note(reference.ToString(), digest);
            return await OpenAsync(digest, cancellationToken);
        }
        catch (HttpRequestException e)
        {
            if (last is null)
            {
                throw new LabException($"--image: {reference} cannot be fetched: {e.Message}.", inner: e);
            }

            say($"{reference} cannot be asked for ({e.Message}); taking what it meant last, {last}.");
            return await OpenAsync(last, cancellationToken);
        }
    }

    private async Task<PullCache?> OpenCacheAsync()
    {
        if (openCache is not null && lab.Mirrors.FirstOrDefault(mirror => mirror.Registry == reference.Registry) is { } mirror)
        {
            say($"{reference} is pulled through the lab's cache of {mirror.Registry}.");
            return await openCache(mirror);
        }

        say($"{reference.Registry} has no cache in the lab; {reference} is pulled from it directly.");
        return null;
    }

    private async Task<NodeImage> OpenAsync(Digest digest, CancellationToken cancellationToken) =>
        await _images.OpenAsync(digest.FileName, reference.ToString(), cancellationToken) with
        {
            From = $"registry {reference.Registry}, digest {digest}",
        };

    private async Task FetchAsync(RegistryImage image, Digest digest, IReadOnlyList<OciDescriptor> layers, CancellationToken cancellationToken)
    {
        var work = _images.WorkOf(digest.FileName);
        foreach (var layer in layers)
        {
            var file = Path.Combine(work, layer.Digest.FileName);
            if (!File.Exists(file))
            {
                say($"Fetching layer {layer.Digest.Short} of {reference}, {layer.Size / 1e6:0.0} MB");
                await image.FetchAsync(layer, file, say, cancellationToken);
            }
        }

        foreach (var layer in layers)
        {
            await LayerFiles.TakeBootFilesAsync(Path.Combine(work, layer.Digest.FileName), work, architecture, cancellationToken);
        }

        await _images.FinishAsync(digest.FileName, reference.ToString(), cancellationToken);
    }
}
