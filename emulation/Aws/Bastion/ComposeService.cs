using Lab.Model;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Lab.Emulation.Aws.Bastion;

/// <summary>A service of a compose file, as far as the lab can run it (https://docs.docker.com/reference/compose-file/services/).</summary>
/// <param name="Name">Its name.</param>
/// <param name="Image">Its image.</param>
internal sealed record ComposeService(string Name, string Image)
{
    /// <summary>Its environment.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>What of the bastion's files it sees: path in the container by path on the bastion. Named volumes are left out.</summary>
    public IReadOnlyDictionary<string, string> Volumes { get; init; } = new Dictionary<string, string>();

    /// <summary>The services of a compose file.</summary>
    /// <exception cref="LabException">It is no compose file.</exception>
    public static IReadOnlyList<ComposeService> Read(string text)
    {
        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            return Child(stream.Documents[0].RootNode, "services") is YamlMappingNode services
                ? [.. services.Select(service => Service(((YamlScalarNode)service.Key).Value!, service.Value))]
                : throw new LabException("The bastion's compose file has no services.");
        }
        catch (YamlException e)
        {
            throw new LabException($"The bastion's compose file cannot be read: {e.Message}", inner: e);
        }
    }

    private static ComposeService Service(string name, YamlNode node) =>
        new(name, Text(Child(node, "image")) ?? "")
        {
            Environment = Child(node, "environment") is YamlMappingNode variables
                ? variables.ToDictionary(variable => Text(variable.Key)!, variable => Text(variable.Value) ?? "")
                : new Dictionary<string, string>(),
            Volumes = Child(node, "volumes") is YamlSequenceNode volumes
                ? volumes
                    .Select(volume => Text(volume)!.Split(':'))
                    .Where(parts => parts.Length > 1 && parts[0].StartsWith('/'))
                    .ToDictionary(parts => parts[0], parts => parts[1])
                : new Dictionary<string, string>(),
        };

    private static YamlNode? Child(YamlNode node, string key) =>
        node is YamlMappingNode map && map.Children.TryGetValue(new YamlScalarNode(key), out var child) ? child : null;

    private static string? Text(YamlNode? node) => (node as YamlScalarNode)?.Value;
}
