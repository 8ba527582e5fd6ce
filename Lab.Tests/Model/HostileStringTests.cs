using System.Net;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lab.Model.Definition;
using Lab.Model.Input;

namespace Lab.Tests.Model;

/// <summary>
/// Strings of a definition end in scripts of a shell and of iPXE, in files of dnsmasq and of compose, in JSON and YAML. Whatever could mean more
/// than itself in any of them is refused, with its place.
/// </summary>
public sealed class HostileStringTests
{
    /// <summary>What contradicts launch.boot: ami, whose release is a string too.</summary>
    private const string ImageOfNode = "nodes[0].launch.image";

    /// <summary>A lab that has everything, so that every string has a place; valid but for <see cref="ImageOfNode"/>.</summary>
    private static readonly LabDefinition Full = new()
    {
        Dns = new DnsDefinition { Block = ["ads.example.com"] },
        Boot = new BootDefinition { Arguments = ["talos.config=https://example.com/config"] },
        Budget = new BudgetDefinition { Email = "operator@example.com" },
        Launch = new LaunchDefinition
        {
            Boot = LaunchBoot.Ami,
            Talos = "v1.12.3",
            Device = "/dev/xvda",
        },
        Network = new NetworkDefinition
        {
            Home = new HomeDefinition { Interface = "eth0", RaspberryPi = "rpi4-uefi" },
            Existing = new ExistingNetworkDefinition
            {
                Vpc = "home",
                PublicSubnet = "home-public",
                PrivateSubnet = "home-private",
            },
            Zones =
            [
                new ZoneDefinition
                {
                    Zone = "eu-west-1b",
                    PrivateSubnet = IPNetwork.Parse("10.20.14.0/24"),
                    Existing = "home-private-b",
                },
            ],
        },
        Image = new ImageDefinition
        {
            Kernel = "boot/linux",
            Initrd = "boot/initrd.gz",
            Arguments = ["priority=low"],
            Ready = new ReadySign.Tcp(22),
        },
        Machine = new MachineDefinition { Arguments = ["quiet"], Console = "ttyS2,1500000" },
        Nodes =
        [
            NodeDefinition.First with
            {
                Console = "ttyS2,1500000",
                Launch = new OwnLaunchDefinition
                {
                    InstanceType = "c7g.large",
                    Zone = "eu-west-1a",
                    Image = "ghcr.io/example/talos:v1.12.3",
                },
            },
        ],
    };

    private static readonly string[] Hostile =
    [
        "\"",
        "'",
        "\n",
        "\r",
        "\r\n",
        "\t",
        "\0",
        "\u001b[2J",
        "\u0085",
        "\u009b31m",
        "\u2028",
        "\u202e",
        "\u2066",
        "\u200e",
        "\u200b",
        "\ufeff",
        "\U000e0041",
        "é",
        "$(touch PROOF)",
        "`touch PROOF`",
        "#{PROOF}",
        "$$${PROOF}",
        "; touch PROOF #",
        "&& touch PROOF",
        "| touch PROOF",
        "> PROOF",
        "\\",
        " ",
        "{{ .PROOF }}",
        "../",
        "%0a",
        "*",
    ];

    public static TheoryData<string> Strings => [.. Paths(typeof(LabDefinition), Json(), "")];

    [Fact]
    public void Every_string_is_found()
    {
        var all = Strings.Select(row => row.Data).ToList();
        foreach (
            var known in new[]
            {
                "name",
                "region",
                "zone",
                "boot.image",
                "boot.arguments[0]",
                "budget.email",
                "bastion.group",
                "machine.arguments[0]",
                "nodes[0].name",
                "nodes[0].role",
                "nodes[0].launch.instanceType",
                "nodes[0].launch.zone",
                ImageOfNode,
                "mirrors[0].registry",
                "mirrors[0].upstream",
                "images.matchbox",
                "launch.template",
                "launch.device",
                "launch.talos",
                "image.kernel",
                "image.initrd",
                "image.arguments[0]",
                "network.home.interface",
                "network.home.raspberryPi",
                "dns.domain",
                "dns.block[0]",
                "network.dhcpOptions.domainName",
                "network.zones[0].zone",
                "network.zones[0].existing",
            }
        )
        {
            Assert.Contains(known, all);
        }
    }

