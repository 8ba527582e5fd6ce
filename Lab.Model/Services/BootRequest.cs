using System.Text.Json.Serialization;

namespace Lab.Model.Services;

/// <summary>
/// One request that the boot server has answered, attributed to a machine and to a stage of its boot. The boot server writes one
/// JSON object a line on <c>/events</c> of its telemetry socket; whoever draws the boot timeline reads them there.
/// </summary>
public sealed record BootRequest
{
    /// <summary>The query of the lab's own question whether a service answers, so that it can be told from what machines ask.</summary>
    public const string HealthQuery = "lab-health";

    /// <summary>When the answer was complete (UTC).</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The client's address, without port.</summary>
    public required string Remote { get; init; }

    /// <summary>
    /// The machine's MAC in lower-case colon form: from the query or, for requests that carry none (assets), the one last seen from
    /// the same address. Null when no request from that address has named one yet.
    /// </summary>
    public string? Mac { get; init; }

    /// <summary>HTTP method.</summary>
    public required string Method { get; init; }

    /// <summary>Path as requested, without the query.</summary>
    public required string Path { get; init; }

    /// <summary>Raw query without the question mark; empty when there is none.</summary>
    public string Query { get; init; } = "";

    /// <summary>HTTP status; 499 when the client went away before the answer was complete.</summary>
    public required int Status { get; init; }

    /// <summary>Bytes of the body that were sent.</summary>
    public required long Bytes { get; init; }

    /// <summary>From the request's first byte to the end of the answer, in milliseconds.</summary>
    public required double DurationMs { get; init; }

    /// <summary>Which stage of a boot the request belongs to.</summary>
    public required BootRequestStage Stage { get; init; }

    /// <summary>Why the answer is an error ("No matching group"); null for a success.</summary>
    public string? Reason { get; init; }

    /// <summary>Request and answer without secrets; null for what no boot needs.</summary>
    public HttpExchange? Exchange { get; init; }
}

/// <summary>The stage of a boot that a request to the boot server belongs to.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<BootRequestStage>))]
public enum BootRequestStage
{
    /// <summary>Nothing that a booting machine asks for.</summary>
    [JsonStringEnumMemberName("other")]
    Other,

    /// <summary><c>/boot.ipxe</c>, <c>/ipxe</c> or <c>/grub</c>.</summary>
    [JsonStringEnumMemberName("script")]
    Script,

    /// <summary><c>/ipxe</c> or <c>/grub</c> of a profile that leaves the machine to its disk.</summary>
    [JsonStringEnumMemberName("disk")]
    Disk,

    /// <summary>An asset that a profile names as its kernel.</summary>
    [JsonStringEnumMemberName("kernel")]
    Kernel,

    /// <summary>An asset that a profile names as an initrd.</summary>
    [JsonStringEnumMemberName("initrd")]
    Initrd,

    /// <summary><c>/generic</c>, <c>/ignition</c> or <c>/cloud</c>, or an asset that a profile's arguments name as configuration.</summary>
    [JsonStringEnumMemberName("config")]
    Config,

    /// <summary><c>/metadata</c>.</summary>
    [JsonStringEnumMemberName("metadata")]
    Metadata,
}
