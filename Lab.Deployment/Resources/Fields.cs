namespace Lab.Deployment.Resources;

/// <summary>The values of a resource that the lab decides, by name. Order is that of output.</summary>
internal sealed class Fields : SortedDictionary<string, string>
{
    public Fields()
        : base(StringComparer.Ordinal) { }

    /// <summary>What has to change for <paramref name="found"/> to become this.</summary>
    public IReadOnlyList<FieldChange> ChangesFrom(Fields found) =>
        [
            .. Keys.Union(found.Keys)
                .Order(StringComparer.Ordinal)
                .Select(name => new FieldChange(name, found.GetValueOrDefault(name), this.GetValueOrDefault(name)))
                .Where(change => change.Before != change.After),
        ];
}

/// <summary>One value that differs.</summary>
/// <param name="Name">The field.</param>
/// <param name="Before">What is there; null for nothing.</param>
/// <param name="After">What shall be; null for nothing.</param>
internal sealed record FieldChange(string Name, string? Before, string? After)
{
    /// <summary>The words of output.</summary>
    public override string ToString() =>
        (Before, After) switch
        {
            (null, _) => $"+ {Name}: {After}",
            (_, null) => $"- {Name}: {Before}",
            _ => $"~ {Name}: {Before} -> {After}",
        };
}
