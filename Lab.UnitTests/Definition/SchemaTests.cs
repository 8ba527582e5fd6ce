using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;
using Lab.Model.Definition;
using Lab.Model.Input;

namespace Lab.UnitTests.Definition;

/// <summary>What an editor accepts with the schema is what the reader accepts.</summary>
public sealed class SchemaTests
{
    private static readonly JsonSchema Schema = JsonSchema.FromText(DefinitionJson.Schema());

    [Theory]
    [InlineData("name: garage", true)]
    [InlineData("name: Garage", false)]
    [InlineData("name: a-name-of-thirty-one-characters", false)]
    [InlineData("name: 12", false)]
    [InlineData("name: ${USER:-lab}", true)]
    [InlineData("region: ireland", false)]
    [InlineData("zone: eu-west-1c", true)]
    [InlineData("zone: eu-west-1", false)]
    [InlineData("network: vpc", true)]
    [InlineData("network: ${KIND:-lan}", true)]
    [InlineData("network: wan", false)]
    [InlineData("network: { as: lan, egress: ipv6 }", true)]
    [InlineData("network: { egress: wifi }", false)]
    [InlineData("network: { vpc: 10.20.0.0/33 }", false)]
    [InlineData("network: { interNodeEgress: yes }", false)]
    [InlineData("network: { interNodeEgress: '${FORM:-x}' }", false, false)]
    [InlineData("network: { interNodeEgress: True }", true)]
    [InlineData("network: { dhcpOptions: { nameServers: [] } }", false)]
    [InlineData("network: { dhcpOptions: { nameServers: [1.1.1.1, 9.9.9.9] } }", true)]
    [InlineData("network: { dhcpOptions: { nameServers: ~ } }", true)]
    [InlineData("network: { dhcpOptions: { nameServers: [dns] } }", false)]
    [InlineData("network: { dhcpOptions: { ntpServers: [1.1.1.1, 1.1.1.2, 1.1.1.3, 1.1.1.4, 1.1.1.5] } }", false)]
    [InlineData("network: { dhcpOptions: { domainName: a_b } }", false)]
    [InlineData("network: { ipv6: 'fd00:10:20:13::/64' }", true)]
    [InlineData("network: { ipv6: '3fff::/64' }", true)]
    [InlineData("network: { ipv6: 'fe80::/64' }", false)]
    [InlineData("network: { ipv6: 'fd00::/56' }", false)]
    [InlineData("network: { home: { interface: eth0, address: auto, dhcp: proxy } }", true)]
    [InlineData("network: { home: { interface: enp3s0f1.100, address: 10.20.13.5, dhcp: off } }", true)]
    [InlineData("network: { home: { interface: 'eth0,lo' } }", false)]
    [InlineData("network: { home: { address: any } }", false)]
    [InlineData("network: { home: { address: 10.99.0.5 } }", false, false)]
    [InlineData("network: { home: { dhcp: authoritative } }", false)]
    [InlineData("bastion: { address: 10.20.13.9 }", true)]
    [InlineData("bastion: { address: 10.20.13.256 }", false)]
    [InlineData("bastion: { address: 10.20.13.009 }", false)]
    [InlineData("bastion: { bootPort: 65535 }", true)]
    [InlineData("bastion: { bootPort: 65536 }", false)]
    [InlineData("bastion: { bootPort: 0 }", false)]
    [InlineData("bastion: { bootPort: '8080' }", false)]
    [InlineData("bastion:\n  bootPort: ${PORT:-80}", true)]
    [InlineData("bastion: { group: a/b }", false)]
    [InlineData("bastion: { instanceType: big }", false)]
    [InlineData("bastion: { diskGib: 7 }", false)]
    [InlineData("bastion: { diskGib: 1024 }", true)]
    [InlineData("bastion: { diskGib: 8.5 }", false)]
    [InlineData("bastion: { schedule: { start: '0 24 * * *' } }", false)]
    [InlineData("bastion: { schedule: { start: '59 23 * * 1-5' } }", true)]
    [InlineData("bastion: { create: 1 }", false)]
    [InlineData("bastion: [create]", false)]
    [InlineData("dhcp: { leaseMinutes: 1 }", false)]
    [InlineData("dhcp: { leaseMinutes: 525600 }", true)]
    [InlineData("dhcp: { leaseMinutes: 525601 }", false)]
    [InlineData("dhcp: { leaseMinutes: 99999999999 }", false)]
    [InlineData("dns: { block: [example.com] }", true)]
    [InlineData("dns: { block: ['a b'] }", false)]
    [InlineData("dns: { block: example.com }", false)]
    [InlineData("dns: { domain: '-' }", false)]
    [InlineData("mirrors: [{ registry: a.io, upstream: 'https://a.io:5000', port: 5050 }]", true)]
    [InlineData("mirrors: [{ registry: '*', upstream: 'https://a.io/project', port: 5050 }]", true)]
    [InlineData("mirrors: [{ registry: a.io, upstream: 'https://a.io?x=1', port: 5050 }]", false)]
    [InlineData("mirrors: [{ registry: a.io, upstream: 'ftp://a.io', port: 5050 }]", false)]
    [InlineData("mirrors: [{ registry: a.io, upstream: 'https://a.io' }]", false)]
    [InlineData("mirrors: []", true)]
    [InlineData("caches: { limitGib: 10000 }", true)]
    [InlineData("caches: { limitGib: 0 }", false)]
    [InlineData("services: docker", false)]
    [InlineData("images: { piHole: '-x' }", false)]
    [InlineData("launch: { template: ab }", false)]
    [InlineData("launch: { device: sda }", false)]
    [InlineData("launch: { hoursPerMonth: 744 }", true)]
    [InlineData("launch: { hoursPerMonth: 745 }", false)]
    [InlineData("launch: { metadataTokens: required }", true)]
    [InlineData("access: { ipv6: '2001:db8::7' }", true)]
    [InlineData("access: { ipv6: ~ }", true)]
    [InlineData("access: { ipv6: home }", false)]
    [InlineData("budget: { monthlyUsd: 0 }", true)]
    [InlineData("budget: { monthlyUsd: -0.01 }", false)]
    [InlineData("budget: { alertUsd: 0 }", false)]
    [InlineData("budget: { alertUsd: 0.01 }", true)]
    [InlineData("budget: { email: me }", false)]
    [InlineData("boot: { arguments: ['a=${net0/mac}', 'b=$${c}'] }", true)]
    [InlineData("boot: { arguments: ['a b'] }", false)]
    [InlineData("nodes: [{ name: a, mac: '52-54-00-13-00-0A', address: 10.20.13.11, memoryMib: ~ }]", true)]
    [InlineData("nodes: [{ name: a, mac: '52:54-00:13:00:01', address: 10.20.13.11 }]", false)]
    [InlineData("nodes: [{ name: a, mac: '52:54:00:13:00:01', address: 10.20.13.11, memoryMib: 255 }]", false)]
    [InlineData("nodes: [{ name: a, mac: '52:54:00:13:00:01', address: 10.20.13.11, diskGib: 0 }]", true)]
    [InlineData("nodes: [{ name: a, mac: '52:54:00:13:00:01', address: 10.20.13.11, diskGib: 1025 }]", false)]
    [InlineData("nodes: [{ name: a, address: 10.20.13.11 }]", false)]
    [InlineData("image: { kernel: linux, ready: 'tcp:22' }", true)]
    [InlineData("image: { kernel: linux, initrd: a b, arguments: [a=1], ready: 'tls:50000' }", true)]
    [InlineData("image: { kernel: linux, ready: 'http:80' }", true)]
    [InlineData("image: { kernel: linux, ready: 'http:80/healthz?a=1' }", true)]
    [InlineData("image: { kernel: linux, ready: 'console:/login:/' }", true)]
    [InlineData("image: { kernel: linux, ready: 'console:/(/' }", false, false)]
    [InlineData("image: { kernel: linux, ready: 'tcp:0' }", false)]
    [InlineData("image: { kernel: linux, ready: 'tcp:65536' }", false)]
    [InlineData("image: { kernel: linux, ready: 'tcp:22/' }", false)]
    [InlineData("image: { kernel: linux, ready: 'console://' }", false)]
    [InlineData("image: { kernel: linux }", false)]
    [InlineData("image: { kernel: '', ready: 'tcp:22' }", false)]
    [InlineData("image: { kernel: linux, arguments: ['a b'], ready: 'tcp:22' }", false)]
    [InlineData("image: v1.12.3", true)]
    [InlineData("image: stand-in", true)]
    [InlineData("image: ghcr.io/owner/name:tag", true)]
    [InlineData("image: ./talos files", true)]
    [InlineData("image: ..", true)]
    [InlineData("image: ${IMAGE:-v1.12.3}", true)]
    [InlineData("image: talos files", false)]
    [InlineData("image: { from: v1.12.3 }", false)]
    [InlineData("image: { initrd: initrd.gz, ready: 'tcp:22' }", false)]
    [InlineData("machine: { arch: amd64, cpus: 4, memoryMib: 4096, disks: [{ gib: 20, bus: nvme }, { gib: 5 }], nics: 2, arguments: [a=1] }", true)]
    [InlineData("machine: { arch: ~, disks: ~, arguments: ~, image: v1.12.3 }", true)]
    [InlineData("machine: { ports: [6443, 8080] }", true)]
    [InlineData("machine: { ports: [0] }", false)]
    [InlineData("machine: { power: { on: wake cp1, off: [plug, 'off'], cycle: ~ } }", true)]
    [InlineData("machine:\n  power:\n    on: |\n      a\n      b\n", true)]
    [InlineData("machine: { power: { on: 'x ${LAB:-y}' } }", true)]
    [InlineData("machine: { power: { on: '' } }", false)]
    [InlineData("machine: { power: { on: [] } }", false)]
    [InlineData("machine: { power: { on: [a, ''] } }", false)]
    [InlineData("machine: { power: { on: [a, 7] } }", false)]
    [InlineData("machine: { power: { on: true } }", false)]
    [InlineData("machine: { power: { on: { run: a } } }", false)]
    [InlineData("machine: { power: { reset: a } }", false)]
    [InlineData("machine: { power: wake }", false)]
    [InlineData("machine: { arch: x86 }", false)]
    [InlineData("machine: { cpus: 0 }", false)]
    [InlineData("machine: { cpus: 65 }", false)]
    [InlineData("machine: { nics: 5 }", false)]
    [InlineData("machine: { disks: [] }", true)]
    [InlineData("machine: { disks: [{ bus: nvme }] }", false)]
    [InlineData("machine: { disks: [{ gib: 0 }] }", false)]
    [InlineData("machine: { disks: [{ gib: 1, bus: ide }] }", false)]
    [InlineData("machine: { arguments: ['a b'] }", false)]
    [InlineData("machine: { role: worker }", false)]
    [InlineData("machine: { launch: {} }", false)]
    [InlineData("roles: { gateway: { image: v1.12.3, launch: { instanceType: c7g.large, diskGib: 20, dataDiskGib: 100, zone: eu-west-1a } } }", true)]
    [InlineData("roles: { gateway: {} }", true)]
    [InlineData("roles: { gateway: ~ }", false)]
    [InlineData("roles: { Gateway: {} }", false)]
    [InlineData("roles: [gateway]", false)]
    [InlineData("roles: { gateway: { launch: { privateAddress: 10.20.13.21 } } }", false)]
    [InlineData("roles: { gateway: { launch: { dataDiskGib: 1025 } } }", false)]
    [InlineData("launch: { dataDiskGib: 0 }", true)]
    [InlineData("nodes: [{ name: a, mac: '52:54:00:13:00:01', address: 10.20.13.11, role: worker, launch: { privateAddress: 10.20.13.21 } }]", true)]
    [InlineData("nodes: [{ name: a, mac: '52:54:00:13:00:01', address: 10.20.13.11, role: Worker }]", false)]
    [InlineData("nodes: [{ name: a, mac: '52:54:00:13:00:01', address: 10.20.13.11, role: gateway }]", false, false)]
    [InlineData("nodes: {}", false)]
    [InlineData("nmae: a", false)]
    public void Schema_and_reader_agree(string yaml, bool isAccepted, bool schemaKnows = true)
    {
        Assert.Equal(isAccepted, IsRead(yaml));
        Assert.Equal(isAccepted || !schemaKnows, Schema.Evaluate(YamlJson.Of(yaml)).IsValid);
    }

