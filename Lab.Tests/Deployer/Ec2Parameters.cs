using System.Collections.Specialized;

namespace Lab.Tests.Deployer;

/// <summary>The parameters of a call of the query protocol.</summary>
internal sealed class Ec2Parameters(NameValueCollection query)
{
    public string? this[string name] => query[name];

    /// <summary>A parameter, or all of a list: <c>ResourceId</c> is also <c>ResourceId.1</c>, <c>ResourceId.2</c>.</summary>
    public IEnumerable<string> All(string name) =>
        query
            .AllKeys.Where(key => key == name || (key!.StartsWith($"{name}.", StringComparison.Ordinal) && int.TryParse(key[(name.Length + 1)..], out _)))
            .Select(key => query[key]!);

    /// <summary>A list of tags: <c>Tag.1.Key</c>, <c>Tag.1.Value</c>.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Tags(string prefix) =>
        [
            .. Enumerable
                .Range(1, 50)
                .TakeWhile(i => query[$"{prefix}.{i}.Key"] is not null)
                .Select(i => KeyValuePair.Create(query[$"{prefix}.{i}.Key"]!, query[$"{prefix}.{i}.Value"] ?? "")),
        ];

    /// <summary>What a call that creates tags, by resource type.</summary>
    public IEnumerable<(string Type, IReadOnlyList<KeyValuePair<string, string>> Tags)> Specifications() =>
        Enumerable
            .Range(1, 10)
            .TakeWhile(i => query[$"TagSpecification.{i}.ResourceType"] is not null)
            .Select(i => (query[$"TagSpecification.{i}.ResourceType"]!, Tags($"TagSpecification.{i}.Tag")));
}
