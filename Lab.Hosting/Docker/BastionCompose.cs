using Aspire.Hosting;
using Aspire.Hosting.Docker.Resources.ComposeNodes;
using Lab.Model.Definition;
using Lab.Model.Rendering;
using YamlDotNet.RepresentationModel;
using ComposeVolume = Aspire.Hosting.Docker.Resources.ServiceNodes.Volume;

namespace Lab.Hosting.Docker;

/// <summary>
/// Publishes the bastion's containers. What they are stands in <see cref="ComposeFile"/> and is taken from what that renders; Aspire's
/// own idea of a service (networks, ports, placeholders for mounts) is put aside.
/// </summary>
internal static class BastionCompose
{
    /// <summary>Name of the compose environment.</summary>
    public const string Environment = "bastion";

    /// <summary>Adds the containers and the compose environment that publishes them.</summary>
    public static void Add(IDistributedApplicationBuilder builder, LabDefinition lab)
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(ComposeFile.Render(lab)));
        var file = (YamlMappingNode)yaml.Documents[0].RootNode;
        builder
            .AddDockerComposeEnvironment(Environment)
            .WithDashboard(false)
            .ConfigureComposeFile(compose =>
            {
                compose.Name = file.Children.TryGetValue("name", out var name) ? Text(name) : null;
                compose.Networks.Clear();
                compose.Volumes.Clear();
                foreach (var volume in Keys(file, "volumes"))
                {
                    compose.Volumes[volume] = new ComposeVolume { Name = volume };
                }
            });

        foreach (var (name, service) in Entries(file, "services"))
        {
            builder.AddContainer(name, Text(service["image"])).PublishAsDockerComposeService((_, composed) => Fill(composed, (YamlMappingNode)service));
        }
    }

    private static void Fill(Service composed, YamlMappingNode service)
    {
        composed.Networks.Clear();
        composed.Ports.Clear();
        composed.Expose.Clear();
        composed.Image = Text(service["image"]);
        composed.ContainerName = Text(service["container_name"]);
        composed.Restart = Text(service["restart"]);
        composed.NetworkMode = Text(service["network_mode"]);
        composed.Command = [.. Items(service, "command").Select(Text)];
        composed.CapAdd = [.. Items(service, "cap_add").Select(Text)];
        composed.EnvFile = [.. Items(service, "env_file").Select(Text)];
        composed.Environment = Entries(service, "environment").ToDictionary(entry => entry.Key, entry => Text(entry.Value));
        composed.Volumes = [.. Items(service, "volumes").Select(volume => Mount(Text(volume).Split(':')))];
    }

    /// <summary><c>source:target[:ro]</c>; a source that is no path is a named volume.</summary>
    private static ComposeVolume Mount(string[] parts) =>
        new()
        {
            Name = parts[0],
            Type = parts[0].StartsWith('/') ? "bind" : "volume",
            Source = parts[0],
            Target = parts[1],
            ReadOnly = parts.Length == 3 && parts[2] == "ro" ? true : null,
        };

    private static IEnumerable<KeyValuePair<string, YamlNode>> Entries(YamlMappingNode parent, string key) =>
        parent.Children.TryGetValue(key, out var node) && node is YamlMappingNode map
            ? map.Children.Select(child => KeyValuePair.Create(Text(child.Key), child.Value))
            : [];

    private static IEnumerable<string> Keys(YamlMappingNode parent, string key) => Entries(parent, key).Select(entry => entry.Key);

    private static IEnumerable<YamlNode> Items(YamlMappingNode parent, string key) =>
        !parent.Children.TryGetValue(key, out var node) ? []
        : node is YamlSequenceNode list ? list.Children
        : [node];

    private static string Text(YamlNode node) => ((YamlScalarNode)node).Value ?? "";
}