    [Fact]
    public void The_defaults_are_offered_and_accepted()
    {
        var defaults = Filled("default");
        Assert.Equal(8080, (int)defaults["bastion"]!["bootPort"]!);
        Assert.Equal("nat-gateway", (string)defaults["network"]!["egress"]!);
        Assert.Equal(5, defaults["mirrors"]!.AsArray().Count);
        var lab = LabFile.Parse(defaults.ToJsonString(), "lab.yaml", _ => null);

        // Compared as JSON by value: 0.1 is 0.10.
        Assert.True(JsonNode.DeepEquals(Json(new LabDefinition()), Json(lab)), defaults.ToJsonString());
        Assert.True(Schema.Evaluate(YamlJson.Of(defaults.ToJsonString())).IsValid);
    }

    [Fact]
    public void The_examples_are_accepted()
    {
        var examples = Filled("examples");
        Assert.Equal("cp1", (string)examples["nodes"]![0]!["name"]!);
        Assert.Equal("2001:db8::7", (string)examples["access"]!["ipv6"]!);
        Assert.True(IsRead(examples.ToJsonString()), examples.ToJsonString());
        Assert.True(Schema.Evaluate(YamlJson.Of(examples.ToJsonString())).IsValid);
    }

    /// <summary>A lab file with the values that the schema offers under a keyword.</summary>
    private static JsonObject Filled(string keyword) => (JsonObject)Fill(JsonNode.Parse(DefinitionJson.Schema())!, keyword)!;

