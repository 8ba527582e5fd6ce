using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Lab.Emulation.Services;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Registries;
using Lab.Registries;

namespace Lab.Emulation.Images;

/// <summary>An image in a registry, for an architecture: its manifest and its layers.</summary>
/// <param name="reference">The image.</param>
/// <param name="architecture">The architecture.</param>
/// <param name="lab">Says where the registry answers.</param>
/// <param name="cache">Its cache; null to ask the registry itself.</param>
internal sealed class RegistryImage(ImageReference reference, Architecture architecture, LabDefinition lab, PullCache? cache = null)
{
    /// <summary>https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-manifests: registries allow 4 MiB.</summary>
    private const int LargestManifest = 4 << 20;

    /// <summary>Several times what a Talos has.</summary>
    private const long LargestLayer = 8L << 30;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly RegistryClient _registry = new(reference.Address(lab), login: DockerLogins.OfUser.At(reference.Registry));
    private readonly RegistryClient? _cache = cache is null ? null : new(cache.Address, cache.Client);

    /// <summary>The layers of the image for the architecture, lowest first, and the digest of its manifest.</summary>
    /// <exception cref="LabException">There is no such image, or none for the architecture.</exception>
    /// <exception cref="HttpRequestException">The registry cannot be asked.</exception>
    public async Task<(Digest Digest, IReadOnlyList<OciDescriptor> Layers)> ResolveAsync(CancellationToken cancellationToken)
    {
        var (digest, manifest) = await ManifestAsync(reference.Reference, cancellationToken);
        if (manifest.Manifests is { } platforms)
        {
            var mine =
                platforms.FirstOrDefault(entry => entry.Platform is { System: "linux" } platform && platform.Architecture == architecture.Id())
                ?? throw new LabException(
                    $"--image: {reference} is not for {architecture.Id()}; it is for {string.Join(", ", platforms.Select(entry => entry.Platform?.Architecture ?? "an unknown architecture").Distinct())}."
                );
            (digest, manifest) = await ManifestAsync(mine.Digest.ToString(), cancellationToken);
        }

        if (manifest.Layers?.FirstOrDefault(layer => layer.Size is < 0 or > LargestLayer) is { } layer)
        {
            throw new LabException($"--image: layer {layer.Digest.Short} of {reference} has {layer.Size} bytes; Lab takes layers of up to {LargestLayer}.");
        }

        return (digest, manifest.Layers ?? throw new LabException($"--image: {reference} has no layers; it is no container image."));
    }

    /// <summary>
    /// Fetches a layer into a file. What broke is gone on with at the registry itself: of what it does not hold a cache sends no part, it
    /// would begin anew.
    /// </summary>
    public Task FetchAsync(OciDescriptor layer, string path, Action<string> say, CancellationToken cancellationToken) =>
        new VerifiedDownload($"Layer {layer.Digest.Short} of {reference}", layer.Digest, say, layer.Size).RunAsync(
            path,
            (offset, stop) =>
                SendAsync(
                    $"/v2/{reference.Repository}/blobs/{layer.Digest}",
                    offset == 0 ? [] : [new("Range", [new RangeHeaderValue(offset, null).ToString()])],
                    offset == 0,
                    stop
                ),
            cancellationToken
        );

    private async Task<(Digest Digest, OciManifest Manifest)> ManifestAsync(string name, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            using var response = await SendAsync(
                $"/v2/{reference.Repository}/manifests/{name}",
                [new("Accept", OciManifest.MediaTypes)],
                mayBeCached: true,
                patience.Token
            );
            Check(response.StatusCode, name);
            await response.Content.LoadIntoBufferAsync(LargestManifest, patience.Token);
            var content = await response.Content.ReadAsByteArrayAsync(patience.Token);
            var expected = Digest.TryParse(name, out var named) ? named : null;
            var digest = expected?.Hash(content) ?? Digest.Sha256(content);
            return expected is null || expected == digest
                ? (digest, OciManifest.Parse(content))
                : throw new LabException($"--image: {_registry.Name} sent a manifest of {reference} with the digest {digest}, asked for {name}.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HttpRequestException($"{_registry.Name} has not answered for {Patience.TotalSeconds} s");
        }
        catch (HttpRequestException e) when (e.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
        {
            Check(e.StatusCode.Value, name);
            throw;
        }
        catch (JsonException e)
        {
            throw new LabException($"--image: what {_registry.Name} has for {reference} is no image manifest: {e.Message}", inner: e);
        }
    }

    /// <summary>Asks the cache and, when it has no answer, its registry: only that can say why.</summary>
    private async Task<HttpResponseMessage> SendAsync(
        string target,
        KeyValuePair<string, string[]>[] headers,
        bool mayBeCached,
        CancellationToken cancellationToken
    )
    {
        if (_cache is not null && mayBeCached)
        {
            var cached = await _cache.SendAsync(HttpMethod.Get, target, headers, cancellationToken);
            if (cached.IsSuccessStatusCode)
            {
                return cached;
            }

            cached.Dispose();
        }

        return await _registry.SendAsync(HttpMethod.Get, target, headers, cancellationToken);
    }

    private void Check(HttpStatusCode status, string name)
    {
        switch (status)
        {
            case HttpStatusCode.OK:
                return;
            case HttpStatusCode.NotFound:
                throw new LabException($"--image: {_registry.Name} has no {reference.Repository} with the {(name.Contains(':') ? "digest" : "tag")} {name}.");
            case HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden:
                throw new LabException(
                    $"--image: {_registry.Name} does not give {reference} to {(_registry.User is { } user ? $"{user}, as which you are logged in there" : "everybody")} (it answered {(int)status}), or does not have it. For an image that is not public: docker login {reference.Registry}, whose login Lab uses; or pull it yourself and give a folder."
                );
            default:
                throw new HttpRequestException($"{_registry.Name} answered {(int)status}", null, status);
        }
    }
}
