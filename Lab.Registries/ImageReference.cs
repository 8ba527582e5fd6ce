using System.Text.RegularExpressions;
using Lab.Model.Definition;
using Lab.Model.Registries;

namespace Lab.Registries;

/// <summary>Name of an image in a registry: <c>ghcr.io/owner/name:tag</c> or <c>…@sha256:DIGEST</c>.</summary>
/// <param name="Registry">Host, with port where one is given.</param>
/// <param name="Repository">Path in the registry.</param>
/// <param name="Reference">Tag, or digest.</param>
public sealed partial record ImageReference(string Registry, string Repository, string Reference)
{
    private const string DockerHub = "docker.io";

    /// <summary>True when the reference cannot come to mean another image.</summary>
    public bool IsDigest => Digest.TryParse(Reference, out _);

    /// <summary>
    /// Reads a reference. The first part must be a host (with a dot or a port, or localhost): what short names mean differs between
    /// tools. Without tag and digest the tag is <c>latest</c>.
    /// </summary>
    public static ImageReference? TryParse(string text) =>
        Grammar().Match(text) is { Success: true } match
            ? new ImageReference(
                match.Groups["host"].Value,
                match.Groups["path"].Value,
                match.Groups["digest"] is { Success: true, Value: var digest } ? digest
                    : match.Groups["tag"] is { Success: true, Value: var tag } ? tag
                    : "latest"
            )
            : null;

    /// <summary>
    /// Reads a reference as Docker does: a name without a host is Docker Hub's, and one without an owner is in <c>library</c>
    /// (https://pkg.go.dev/github.com/distribution/reference#ParseNormalizedNamed).
    /// </summary>
    public static ImageReference? TryParseShort(string text) =>
        text.Split('/') is [var first, _, ..] && (first == "localhost" || first.AsSpan().ContainsAny('.', ':'))
            ? TryParse(text)
            : TryParse($"{DockerHub}/{(text.Contains('/') ? "" : "library/")}{text}");

    /// <summary>Where the registry's API answers: what the lab's mirrors say, else the host itself, without TLS only on this machine.</summary>
    public Uri Address(LabDefinition lab) =>
        lab.Mirrors.FirstOrDefault(mirror => mirror.Registry == Registry)?.Upstream
        ?? new Uri(
            Registry == DockerHub ? "https://registry-1.docker.io"
            : LocalHost().IsMatch(Registry) ? $"http://{Registry}"
            : $"https://{Registry}"
        );

    /// <inheritdoc />
    public override string ToString() => $"{Registry}/{Repository}{(IsDigest ? '@' : ':')}{Reference}";

    /// <summary>https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests</summary>
    [GeneratedRegex(
        @"\A(?<host>localhost(:\d+)?|[a-zA-Z0-9-]+(\.[a-zA-Z0-9-]+)+(:\d+)?|[a-zA-Z0-9-]+:\d+)/(?<path>[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*)(:(?<tag>\w[\w.-]{0,127}))?(@(?<digest>sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}))?\z"
    )]
    private static partial Regex Grammar();

    [GeneratedRegex(@"\A(localhost|127\.\d+\.\d+\.\d+)(:\d+)?\z")]
    private static partial Regex LocalHost();
}
