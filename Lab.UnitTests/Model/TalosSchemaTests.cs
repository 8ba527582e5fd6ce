using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;
using Lab.Model.Input;
using Lab.Model.Rendering;
using Lab.Model.Services;

namespace Lab.UnitTests.Model;

/// <summary>
/// Lab's patches have no key that a release of Talos does not know, and no value of another type. The files beside say what each release
/// knows: names and types of the keys of its machine configuration, as its schema has them (pkg/machinery/config/schemas of the release
/// branches 1.9 to 1.14, August 2026), in full where Lab writes and by name beside it.
/// </summary>
public sealed class TalosSchemaTests
{
    private const string Nodes = """
        nodes:
        - { name: cp1, mac: "52:54:00:13:00:01", address: 10.20.13.11 }
        - { name: w1, mac: "52:54:00:13:00:02", address: 10.20.13.12, role: worker }
        """;

    /// <summary>The old style, which has no kind.</summary>
    private const string V1Alpha1 = "v1alpha1";

    private static readonly string[] Labs =
    [
        "cluster: { talos: v1.$.0 }",
        "cluster: { talos: v1.$.0, vip: 10.20.13.10, cni: none }",
        "network: { ipv6: 'fd00:10:20:13::/64' }\ncluster: { talos: v1.$.0, vip: 10.20.13.10, cni: none }",
        "mirrors: []\ncluster: { talos: v1.$.0 }",
        "mirrors: [{ registry: '*', upstream: 'https://harbor.example/all', port: 5050 }]\ncluster: { talos: v1.$.0 }",
    ];

    public static TheoryData<int> Minors { get; } = [.. Enumerable.Range(9, 6)];

    [Theory]
    [MemberData(nameof(Minors))]
    public void A_patch_has_only_what_its_release_knows(int minor)
    {
        string[] labs = [.. Labs, .. minor < 14 ? new[] { "machine: { arch: amd64 }\ncluster: { talos: v1.$.0, cozystack: true }" } : []];
        HashSet<string> seen = [];
        foreach (var text in labs)
        {
            var lab = LabFile.Parse($"{text.Replace("$", $"{minor}", StringComparison.Ordinal)}\n{Nodes}", "lab.yaml", _ => null);
            foreach (var plan in new[] { ClusterPlan.Of(lab), ClusterPlan.OnAws(lab, ClusterPlace.Aws) })
            {
                foreach (var (name, patch) in plan.Nodes.SelectMany(node => ClusterPatches.Of(lab, plan, node)))
                {
                    foreach (var document in YamlJson.Documents(patch))
                    {
                        var kind = document.TryGetProperty("kind", out var said) ? said.GetString()! : V1Alpha1;
                        seen.Add(kind);
                        Assert.True(Problem(minor, document) is not { } problem, $"v1.{minor}, patch {name}, {kind}: {Problem(minor, document)}");
                    }
                }
            }
        }

        Assert.Equal(minor >= 12, seen.Contains("HostnameConfig"));
        Assert.Equal(minor >= 14, seen.Contains("KubeNodeConfig"));
        Assert.Contains(V1Alpha1, seen);
    }

    [Theory]
    [InlineData(12, "machine: { network: { hostname: cp1 } }")]
    [InlineData(12, "machine: { registries: { mirrors: {} } }")]
    [InlineData(11, "{ apiVersion: v1alpha1, kind: HostnameConfig, hostname: cp1 }")]
    [InlineData(13, "{ apiVersion: v1alpha1, kind: KubeNodeConfig, nodeIP: {} }")]
    [InlineData(14, "cluster: { network: { cni: { name: none } } }")]
    [InlineData(12, "{ apiVersion: v1alpha1, kind: TimeSyncConfig, ntp: { servers: 10.20.13.140 } }")]
    [InlineData(12, "{ apiVersion: v1alpha1, kind: HostnameConfig, hostname: cp1, auto: 'no' }")]
    [InlineData(9, "machine: { time: { server: [10.20.13.140] } }")]
    public void What_a_release_does_not_know_is_found(int minor, string patch) => Assert.NotNull(Problem(minor, YamlJson.Of(patch)));

    private static string? Problem(int minor, JsonElement document)
    {
        var known = JsonNode.Parse(File.ReadAllText(Repository.PathOf($"Lab.UnitTests/Model/Talos/v1.{minor}.json")))!.AsObject();
        var kind = document.TryGetProperty("kind", out var said) ? said.GetString()! : V1Alpha1;
        if (known[kind] is not { } schema)
        {
            return "the release has no such document";
        }

        var result = JsonSchema
            .FromText(schema.ToJsonString())
            .Evaluate(
                JsonSerializer.SerializeToElement(WithoutDeletions(JsonNode.Parse(document.GetRawText()))),
                new EvaluationOptions { OutputFormat = OutputFormat.List }
            );
        return result.IsValid
            ? null
            : string.Join(
                "; ",
                (result.Details ?? [])
                    .Where(detail => detail.Errors is { Count: > 0 })
                    .SelectMany(detail => detail.Errors!.Values.Select(error => $"{detail.InstanceLocation}: {error}"))
            );
    }

    /// <summary>A patch may delete what is there; what it deletes is no part of the configuration.</summary>
    private static JsonNode? WithoutDeletions(JsonNode? node) =>
        node switch
        {
            JsonObject keys => new JsonObject(
                keys.Where(key => key.Key != "$patch" && (key.Value as JsonObject)?.ContainsKey("$patch") != true)
                    .Select(key => KeyValuePair.Create(key.Key, WithoutDeletions(key.Value)))
            ),
            JsonArray list => new JsonArray([.. list.Select(WithoutDeletions)]),
            _ => node?.DeepClone(),
        };
}
