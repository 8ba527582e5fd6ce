using System.Text.Json;

namespace Lab.Runtime.Cluster;

/// <summary>How a node answers.</summary>
public enum NodeCondition
{
    /// <summary>Not at all, or not in time: it boots, installs itself, or is off.</summary>
    Silent,

    /// <summary>Without a configuration: it waits for one.</summary>
    Maintenance,

    /// <summary>It has a configuration of another cluster.</summary>
    Foreign,

    /// <summary>With the cluster's certificates.</summary>
    Member,
}

/// <summary>What a node says of itself at a moment.</summary>
public sealed record NodeReading
{
    /// <summary>How it answers.</summary>
    public required NodeCondition Condition { get; init; }

    /// <summary>What it is doing, in Talos's words: <c>booting</c>, <c>running</c>; null where it does not say.</summary>
    public string? Stage { get; init; }

    /// <summary>What Talos still waits for, a line each.</summary>
    public IReadOnlyList<string> Unmet { get; init; } = [];

    /// <summary>The disk that Talos is installed on; null where there is none.</summary>
    public string? SystemDisk { get; init; }

    /// <summary>True when etcd runs, healthy or not: it has data then.</summary>
    public bool EtcdRuns { get; init; }

    /// <summary>True when etcd is healthy.</summary>
    public bool EtcdIsHealthy { get; init; }

    /// <summary>True when kubelet is healthy.</summary>
    public bool KubeletIsHealthy { get; init; }

    /// <summary>True when Kubernetes says Ready of it.</summary>
    public bool IsReady { get; init; }

    /// <summary>What talosctl said where it was not answered as a member.</summary>
    public IReadOnlyList<string> Refusals { get; init; } = [];

    /// <summary>The resources that <c>talosctl get -o json</c> prints, one JSON value after the other.</summary>
    /// <returns>Each with its id; nothing where the text is no JSON.</returns>
    internal static IReadOnlyList<(string Id, JsonElement Spec)> Resources(string output)
    {
        var found = new List<(string, JsonElement)>();
        try
        {
            var reader = new Utf8JsonReader(System.Text.Encoding.UTF8.GetBytes(output), new JsonReaderOptions { AllowMultipleValues = true });
            while (reader.Read())
            {
                using var document = JsonDocument.ParseValue(ref reader);
                if (document.RootElement is { ValueKind: JsonValueKind.Object } resource && resource.TryGetProperty("spec", out var spec))
                {
                    var id = resource.TryGetProperty("metadata", out var metadata) && metadata.TryGetProperty("id", out var named) ? named.GetString() : null;
                    found.Add((id ?? "", spec.Clone()));
                }
            }
        }
        catch (JsonException)
        {
            // What was read before the damage counts.
        }

        return found;
    }

    /// <summary>The text of a key; null where there is none.</summary>
    internal static string? Text(JsonElement spec, string key) =>
        spec.ValueKind == JsonValueKind.Object && spec.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>Whether a key is true.</summary>
    internal static bool IsTrue(JsonElement spec, string key) =>
        spec.ValueKind == JsonValueKind.Object && spec.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.True;
}
