using System.Text.Json.Serialization;

namespace Lab.Model.Checks;

/// <summary>How bad a finding is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Severity>))]
public enum Severity
{
    /// <summary>Works, but not as one may think.</summary>
    [JsonStringEnumMemberName("info")]
    Info,

    /// <summary>Works today and will hurt.</summary>
    [JsonStringEnumMemberName("warning")]
    Warning,

    /// <summary>Cannot work. A deployment is refused.</summary>
    [JsonStringEnumMemberName("error")]
    Error,
}

/// <summary>A defect that a definition has.</summary>
/// <param name="Id">The rule's name, stable.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Path">The value of <c>lab.yaml</c>.</param>
/// <param name="Explanation">What is wrong, with the values at hand.</param>
/// <param name="Remedy">What to do.</param>
/// <param name="Source">Where it can be read.</param>
public sealed record Finding(string Id, Severity Severity, string Path, string Explanation, string Remedy, Uri Source);
