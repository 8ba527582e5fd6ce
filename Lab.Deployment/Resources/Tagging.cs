using Amazon.EC2;
using Amazon.EC2.Model;
using Lab.Deployment.Aws;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Rendering;

namespace Lab.Deployment.Resources;

/// <summary>The lab's tags on EC2 resources, and how a resource is found by them.</summary>
internal static class Tagging
{
    /// <summary>The field that holds the name shown in the console.</summary>
    public const string NameField = $"tag {Tags.ConsoleName}";

    /// <summary>The tags of a resource.</summary>
    public static Dictionary<string, string> Of(LabDefinition lab, string id) =>
        new()
        {
            [Tags.Lab] = lab.Name,
            [Tags.Id] = id,
            [Tags.ConsoleName] = ConsoleName(lab, id),
        };

    /// <summary>The name shown in the console: <c>lab-subnet-private</c>.</summary>
    public static string ConsoleName(LabDefinition lab, string id) => $"{lab.Name}-{id.Replace('/', '-')}";

    /// <summary>The tags in the form of a create call.</summary>
    public static List<TagSpecification> Specify(LabDefinition lab, string id, ResourceType type) => [new() { ResourceType = type, Tags = List(lab, id) }];

    /// <summary>The tags as a list.</summary>
    public static List<Tag> List(LabDefinition lab, string id) => [.. Of(lab, id).Select(tag => new Tag(tag.Key, tag.Value))];

    /// <summary>Filters of a description.</summary>
    public static List<Filter> Filter(LabDefinition lab, string id) => [OfLab(lab), new($"tag:{Tags.Id}", [id])];

    /// <summary>
    /// Describes what carries a resource's tags. While many resources are read at once, each kind is described once for all of them: an
    /// account counts requests.
    /// </summary>
    /// <param name="aws">The clients.</param>
    /// <param name="lab">The lab.</param>
    /// <param name="id">The resource's name in the lab.</param>
    /// <param name="tags">The tags of what is found.</param>
    /// <param name="describe">The description, given its filters.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task<IReadOnlyList<T>> DescribeAsync<T>(
        AwsClients aws,
        LabDefinition lab,
        string id,
        Func<T, List<Tag>?> tags,
        Func<List<Filter>, IAsyncEnumerable<T>> describe,
        CancellationToken cancellationToken
    )
    {
        var filters = aws.AsksOnce ? [OfLab(lab)] : Filter(lab, id);
        var all = await aws.AskAsync(lab.Name, () => describe(filters).ToListAsync(cancellationToken).AsTask());
        return [.. all.Where(one => Value(tags(one), Tags.Id) == id)];
    }

    /// <summary>The one that carries the tags. Some emulators ignore filters, so they are looked at again.</summary>
    public static T? Single<T>(IEnumerable<T>? candidates, Func<T, List<Tag>?> tags, LabDefinition lab, string id, Func<T, string> name)
        where T : class
    {
        var found = (candidates ?? []).Where(candidate => Value(tags(candidate), Tags.Lab) == lab.Name && Value(tags(candidate), Tags.Id) == id).ToList();
        return found.Count <= 1
            ? found.FirstOrDefault()
            : throw new LabException(
                $"Two resources carry the tags {Tags.Lab}={lab.Name} and {Tags.Id}={id}: {string.Join(", ", found.Select(name))}. Remove the one that is not the lab's, or its tags."
            );
    }

    /// <summary>The one that carries a resource's tags, by its description; null for none.</summary>
    public static async Task<T?> FindAsync<T>(
        AwsClients aws,
        LabDefinition lab,
        string id,
        Func<T, List<Tag>?> tags,
        Func<T, string> name,
        Func<List<Filter>, IAsyncEnumerable<T>> describe,
        CancellationToken cancellationToken
    )
        where T : class => Single(await DescribeAsync(aws, lab, id, tags, describe, cancellationToken), tags, lab, id, name);

    /// <summary>True for what is a lab's.</summary>
    public static bool IsOf(LabDefinition lab, List<Tag>? tags) => Value(tags, Tags.Lab) == lab.Name;

    /// <summary>The value of a tag; null where there is none.</summary>
    public static string? Value(List<Tag>? tags, string key) => tags?.FirstOrDefault(tag => tag.Key == key)?.Value;

    private static Filter OfLab(LabDefinition lab) => new($"tag:{Tags.Lab}", [lab.Name]);

    /// <summary>Puts the console name right where it is among the changes.</summary>
    public static async Task UpdateNameAsync(
        AwsClients aws,
        LabDefinition lab,
        Resource resource,
        Found found,
        IReadOnlyList<FieldChange> changes,
        CancellationToken cancellationToken
    )
    {
        if (changes.Any(change => change.Name == NameField))
        {
            await aws.Ec2Writes.CreateTagsAsync(new CreateTagsRequest { Resources = [found.Id], Tags = List(lab, resource.Id) }, cancellationToken);
        }
    }

    /// <summary>Adds the console name as it is.</summary>
    public static void AddName(this Fields fields, List<Tag>? tags)
    {
        if (Value(tags, Tags.ConsoleName) is { } name)
        {
            fields[NameField] = name;
        }
    }
}