    [Theory]
    [MemberData(nameof(Strings))]
    public void A_string_that_could_mean_more_than_itself_is_refused(string path)
    {
        var valid = (string)At(Json(path), path)!;
        Assert.True(Refusal(path, valid) is null, $"{path}: {Refusal(path, valid)?.Message}");
        foreach (
            var value in Hostile
                .SelectMany(hostile => new[] { hostile, hostile + valid, valid + hostile, valid.Insert(valid.Length / 2, hostile) })
                .Append($"-{valid}")
                .Append(new string('a', 64 << 10))
                .Append(valid + new string('a', 64 << 10))
        )
        {
            if (IsHarmless(path, value))
            {
                continue;
            }

            var refusal = Refusal(path, value);
            Assert.True(refusal is not null, $"{path} takes {value.Length} characters: {JsonSerializer.Serialize(value[..Math.Min(80, value.Length)])}");
            Assert.All(refusal.Problems, problem => Assert.True(problem is { Line: > 0, Column: > 0 }));
        }
    }

    /// <summary>
    /// A kernel argument may hold what only the kernel reads; the URL of a registry loses its last slash; a file of this machine may have any
    /// name, for it is opened and never written into a script. An asterisk alone is all registries that have no mirror, and has a name of its
    /// own in files.
    /// </summary>
    private static bool IsHarmless(string path, string value) =>
        path is "image.kernel" or "image.initrd" or "network.home.raspberryPi" && value.Length <= 4096 && value.All(letter => letter is >= ' ' and not '\x7f')
        || path.Contains("arguments[", StringComparison.Ordinal)
            && new[] { "../", "%0a", "*", "#{PROOF}", "$$${PROOF}" }.Any(part => value.Contains(part, StringComparison.Ordinal))
        || path.StartsWith("images.", StringComparison.Ordinal) && value.Contains("../", StringComparison.Ordinal)
        || path == "mirrors[0].registry" && value == MirrorDefinition.Others
        || path is "boot.image" or ImageOfNode && value.Contains("../", StringComparison.Ordinal);

    /// <summary>A valid file that has a string.</summary>
    private static JsonNode Json(string path)
    {
        var root = Json();
        if (path == ImageOfNode)
        {
            root.AsObject().Remove("launch");
        }
        else
        {
            root["nodes"]![0]!["launch"]!.AsObject().Remove("image");
        }

        return root;
    }

    /// <summary>As a file says it: what is not set is not there.</summary>
    private static JsonNode Json()
    {
        var root = JsonSerializer.SerializeToNode(Full, DefinitionJson.Options)!;
        RemoveNulls(root);
        return root;
    }

    private static void RemoveNulls(JsonNode? node)
    {
        if (node is JsonObject values)
        {
            values.Where(value => value.Value is null).Select(value => value.Key).ToList().ForEach(key => values.Remove(key));
        }

        foreach (
            var child in node switch
            {
                JsonObject known => known.Select(value => value.Value),
                JsonArray list => list,
                _ => [],
            }
        )
        {
            RemoveNulls(child);
        }
    }

    private static DefinitionException? Refusal(string path, string value)
    {
        var root = Json(path);
        var place = At(root, path)!;
        place.ReplaceWith(value);
        try
        {
            LabFile.Parse(root.ToJsonString(), "lab.yaml", _ => null);
            return null;
        }
        catch (DefinitionException e)
        {
            return e;
        }
    }

    private static JsonNode? At(JsonNode root, string path) =>
        path.Split('.')
            .Aggregate(
                (JsonNode?)root,
                (node, part) =>
                    part.EndsWith(']')
                        ? node![part[..part.IndexOf('[')]]![int.Parse(part[(part.IndexOf('[') + 1)..^1], System.Globalization.CultureInfo.InvariantCulture)]
                        : node![part]
            );

    /// <summary>Walks the types, so that a string that comes new is there without being listed.</summary>
    private static IEnumerable<string> Paths(Type type, JsonNode value, string path)
    {
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.SetMethod is not null))
        {
            var name = JsonNamingPolicy.CamelCase.ConvertName(property.Name);
            var at = path.Length == 0 ? name : $"{path}.{name}";
            var item =
                property.PropertyType.IsGenericType && property.PropertyType.GetGenericTypeDefinition() == typeof(IReadOnlyList<>)
                    ? property.PropertyType.GetGenericArguments()[0]
                    : null;
            foreach (
                var found in item is null ? OfValue(property.PropertyType, value[name], at)
                : value[name] is JsonArray { Count: > 0 } list ? OfValue(item, list[0], $"{at}[0]")
                : []
            )
            {
                yield return found;
            }
        }
    }

    private static IEnumerable<string> OfValue(Type type, JsonNode? value, string path) =>
        type == typeof(string) || type == typeof(Uri)
            ? Assert.IsAssignableFrom<JsonValue>(value).GetValueKind() == JsonValueKind.String
                ? [path]
                : []
            : value is JsonObject
                ? Paths(type, value, path)
                : [];
}
