namespace Lab.BootServer.Data;

/// <summary>Which machines get which profile, and the values that their templates are rendered with.</summary>
internal sealed record Group
{
    /// <summary>The id written in the file; the file's name is not the id and this one may be empty.</summary>
    public string Id { get; init; } = "";

    public string Name { get; init; } = "";

    /// <summary>File name of the profile, without <c>.json</c>.</summary>
    public string Profile { get; init; } = "";

    /// <summary>What a request's labels must equal; MACs are normalised. Empty: every machine.</summary>
    public IReadOnlyDictionary<string, string> Selector { get; init; } = new Dictionary<string, string>();

    /// <summary>Values for templates, as JSON values (null, bool, double, string, list, dictionary).</summary>
    public IReadOnlyDictionary<string, object?> Metadata { get; init; } = new Dictionary<string, object?>();

    /// <summary>The selectors as <c>k=v,k=v</c>, sorted: it decides between groups with the same number of selectors.</summary>
    public string SelectorString { get; init; } = "";
}
