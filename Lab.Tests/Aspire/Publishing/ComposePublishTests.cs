using System.Text.Json;
using System.Text.Json.Nodes;
using Lab.Model.Definition;
using Lab.Model.Rendering;
using Lab.Tests.AppHost;
using YamlDotNet.Serialization;

namespace Lab.Tests.AspireHost;

public sealed class ComposePublishTests
{
    [Theory]
    [InlineData("name: lab")]
    [InlineData("""
        name: other
        mirrors:
          - { registry: docker.io, upstream: https://registry-1.docker.io, port: 5050 }
          - { registry: registry.example, upstream: https://registry.example, port: 5060 }
        """)]
    public async Task The_published_compose_file_says_what_the_rendered_one_says(string yaml)
    {
        await using var program = new LabProgram();
        var file = program.Folder.File("lab.yaml", yaml);
        var output = Path.Combine(program.Folder.Path, "out");

        var run = await program.RunAsync("--operation", "publish", "--step", "publish", "--output-path", output);

        Assert.True(run.ExitCode == 0, run.Transcript);
        var published = await File.ReadAllTextAsync(Path.Combine(output, "docker-compose.yaml"), TestContext.Current.CancellationToken);
        Assert.Equal(Plain(ComposeFile.Render(LabFile.Load(file))), Plain(published));
    }

    /// <summary>One way of writing what compose lets one write in several: mounts in short and long, lists and single values.</summary>
    private static string Plain(string yaml)
    {
        var file = JsonNode.Parse(JsonSerializer.Serialize(Strings(new DeserializerBuilder().Build().Deserialize<object?>(yaml))))!.AsObject();
        foreach (var (_, node) in file["services"]!.AsObject())
        {
            var service = node!.AsObject();
            service["env_file"] = service["env_file"] is JsonArray list ? list[0]?.ToString() : service["env_file"]?.ToString();
            service["volumes"] = new JsonArray([.. (service["volumes"] as JsonArray ?? []).Select(volume => (JsonNode?)Mount(volume!))]);
        }

        return Sorted(file)!.ToJsonString(new JsonSerializerOptions { WriteIndented = true });
    }

    private static string Mount(JsonNode volume) => volume is JsonObject mount
        ? $"{mount["source"]}:{mount["target"]}{((string?)mount["read_only"] == "true" ? ":ro" : "")}"
        : volume.ToString();

    private static object? Strings(object? value) => value switch
    {
        IDictionary<object, object?> map => map.Count == 0 ? null : map.ToDictionary(entry => $"{entry.Key}", entry => Strings(entry.Value)),
        IList<object?> list => list.Select(Strings).ToList(),
        null => null,
        var scalar when $"{scalar}".Length == 0 => null,
        var scalar => $"{scalar}",
    };

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject map => new JsonObject(map.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => KeyValuePair.Create(entry.Key, Sorted(entry.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Sorted)]),
        null => null,
        _ => node.DeepClone(),
    };
}
