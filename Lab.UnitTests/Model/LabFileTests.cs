using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lab.Model.Definition;
using Lab.Model.Input;

namespace Lab.UnitTests.Model;

public sealed class LabFileTests
{
    [Fact]
    public void An_empty_file_is_the_specification()
    {
        var lab = Parse("");
        Assert.Equal(IPAddress.Parse("10.20.13.140"), lab.Bastion.Address);
        Assert.Equal(["docker.io", "gcr.io", "ghcr.io", "quay.io", "registry.k8s.io"], lab.Mirrors.Select(mirror => mirror.Registry));
        Assert.Equal([5050, 5051, 5052, 5053, 5054], lab.Mirrors.Select(mirror => mirror.Port.Number));
    }

    [Fact]
    public void The_file_in_the_repository_says_what_the_defaults_are()
    {
        var shipped = LabFile.Parse(File.ReadAllText(Repository.PathOf("lab.yaml")), "lab.yaml", _ => null);

        // Compared as JSON by value: 0.1 is 0.10.
        var (expected, actual) = (
            JsonSerializer.SerializeToNode(new LabDefinition(), DefinitionJson.Options),
            JsonSerializer.SerializeToNode(shipped, DefinitionJson.Options)
        );
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected!.ToJsonString()), JsonNode.Parse(actual!.ToJsonString())), actual.ToJsonString());
    }

    [Fact]
    public void A_file_says_only_what_differs()
    {
        var lab = Parse("name: garage\nbastion: { address: 10.20.13.9 }\n");
        Assert.Equal("garage", lab.Name);
        Assert.Equal(IPAddress.Parse("10.20.13.9"), lab.Bastion.Address);
        Assert.Equal(8080, lab.Bastion.BootPort.Number);
    }

    [Fact]
    public void Files_of_an_image_are_found_beside_the_lab_file()
    {
        using var folder = new TemporaryFolder();
        var image = LabFile.Load(folder.File("house/lab.yaml", "image: { kernel: boot/linux, initrd: /srv/initrd.gz, ready: 'http:80' }")).Image!;
        Assert.Equal((Path.Combine(folder.Path, "house/boot/linux"), "/srv/initrd.gz"), (image.Kernel, image.Initrd));
        Assert.Equal(new ReadySign.Http(80, "/"), image.Ready);
    }

    [Theory]
    [InlineData('[', "more than 100 levels")]
    [InlineData('a', "a text of 100000 characters; the longest is one of 65536")]
    public void What_no_lab_file_that_is_meant_holds_is_refused(char letter, string message)
    {
        var error = Assert.Throws<DefinitionException>(() => Parse($"name: {new string(letter, 100_000)}"));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.InRange(error.Message.Length, 1, 300);
    }

    [Fact]
    public void A_machine_configuration_may_hold_a_long_text() =>
        Assert.Single(YamlDocuments.Read($"cluster: {{ inlineManifests: [ {{ name: cni, contents: {new string('a', 1_000_000)} }} ] }}", "cp1.yaml"));

    [Theory]
    [InlineData("nmae: x", "1:1", "unknown key 'nmae'; did you mean 'name'? allowed here: name, region, zone")]
    [InlineData("bastion:\n  adress: 10.20.13.9", "2:3", "unknown key 'adress'; did you mean 'address'? allowed here: address, bootPort")]
    [InlineData("name: 12", "1:7", "expected a text, found the number 12")]
    [InlineData("name:", "1:6", "found nothing")]
    [InlineData("name: [a]", "1:7", "expected a text, found a list")]
    [InlineData("bastion: here", "1:10", "expected keys (address, bootPort, group,")]
    [InlineData("nodes: cp1", "1:8", "expected a list, found 'cp1'")]
    [InlineData("dhcp: { leaseMinutes: soon }", "1:23", "expected a whole number, 2 to 525600, found 'soon'")]
    [InlineData("dhcp: { leaseMinutes: 1.5 }", "1:23", "expected a whole number, 2 to 525600, found the number 1.5")]
    [InlineData("bastion: { address: 10.20.13 }", "1:21", "expected an IPv4 address like 10.20.13.140")]
    [InlineData("bastion: { address: 10.20.13.0140 }", "1:21", "expected an IPv4 address like 10.20.13.140, found '10.20.13.0140'")]
    [InlineData("bastion: { address: 'fd00::1' }", "1:21", "expected an IPv4 address like 10.20.13.140, found 'fd00::1'")]
    [InlineData("bastion: { address: '${HOST:-nobody}' }", "1:21", "expected an IPv4 address like 10.20.13.140, found 'nobody' from ${HOST:-nobody}")]
    [InlineData("bastion:\n  bootPort: ${PORT:-0}", "2:13", "expected a port, 1 to 65535, found the number 0 from ${PORT:-0}")]
    [InlineData("bastion: { bootPort: 70000 }", "1:22", "expected a port, 1 to 65535, found the number 70000")]
    [InlineData("network: { vpc: 10.20.0.1/16 }", "1:17", "'10.20.0.1/16' has bits after its prefix; expected an IPv4 network like 10.20.13.0/24")]
    [InlineData(
        "network: wan",
        "1:10",
        "expected one of lan, vpc, or keys (as, subnet, vpc, publicSubnet, privateSubnet, zones, existing, egress, interNodeEgress, internet, mtu, ipv6, home, dhcpOptions), found 'wan'"
    )]
    [InlineData("network: { mtu: 500 }", "1:17", "a network's MTU is 1280 to 9000 bytes")]
    [InlineData(
        "network: { ipv6: yes }",
        "1:18",
        "'yes' is not an IPv6 network; expected a /64 like fd00:10:20:13::/64, unique local (fd00::/8) or global (2000::/3)"
    )]
    [InlineData("network: { ipv6: 10.20.13.0/24 }", "1:18", "'10.20.13.0/24' is not an IPv6 network; expected a /64")]
    [InlineData("network: { ipv6: 'fd00::' }", "1:18", "'fd00::' is not an IPv6 network; expected a /64")]
    [InlineData("network: { ipv6: 'fd00::/x' }", "1:18", "'fd00::/x' is not an IPv6 network; expected a /64")]
    [InlineData("network: { ipv6: 'fd00::/48' }", "1:18", "'fd00::/48' is a /48, and machines make addresses of their own in a /64 only; expected a /64")]
    [InlineData("network: { ipv6: 'fd00::1/64' }", "1:18", "'fd00::1/64' has bits after its prefix; expected a /64")]
    [InlineData("network: { ipv6: 'fe80::/64' }", "1:18", "'fe80::/64' is link-local, which every network has already; expected a /64")]
    [InlineData("network: { ipv6: 'ff02::/64' }", "1:18", "'ff02::/64' is multicast; expected a /64")]
    [InlineData("network: { ipv6: 'fc00::/64' }", "1:18", "'fc00::/64' is neither unique local nor global; expected a /64")]
    [InlineData("network: 10.20.0.0/16", "1:10", "expected one of lan, vpc, or keys (as, subnet, vpc,")]
    [InlineData(
        "network: true",
        "1:10",
        "expected one of lan, vpc, or keys (as, subnet, vpc, publicSubnet, privateSubnet, zones, existing, egress, interNodeEgress, internet, mtu, ipv6, home, dhcpOptions), found the truth value true"
    )]
    [InlineData(
        "network: [vpc]",
        "1:10",
        "expected one of lan, vpc, or keys (as, subnet, vpc, publicSubnet, privateSubnet, zones, existing, egress, interNodeEgress, internet, mtu, ipv6, home, dhcpOptions), found a list"
    )]
    [InlineData(
        "network:",
        "1:9",
        "expected one of lan, vpc, or keys (as, subnet, vpc, publicSubnet, privateSubnet, zones, existing, egress, interNodeEgress, internet, mtu, ipv6, home, dhcpOptions), found nothing"
    )]
    [InlineData("network: { as: wan }", "1:16", "expected one of lan, vpc, found 'wan'")]
    [InlineData("network: { vpc: 10.20.0.0 }", "1:17", "expected an IPv4 network like 10.20.13.0/24, found '10.20.0.0'")]
    [InlineData("network: { vpc: 10.20.0.0/33 }", "1:17", "expected an IPv4 network like 10.20.13.0/24, found '10.20.0.0/33'")]
    [InlineData("network: { egress: wifi }", "1:20", "expected one of nat-gateway, bastion, ipv6, none, found 'wifi'")]
    [InlineData("services: docker", "1:11", "expected one of auto, native, container, found 'docker'")]
    [InlineData("account: rich", "1:10", "expected one of ")]
    [InlineData("launch: { metadataTokens: maybe }", "1:27", "expected one of ")]
    [InlineData(
        "bastion: { schedule: { start: noon } }",
        "1:31",
        "expected a time of day like '0 12 * * *' (minute 0 to 59, hour 0 to 23, days 0 to 6), found 'noon'"
    )]
    [InlineData("bastion: { schedule: { start: '0 24 * * *' } }", "1:31", "expected a time of day like")]
    [InlineData("access: { ipv6: home }", "1:17", "'home' is not an IPv6 address; expected a global IPv6 address like 2001:db8::7")]
    [InlineData("access: { ipv6: 'fd00::7' }", "1:17", "'fd00::7' is not a global IPv6 address (2000::/3), so AWS never sees it")]
    [InlineData("access: { ipv6: '2001:db8::7/64' }", "1:17", "'2001:db8::7/64' has bits after its prefix; expected a global IPv6 address like 2001:db8::7")]
    [InlineData("image: { kernel: linux, ready: soon }", "1:32", "expected a sign like tcp:22, tls:50000, http:80/healthz or console:/login:/, found 'soon'")]
    [InlineData("image: { kernel: linux, ready: 'console:/(/' }", "1:32", "'(' is not a regular expression that Lab can use")]
    [InlineData("image: { kernel: linux, ready: 'console:/(a)\\1/' }", "1:32", "is not a regular expression that Lab can use")]
    [InlineData("bastion: { create: yes please }", "1:20", "expected true or false, found 'yes please'")]
    [InlineData("budget: { monthlyUsd: much }", "1:23", "expected a number, found 'much'")]
    [InlineData("nodes:\n- { name: a, mac: 52-54, address: 10.20.13.11 }", "2:19", "expected a MAC address like 52:54:00:13:00:01, found '52-54'")]
    [InlineData("nodes:\n- { name: a, address: 10.20.13.11 }", "2:3", "key 'mac' is missing")]
    [InlineData(
        "mirrors:\n- { registry: a.io, upstream: 'ftp://a.io', port: 1 }",
        "2:31",
        "expected an http or https URL like https://registry-1.docker.io, found 'ftp://a.io'"
    )]
    [InlineData("name: lab\nname: lab", "2:1", "key name stands here a second time")]
    [InlineData("name: {", "2:1", "not valid YAML")]
    [InlineData("--- {}\n--- {}", "2:5", "a second document")]
    public void What_is_not_understood_is_named_with_its_place(string yaml, string place, string message)
    {
        var error = Assert.Throws<DefinitionException>(() => Parse(yaml));
        Assert.StartsWith($"lab.yaml:{place}: ", error.Message);
        Assert.Contains(message, error.Message);
        Assert.True(error.Message.Split("expected").Length <= 2, $"It says twice what is expected: {error.Message}");
    }

    [Fact]
    public void All_that_is_wrong_is_told_at_once_in_the_order_of_the_file()
    {
        var error = Assert.Throws<DefinitionException>(() => Parse("name: 1\nregion: 2\nzone: 3\n"));
        Assert.Equal([1L, 2L, 3L], error.Problems.Select(problem => problem.Line));
    }

    [Fact]
    public void Environment_variables_are_put_in()
    {
        var lab = LabFile.Parse(
            "name: ${WHO}\nregion: ${WHERE:-eu-west-1}\nbastion:\n  bootPort: ${PORT:-80}",
            "lab.yaml",
            name => name == "WHO" ? "garage" : null
        );
        Assert.Equal("garage", lab.Name);
        Assert.Equal("eu-west-1", lab.Region);
        Assert.Equal(80, lab.Bastion.BootPort.Number);
    }

    [Fact]
    public void A_variable_that_is_not_set_is_an_error_with_its_place()
    {
        var error = Assert.Throws<DefinitionException>(() => Parse("region: eu-west-1\nname: ${WHO}"));
        Assert.Equal("lab.yaml:2:7: environment variable WHO is not set; set it, or write ${WHO:-fallback}", error.Message);
    }

    [Fact]
    public void A_doubled_dollar_is_a_dollar()
    {
        var lab = Parse("boot: { arguments: ['a=$${b}'] }");
        Assert.Equal(["a=${b}"], lab.Boot.Arguments);
    }

    [Theory]
    [InlineData("network: vpc", RehearsedNetwork.Vpc)]
    [InlineData("network: 'vpc'", RehearsedNetwork.Vpc)]
    [InlineData("network: ${NETWORK:-vpc}", RehearsedNetwork.Vpc)]
    [InlineData("network: lan", RehearsedNetwork.Lan)]
    [InlineData("network: { as: vpc }", RehearsedNetwork.Vpc)]
    [InlineData("network: { vpc: 10.20.0.0/16 }", RehearsedNetwork.Lan)]
    [InlineData("name: lab", RehearsedNetwork.Lan)]
    public void The_network_of_this_machine_is_a_key_or_the_whole_value(string yaml, RehearsedNetwork network) =>
        Assert.Equal(
            JsonSerializer.Serialize(new NetworkDefinition { As = network }, DefinitionJson.Options),
            JsonSerializer.Serialize(Parse(yaml).Network, DefinitionJson.Options)
        );

    [Fact]
    public void The_schema_offers_the_short_form_beside_the_keys()
    {
        var forms = JsonNode.Parse(DefinitionJson.Schema())!["properties"]!["network"]!["oneOf"]!.AsArray();
        Assert.Equal(["lan", "vpc"], forms[0]!["anyOf"]![0]!["enum"]!.AsArray().Select(name => (string)name!));
        Assert.NotNull(forms[1]!["properties"]!["privateSubnet"]);
    }

    [Fact]
    public void A_file_that_the_user_names_must_exist()
    {
        var error = Assert.Throws<Lab.Model.LabException>(() => LabFile.Load("no-such-file.yaml"));
        Assert.Contains("no-such-file.yaml", error.Message);
    }

    [Fact]
    public void A_folder_is_no_lab_file()
    {
        var error = Assert.Throws<Lab.Model.LabException>(() => LabFile.Load(AppContext.BaseDirectory));
        Assert.Contains("it is a folder. Name the file: ", error.Message);
    }

    [Fact]
    public void A_file_of_something_else_is_told_as_one()
    {
        var error = Assert.Throws<DefinitionException>(() => Parse(string.Join('\n', Enumerable.Range(1, 14).Select(i => $"user{i}: x"))));
        Assert.Equal(14, error.Problems.Count);
        Assert.Equal(11, error.Message.Split('\n').Length);
        Assert.EndsWith("\n… and 4 more. Is lab.yaml a lab file?", error.Message);
    }

    [Fact]
    public void The_schema_in_the_repository_is_that_of_the_model() => Snapshot.Matches("../../lab.schema.json", DefinitionJson.Schema());

    [Fact]
    public void The_schema_of_the_lock_file_is_that_of_the_model() => Snapshot.Matches("../../lab.lock.schema.json", DefinitionJson.LockSchema());

    private static LabDefinition Parse(string yaml) => LabFile.Parse(yaml, "lab.yaml", _ => null);
}
