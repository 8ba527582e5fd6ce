using Lab.Emulation.Host;
using Lab.Emulation.Registries;
using Lab.Model;
using Lab.Model.Definition;

namespace Lab.Emulation.Images;

/// <summary>
/// A Talos from a container image that holds nothing but files (built FROM scratch), as Talos's imager and CozyStack publish them. The
/// layers are read from the registry directly; no container engine is needed.
/// </summary>
internal sealed class TalosImage(ImageReference reference, LabDefinition lab, LabFolders folders, Action<string> say)
{
    private readonly ImageFolders _images = new(folders);

    /// <summary>The image, fetched when the cache does not hold it.</summary>
    /// <exception cref="LabException">It cannot be had, or is none.</exception>
    public async Task<NodeImage> GetAsync(CancellationToken cancellationToken)
    {
        await using var held = await _images.LockAsync(cancellationToken);
        var last = _images.Last(reference.ToString());
        if (reference.IsDigest && last is not null)
        {
            return Open(last);
        }

        try
        {
            var image = new RegistryImage(reference, lab);
            var (digest, layers) = await image.ResolveAsync(cancellationToken);
            if (!Directory.Exists(_images.Of(digest)))
            {
                await FetchAsync(image, digest, layers, cancellationToken);
            }

            _images.Note(reference.ToString(), digest);
            return Open(digest);
        }
        catch (HttpRequestException e)
        {
            if (last is null)
            {
                throw new LabException($"--image: {reference} cannot be fetched: {e.Message}.", inner: e);
            }

            say($"{reference} cannot be asked for ({e.Message}); taking what it meant last, {last}.");
            return Open(last);
        }
    }

    private NodeImage Open(string digest) => TalosFolder.Get(_images.Of(digest), reference.ToString());

    private async Task FetchAsync(RegistryImage image, string digest, IReadOnlyList<OciDescriptor> layers, CancellationToken cancellationToken)
    {
        var work = _images.WorkOf(digest);
        foreach (var layer in layers)
        {
            var file = Path.Combine(work, layer.Digest.Replace(':', '-'));
            if (!File.Exists(file))
            {
                say($"Fetching layer {layer.Digest[7..19]} of {reference}, {layer.Size / 1e6:0.0} MB");
                await image.FetchAsync(layer, file, say, cancellationToken);
            }
        }

        foreach (var layer in layers)
        {
            await LayerFiles.TakeBootFilesAsync(Path.Combine(work, layer.Digest.Replace(':', '-')), work, cancellationToken);
        }

        TalosFolder.Get(work, reference.ToString());
        _images.Finish(digest);
    }
}
