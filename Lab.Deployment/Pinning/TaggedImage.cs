using System.Net;
using System.Text.Json;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Registries;
using Lab.Registries;

namespace Lab.Deployment.Pinning;

/// <summary>An image of <c>lab.yaml</c>, and what its registry says that its tag means.</summary>
/// <param name="name">As <c>lab.yaml</c> names it.</param>
/// <param name="reference">What that means to Docker.</param>
/// <param name="address">Where the registry's API answers.</param>
internal sealed class TaggedImage(string name, ImageReference reference, Uri address)
{
    /// <summary>https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-manifests: registries allow 4 MiB.</summary>
    private const int LargestManifest = 4 << 20;

    private const string DigestHeader = "Docker-Content-Digest";

    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(30);

    private readonly RegistryClient _registry = new(address, login: DockerLogins.OfUser.At(reference.Registry));

    /// <summary>The image of a name.</summary>
    /// <exception cref="LabException">The name cannot be asked for.</exception>
    public static TaggedImage Create(LabDefinition lab, string name) =>
        ImageReference.TryParseShort(name) is { } reference
            ? new TaggedImage(name, reference, reference.Address(lab))
            : throw new LabException($"No registry can be asked for '{name}'. Name the image like quay.io/owner/name:tag in the lab file.");

    /// <summary>Asks the registry.</summary>
    /// <param name="day">The day of the question.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="LabException">The registry does not answer, has no such image, or its answer does not have the digest that it names.</exception>
    public async Task<LockedImage> ResolveAsync(DateOnly day, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(AnswerTimeout);
        try
        {
            return new LockedImage
            {
                Name = name,
                Registry = address,
                Date = day.ToString(ImageLockRules.DateFormat, System.Globalization.CultureInfo.InvariantCulture),
                Digest = (await DigestAsync(timeout.Token)).ToString(),
            };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new LabException($"{name}: {_registry.Name} has not answered for {AnswerTimeout.TotalSeconds} s.");
        }
        catch (HttpRequestException e)
        {
            throw new LabException($"{name}: {_registry.Name} cannot be asked: {e.Message}", inner: e);
        }
        catch (JsonException e)
        {
            throw new LabException($"{name}: what {_registry.Name} sent is not an image manifest: {e.Message}", inner: e);
        }
    }

    /// <summary>Hashes what the registry sends: a digest that only its header names is nobody's word but the registry's.</summary>
    private async Task<Digest> DigestAsync(CancellationToken cancellationToken)
    {
        using var response = await _registry.SendAsync(
            HttpMethod.Get,
            $"/v2/{reference.Repository}/manifests/{reference.Reference}",
            [new("Accept", OciManifest.MediaTypes)],
            cancellationToken
        );
        if (response.StatusCode != HttpStatusCode.OK)
        {
            throw new LabException(
                response.StatusCode == HttpStatusCode.NotFound
                    ? $"{name}: {_registry.Name} has no {reference.Repository} with the tag {reference.Reference}."
                    : $"{name}: {_registry.Name} answered {(int)response.StatusCode}{(response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden ? $". If it is not public: docker login {reference.Registry}" : ".")}"
            );
        }

        await response.Content.LoadIntoBufferAsync(LargestManifest, cancellationToken);
        var content = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        if (OciManifest.Parse(content) is not ({ Manifests: not null } or { Layers: not null }))
        {
            throw new JsonException("it has neither layers nor manifests.");
        }

        if (!response.Headers.TryGetValues(DigestHeader, out var headers))
        {
            return Digest.Sha256(content);
        }

        var header = string.Join(", ", headers);
        return Digest.TryParse(header, out var said) && said.Hash(content) == said
            ? said
            : throw new LabException(
                $"{name}: {_registry.Name} sent a manifest with the digest {Digest.Sha256(content)} and says that it is {header}. Refused."
            );
    }
}
