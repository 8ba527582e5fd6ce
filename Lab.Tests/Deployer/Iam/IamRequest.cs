using System.Collections.Immutable;

namespace Lab.Tests.Deployer.Iam;

/// <summary>One question to IAM: may this action be done to this resource? A call asks one for each resource that AWS checks.</summary>
/// <param name="Action"><c>ec2:CreateTags</c></param>
/// <param name="Resource">The ARN, or <c>*</c> where the action knows no resources.</param>
internal sealed record IamRequest(string Action, string Resource)
{
    /// <summary>The condition keys that AWS knows for this request, in lower case: keys of IAM do not depend on case.</summary>
    public ImmutableSortedDictionary<string, ImmutableList<string>> Context { get; init; } = ImmutableSortedDictionary<string, ImmutableList<string>>.Empty;

    /// <summary>The request with one more condition key.</summary>
    public IamRequest With(string key, params IEnumerable<string> values) => this with { Context = Context.SetItem(key.ToLowerInvariant(), [.. values]) };

    /// <summary>The request about a resource that carries tags.</summary>
    public IamRequest Tagged(IEnumerable<KeyValuePair<string, string>> tags) =>
        tags.Aggregate(this, (request, tag) => request.With($"aws:ResourceTag/{tag.Key}", tag.Value));

    /// <summary>The request that gives tags.</summary>
    public IamRequest Tagging(IReadOnlyCollection<KeyValuePair<string, string>> tags) =>
        tags.Count == 0
            ? this
            : tags.Aggregate(this, (request, tag) => request.With($"aws:RequestTag/{tag.Key}", tag.Value)).With("aws:TagKeys", tags.Select(tag => tag.Key));

    /// <summary>For a test's message.</summary>
    public override string ToString() => $"{Action} {Resource}{string.Concat(Context.Select(pair => $" {pair.Key}={string.Join(',', pair.Value)}"))}";
}