    private static JsonNode? Fill(JsonNode schema, string keyword)
    {
        if (schema[keyword] is { } offered)
        {
            return (keyword == "examples" ? offered[0] : offered)!.DeepClone();
        }

        var form = (schema["oneOf"] as JsonArray)?.Single(form => form!["properties"] is not null) ?? schema;
        if (form["properties"] is JsonObject properties)
        {
            var filled = new JsonObject(
                properties
                    .Select(key => KeyValuePair.Create(key.Key, Fill(key.Value!, keyword)))
                    .Where(key => key.Value is not null and not JsonObject { Count: 0 })
            );

            // What may be left out as a whole has no defaults for what it requires.
            return form["required"] is JsonArray required && required.Any(key => !filled.ContainsKey((string)key!)) ? null : filled;
        }

        return schema["items"] is JsonObject items && Fill(items, keyword) is JsonObject entry ? new JsonArray(entry) : null;
    }

    private static bool IsRead(string yaml)
    {
        try
        {
            LabFile.Parse(yaml, "lab.yaml", _ => null);
            return true;
        }
        catch (DefinitionException)
        {
            return false;
        }
    }

    private static JsonNode? Json(LabDefinition lab) => JsonNode.Parse(JsonSerializer.Serialize(lab, DefinitionJson.Options));
}
