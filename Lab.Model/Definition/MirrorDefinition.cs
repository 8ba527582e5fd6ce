using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Lab.Model.Definition;

/// <summary>A registry whose images are pulled through a cache on the bastion.</summary>
public sealed record MirrorDefinition
{
    /// <summary>
    /// The five of the specification, in its order, on ports 5050 to 5054. This table is the only place where the ports are written:
    /// the caches, the nodes' mirror configuration, the compose file, the security rules and the tests derive from it.
    /// </summary>
    public static IReadOnlyList<MirrorDefinition> Specified { get; } =
    [
        new()
        {
            Registry = "docker.io",
            Upstream = new Uri("https://registry-1.docker.io"),
            Port = new(5050),
        },
        new()
        {
            Registry = "gcr.io",
            Upstream = new Uri("https://gcr.io"),
            Port = new(5051),
        },
        new()
        {
            Registry = "ghcr.io",
            Upstream = new Uri("https://ghcr.io"),
            Port = new(5052),
        },
        new()
        {
            Registry = "quay.io",
            Upstream = new Uri("https://quay.io"),
            Port = new(5053),
        },
        new()
        {
            Registry = "registry.k8s.io",
            Upstream = new Uri("https://registry.k8s.io"),
            Port = new(5054),
        },
    ];

    /// <summary>The registry of a mirror for all registries that have none of their own.</summary>
    public const string Others = "*";

    [Description(
        "The registry as image references name it; * for all that have no mirror of their own, with an upstream that is told in the query ns which registry is meant."
    )]
    [RegularExpression(TextForms.Registry)]
    [Example("docker.io")]
    public required string Registry { get; init; }

    [Description(
        "Where its API answers: an http or https URL. A path is the project of a registry that proxies it, as Harbor does: https://harbor.example/docker-hub. Not with a path on AWS."
    )]
    [Example("https://registry-1.docker.io")]
    public required Uri Upstream { get; init; }

    [Description("TCP port of the cache on the bastion.")]
    [Example(5050)]
    public required Port Port { get; init; }

    [Description(
        "Whether the cache of lab up and lab serve pulls as you are logged in there (docker login). Whoever reaches the cache then reads what you may read. Not on AWS."
    )]
    public bool Login { get; init; }
}
