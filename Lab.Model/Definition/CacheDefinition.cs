using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Lab.Model.Definition;

/// <summary>What all registry caches have in common.</summary>
public sealed record CacheDefinition
{
    /// <summary>Bytes in a GiB.</summary>
    private const long Gib = 1L << 30;

    [Description("How much each cache keeps, in GiB: 1 to 10000. What was not used for longest is removed first, and fetched again when it is asked for.")]
    [Range(1, 10_000, ErrorMessage = "a cache keeps {1} to {2} GiB")]
    public int LimitGib { get; init; } = 20;

    /// <summary><see cref="LimitGib"/> in bytes.</summary>
    public long LimitInBytes() => LimitGib * Gib;
}
