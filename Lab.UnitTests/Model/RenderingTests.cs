using System.Net;
using System.Text.Json.Nodes;
using Lab.GoTemplates;
using Lab.Model.Definition;
using Lab.Model.Input;
using Lab.Model.Rendering;
using Lab.Model.Services;

namespace Lab.UnitTests.Model;

/// <summary>What a definition becomes, as text that was looked at and accepted.</summary>
public sealed class RenderingTests
{
    private static readonly LabDefinition Lab = new LabDefinition().WithNodes(2);

    private static HomeLan Home(HomeDhcp dhcp) =>
        new("eth0", IPAddress.Parse("10.20.13.5"), IPNetwork.Parse("10.20.13.0/24"), dhcp, IPAddress.Parse("10.20.13.1"));

    [Fact]
    public void Dhcp_and_tftp() => Snapshot.Matches("dnsmasq.conf", Dnsmasq.Config(Lab, "/run/lab/tftp", "/run/lab/leases", Lab.Bastion.Address));

    [Fact]
    public void IPv6_of_a_home_is_announced_with_what_DHCP_tells()
    {
        var lab = Lab with { Network = Lab.Network with { Ipv6 = Ipv6Prefix.Parse("fd00:10:20:13::/64") } };
        var config = Dnsmasq.Config(lab, "/run/lab/tftp", "/run/lab/leases", lab.Bastion.Address, "eth0");
        Snapshot.Matches("dnsmasq-ipv6.conf", config);
        Snapshot.Matches("dns-ipv6.conf", NameServer.Config(lab, "127.0.0.1#53"));
        Assert.Contains(
            "ra-param=eth0,mtu:1492,600,0",
            Dnsmasq.Config(lab with { Network = lab.Network with { Mtu = 1492 } }, "/tftp", "/leases", null, "eth0").Split('\n')
        );
        Assert.Contains("dhcp-option=option6:dns-server,[fd00:10:20:13::1]", HomeRouter.Config(lab, Home(HomeDhcp.Proxy), "/leases", "eth0", []).Split('\n'));
    }

    /// <summary>A real network has a router that announces its IPv6, and a VPC has another one.</summary>
    [Fact]
    public void IPv6_of_a_home_is_announced_in_the_rehearsed_home_only()
    {
        var lab = Lab with { Network = Lab.Network with { Ipv6 = Ipv6Prefix.Parse("fd00:10:20:13::/64") } };
        var lan = Home(HomeDhcp.Full);
        Assert.Equal(Dnsmasq.Config(Lab, null, "/leases", null), Dnsmasq.Config(lab, null, "/leases", null));
        Assert.Equal(
            HomeDnsmasq.Config(lan.Serve(Lab), lan, "/tftp", "/leases", timeServer: null),
            HomeDnsmasq.Config(lan.Serve(lab), lan, "/tftp", "/leases", timeServer: null)
        );
        Assert.Equal(NameServer.Config(lan.Serve(Lab), "1.1.1.1"), NameServer.Config(lan.Serve(lab), "1.1.1.1"));
        Assert.Equal(DeploymentFiles.Render(Lab), DeploymentFiles.Render(lab));
    }

    [Fact]
    public void First_script_of_ipxe() => Snapshot.Matches("autoexec.ipxe", Dnsmasq.Autoexec());

    [Theory]
    [InlineData(HomeDhcp.Proxy)]
    [InlineData(HomeDhcp.Full)]
    [InlineData(HomeDhcp.Off)]
    public void Dhcp_and_tftp_on_a_real_network(HomeDhcp dhcp)
    {
        var lan = Home(dhcp);
        Snapshot.Matches(
            $"dnsmasq-home-{dhcp.ToString().ToLowerInvariant()}.conf",
            HomeDnsmasq.Config(lan.Serve(Lab), lan, "/tftp", "/run/lab/leases", timeServer: null)
        );
    }

    [Fact]
    public void Each_architecture_is_told_its_own_network_boot_program_by_option_93_or_by_the_vendor_class()
    {
        var lab = Lab with { Nodes = [Lab.Nodes[0], Lab.Nodes[1] with { Arch = Architecture.Amd64 }] };
        var lines = Dnsmasq.Config(lab, "/tftp", "/leases", null).Split('\n');
        Assert.All(
            [
                "dhcp-match=set:efi-amd64,option:client-arch,7",
                "dhcp-match=set:efi-amd64,option:client-arch,9",
                "dhcp-vendorclass=set:efi-amd64,PXEClient:Arch:00007",
                $"dhcp-boot=tag:efi-amd64,tag:!ipxe,ipxe-amd64.efi,,{lab.Bastion.Address}",
                "dhcp-match=set:efi-arm64,option:client-arch,11",
                $"dhcp-boot=tag:efi-arm64,tag:!ipxe,ipxe-arm64.efi,,{lab.Bastion.Address}",
            ],
            line => Assert.Contains(line, lines)
        );
        var home = Home(HomeDhcp.Proxy);
        Assert.Contains(
            "\npxe-service=tag:!ipxe,X86-64_EFI,\"Lab\",ipxe-amd64.efi\n",
            HomeDnsmasq.Config(home.Serve(lab), home, "/tftp", "/leases", timeServer: null)
        );
        Assert.DoesNotContain("amd64", Dnsmasq.Config(Lab, "/tftp", "/leases", null));
    }

    [Fact]
    public void An_image_for_another_architecture_has_a_name_and_a_console_of_its_own()
    {
        var image = BootImage.StandIn.For(Architecture.Amd64);
        Assert.Equal(("stand-in.amd64", Architecture.Amd64), (image.Name, image.Architecture));
        Assert.Contains("console=ttyS0", image.Arguments);
        Assert.DoesNotContain("console=ttyAMA0", image.Arguments);
        Assert.Same(BootImage.StandIn, BootImage.StandIn.For(Architecture.Arm64));
    }

    [Fact]
    public void First_script_of_ipxe_on_a_real_network() =>
        Assert.Contains("\nchain http://10.20.13.5:8080/boot.ipxe\n", Dnsmasq.Autoexec($"{Matchbox.Url(Home(HomeDhcp.Proxy).Serve(Lab))}/boot.ipxe"));

    [Theory]
    [InlineData("text", "52:54:00:13:00:02  10.20.13.12      cp2")]
    [InlineData("dnsmasq", "dhcp-host=52:54:00:13:00:02,10.20.13.12,cp2")]
    [InlineData("openwrt", "\toption ip '10.20.13.12'")]
    [InlineData("mikrotik", "/ip dhcp-server lease add address=10.20.13.12 mac-address=52:54:00:13:00:02 comment=cp2")]
    public void Reservations_for_a_router(string format, string line) => Assert.Contains(line, Reservations.Render(Lab, format));

    [Fact]
    public void Name_server() => Snapshot.Matches("dns.conf", NameServer.Config(Lab, "127.0.0.1#53"));

    [Fact]
    public void A_cache() => Snapshot.Matches("registry.yaml", RegistryCache.Config(Lab, Lab.Mirrors[2], "http://127.0.0.1:5052", "/var/lib/registry"));

    [Fact]
    public void Data_directory_of_the_boot_server() => Snapshot.Matches("matchbox.txt", Text(MatchboxData.Render(Lab, BootImage.StandIn)));

    [Fact]
    public void Data_directory_for_a_talos() =>
        Snapshot.Matches("matchbox-talos.txt", Text(MatchboxData.Render(Lab, BootImage.Talos("kernel-arm64", "initramfs-metal-arm64.xz"))));

    [Fact]
    public void Data_directory_with_a_machine_configuration_of_the_users() =>
        Snapshot.Matches(
            "matchbox-own-config.txt",
            Text(
                MatchboxData.Render(
                    Lab,
                    BootImage.Talos("kernel-arm64", "initramfs-metal-arm64.xz"),
                    new Dictionary<string, string> { ["cp2"] = "machine:\n  env: \"{{.not_a_template}}\"\n" }
                )
            )
        );

    [Theory]
    [InlineData("machine:\n  env: \"{{.b}}\"\n")]
    [InlineData("{{{{ }} {{- x -}} {{\"")]
    public void A_machine_configuration_arrives_as_it_is(string text) =>
        Assert.Equal(text, Template.Parse(MachineConfig.AsTemplate(text)).Render(null, TestContext.Current.CancellationToken));

    [Fact]
    public void A_real_machine_gets_no_console_of_qemu()
    {
        var talos = BootImage.Talos("kernel-arm64", "initramfs-metal-arm64.xz");
        Assert.Equal(talos.Arguments.Where(argument => argument != "console=ttyAMA0"), talos.OnMetal.Arguments);
        Assert.Contains("console=ttyAMA0", talos.Arguments);
        Assert.Equal(BootImage.StandIn.Arguments, BootImage.StandIn.OnMetal.Arguments);
    }

    [Fact]
    public void A_real_machine_has_the_console_that_the_definition_names_and_a_virtual_one_its_own()
    {
        var lab = Lab with
        {
            Machine = Lab.Machine with { Console = "ttyS2,1500000" },
            Nodes = [.. Lab.Nodes.Select((node, index) => index == 0 ? node with { Console = "ttyAMA10" } : node)],
        };
        var talos = BootImage.Talos("kernel-arm64", "initramfs-metal-arm64.xz");
        string Consoles(IEnumerable<RenderedFile> files, string profile) =>
            string.Join(
                ' ',
                JsonNode.Parse(files.Single(file => file.Path == $"profiles/{profile}.json").Content)!["boot"]!["args"]!
                    .AsArray()
                    .Select(argument => (string)argument!)
                    .Where(argument => argument.StartsWith("console=", StringComparison.Ordinal))
            );

        Assert.Equal("console=ttyS2,1500000", Consoles(MatchboxData.Render(lab, talos.OnMetal), "talos"));
        Assert.Equal("console=ttyAMA10", Consoles(MatchboxData.Render(lab, talos.OnMetal), $"talos-{lab.Nodes[0].Name}"));
        Assert.Equal("console=ttyAMA0", Consoles(MatchboxData.Render(lab, talos), "talos"));
        Assert.DoesNotContain(MatchboxData.Render(lab, talos), file => file.Path == $"profiles/talos-{lab.Nodes[0].Name}.json");
        Assert.Equal("console=ttyS0", Consoles(MatchboxData.RenderForInstances(lab), "talos"));
    }

    [Fact]
    public void What_may_hold_secrets_is_for_the_owner_only()
    {
        var files = MatchboxData.Render(Lab, BootImage.StandIn, new Dictionary<string, string> { ["cp2"] = "machine:\n" });
        Assert.Equal(["generic/node-cp2.yaml"], files.Where(file => file.IsSecret).Select(file => file.Path));
    }

    [Fact]
    public void Images_that_differ_have_profiles_and_folders_of_their_own()
    {
        var images = new Dictionary<string, BootImage>
        {
            ["cp1"] = BootImage.StandIn,
            ["cp2"] = BootImage.Talos("vmlinuz", "initramfs.xz") with { Name = "talos.2" },
        };
        var lab = Lab with { Nodes = [.. Lab.Nodes.Take(2)] };
        var files = MatchboxData.Render(lab, images, new Dictionary<string, string>()).ToDictionary(file => file.Path, file => file.Content);
        Assert.Contains("\"profile\": \"stand-in\"", files["groups/cp1.json"]);
        Assert.Contains("\"profile\": \"talos.2\"", files["groups/cp2.json"]);
        Assert.Contains("\"/assets/talos.2/vmlinuz\"", files["profiles/talos.2.json"]);
        Assert.Contains("talos.config=", files["profiles/stand-in.json"]);
        Assert.DoesNotContain("talos.config=", files["profiles/talos.2.json"]);
    }

    [Fact]
    public void A_node_with_arguments_of_its_own_has_a_profile_of_its_own_and_the_common_template()
    {
        var lab = Lab with
        {
            Machine = new() { Arguments = ["all=1"] },
            Nodes = [Lab.Nodes[0], Lab.Nodes[1] with { Arguments = ["own=1"] }],
        };
        var files = MatchboxData.Render(lab, BootImage.StandIn).ToDictionary(file => file.Path, file => file.Content);
        Assert.Contains("\"all=1\"", files["profiles/stand-in.json"]);
        Assert.Contains("\"own=1\"", files["profiles/stand-in-cp2.json"]);
        Assert.DoesNotContain("all=1", files["profiles/stand-in-cp2.json"]);
        Assert.Contains("\"generic_id\": \"machine.yaml\"", files["profiles/stand-in-cp2.json"]);
        Assert.Contains("\"profile\": \"stand-in-cp2\"", files["groups/cp2.json"]);
        Assert.Contains("\"profile\": \"stand-in\"", files["groups/cp1.json"]);
        Assert.Equal(["generic/machine.yaml"], files.Keys.Where(path => path.StartsWith("generic/", StringComparison.Ordinal)));
    }

    [Fact]
    public void An_instance_with_an_image_or_arguments_of_its_own_is_told_from_the_others_by_its_name()
    {
        const string other = "ghcr.io/example/talos:v1.12.3";
        var lab = Lab with
        {
            Boot = Lab.Boot with { Arguments = ["all=1"] },
            Roles = new Dictionary<string, RoleDefinition> { ["worker"] = new() { Launch = new() { Image = other } } },
            Nodes =
            [
                Lab.Nodes[0],
                Lab.Nodes[1] with
                {
                    Arguments = ["own=1"],
                },
                Lab.Nodes[1] with
                {
                    Name = "w1",
                    Role = "worker",
                },
                Lab.Nodes[1] with
                {
                    Name = "w2",
                    Role = "worker",
                    Arguments = ["own=2"],
                },
            ],
        };
        var files = DeploymentFiles.Render(lab).ToDictionary(file => file.Path, file => file.Content);
        string Matchbox(string path) => files[$"bastion{BastionPaths.Matchbox}/{path}"];
        Assert.Contains("\"profile\": \"talos\"", Matchbox("groups/default.json"));
        Assert.DoesNotContain($"bastion{BastionPaths.Matchbox}/groups/cp1.json", files.Keys);
        Assert.DoesNotContain("node/cp1.user-data.ipxe", files.Keys);
        Assert.Contains("/boot.ipxe ", files["node/user-data.ipxe"]);
        foreach (var (node, profile) in new[] { ("cp2", "talos-cp2"), ("w1", "talos.2"), ("w2", "talos.2-w2") })
        {
            Assert.Contains($"\"profile\": \"{profile}\"", Matchbox($"groups/{node}.json"));
            Assert.Contains($"\"node\": \"{node}\"", Matchbox($"groups/{node}.json"));
            Assert.Contains($"/ipxe?uuid=${{uuid}}&mac=${{mac:hexhyp}}&node={node} ", files[$"node/{node}.user-data.ipxe"]);
        }

        Assert.Contains("\"/assets/talos/arm64/kernel-arm64\"", Matchbox("profiles/talos-cp2.json"));
        Assert.All(["\"all=1\"", "\"own=1\""], argument => Assert.Contains(argument, Matchbox("profiles/talos-cp2.json")));
        Assert.DoesNotContain("own=", Matchbox("profiles/talos.2.json"));
        Assert.Contains("\"own=2\"", Matchbox("profiles/talos.2-w2.json"));
        Assert.Contains("\"/assets/talos.2/arm64/kernel-arm64\"", Matchbox("profiles/talos.2.json"));
        Assert.EndsWith($"\nextract {lab.Boot.Image} talos/arm64 arm64\nextract {other} talos.2/arm64 arm64\n", ExtractScript.Render(lab));
        Assert.Contains(other, lab.UnpinnedImages);
    }

    [Fact]
    public void A_PC_boots_files_of_its_own_from_the_bastion_beside_boards()
    {
        var lab = Lab with { Nodes = [Lab.Nodes[0], Lab.Nodes[1] with { Arch = Architecture.Amd64 }] };
        var files = DeploymentFiles.Render(lab).ToDictionary(file => file.Path, file => file.Content);
        string Matchbox(string path) => files[$"bastion{BastionPaths.Matchbox}/{path}"];
        Assert.Contains("\"profile\": \"talos\"", Matchbox("groups/default.json"));
        Assert.Contains("\"profile\": \"talos.amd64\"", Matchbox("groups/cp2.json"));
        Assert.Contains("\"/assets/talos/amd64/kernel-amd64\"", Matchbox("profiles/talos.amd64.json"));
        Assert.Contains("\"/assets/talos/amd64/initramfs-metal-amd64.xz\"", Matchbox("profiles/talos.amd64.json"));
        Assert.Contains("&node=cp2 ", files["node/cp2.user-data.ipxe"]);
        Assert.EndsWith($"\nextract {lab.Boot.Image} talos/arm64 arm64\nextract {lab.Boot.Image} talos/amd64 amd64\n", ExtractScript.Render(lab));

        var pcs = lab with { Machine = new() { Arch = Architecture.Amd64 } };
        Assert.Contains(BootImage.TalosOnEc2(Architecture.Amd64).Kernel, string.Join('\n', MatchboxData.RenderForInstances(pcs).Select(file => file.Content)));
        Assert.Empty(InstanceBoot.NodesOfTheirOwn(pcs));
        Assert.EndsWith($"\nextract {lab.Boot.Image} talos/amd64 amd64\n", ExtractScript.Render(pcs));
    }

    [Fact]
    public void A_further_network_card_gets_no_lease()
    {
        var lab = Lab with { Machine = new() { Nics = 2 } };
        Assert.Contains("dhcp-host=52:54:01:13:00:01,ignore", Dnsmasq.Config(lab, null, "/leases", null));
    }

    [Fact]
    public void Mirrors_take_no_TLS_settings()
    {
        Assert.DoesNotContain("tls", MirrorPatch.V1Alpha1(Lab) + MirrorPatch.Documents(Lab), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(Lab.Mirrors.Count, MirrorPatch.Documents(Lab).Split("---\n").Length);
    }

    [Theory]
    [InlineData(
        "cp3.yaml",
        "machine:\n",
        "has nothing for cp1, cp2; expected NODE.yaml or CLUSTER-NODE.yaml, a file of a role copied for each node. It has cp3.yaml."
    )]
    [InlineData("cp1.txt", "machine:\n", "has nothing for cp1, cp2; expected NODE.yaml or CLUSTER-NODE.yaml, a file of a role copied for each node.")]
    [InlineData("cp1.yaml", "cluster:\n", "cp1.yaml:1:1: expected a machine configuration of Talos")]
    [InlineData("cp1.yaml", "machine: {}\n---\nhostname: cp1\n", "cp1.yaml:3:1: expected a machine configuration of Talos")]
    [InlineData("cp1.yaml", "machine:\n\ttype: worker\n", "cp1.yaml:2:1: a tab in the indentation")]
    [InlineData("cp1.yaml", "# nothing\n---\n", "cp1.yaml is empty.")]
    public void What_is_wrong_with_a_folder_of_machine_configurations_is_told(string name, string content, string message)
    {
        using var folder = new TemporaryFolder();
        folder.File(name, content);
        Assert.Contains(message, Assert.ThrowsAny<Lab.Model.LabException>(() => MachineConfigFolder.Read(folder.Path, Lab)).Message);
    }

    [Theory]
    [InlineData("machine: # the machine\n  type: worker\n")]
    [InlineData("{machine: {type: worker}}")]
    [InlineData("\"machine\":\r\n  type: worker\r\n")]
    [InlineData("\uFEFFmachine:\n  type: worker\n")]
    [InlineData("---\nmachine:\n  type: worker\n---\napiVersion: v1alpha1\nkind: HostnameConfig\nhostname: cp1\n---\n")]
    [InlineData("apiVersion: v1alpha1\nkind: SideroLinkConfig\n")]
    public void A_machine_configuration_is_YAML_in_any_of_its_forms(string content)
    {
        using var folder = new TemporaryFolder();
        folder.File("home-cp1.yaml", content);
        folder.File("cp7.yml", "nodes: []\n");
        var read = MachineConfigFolder.Read(folder.Path, Lab);
        Assert.Equal(content.TrimStart('\uFEFF'), Assert.Single(read.ByNode).Value);
        Assert.Equal("--machine-configs: not sent, because for no node of this run (cp1, cp2): cp7.yml.", read.Warning(Lab));
    }

    [Fact]
    public void Two_configurations_for_one_node_are_an_error()
    {
        using var folder = new TemporaryFolder();
        folder.File("home-cp1.yaml", "machine: {}\n");
        folder.File("cp1.yaml", "machine: {}\n");
        Assert.Contains("are both for the node cp1", Assert.Throws<Lab.Model.LabException>(() => MachineConfigFolder.Read(folder.Path, Lab)).Message);
    }

    [Fact]
    public void Nodes_pull_through_the_ports_that_the_caches_listen_on()
    {
        var config = MachineConfig.Template(Lab);
        Assert.All(
            Lab.Mirrors,
            mirror => Assert.Contains($"{mirror.Registry}:\n        endpoints:\n          - http://{Lab.Bastion.Address}:{mirror.Port}\n", config)
        );
    }

    private static string Text(IEnumerable<RenderedFile> files) => string.Concat(files.Select(file => $"--- {file.Path}\n{file.Content}"));
}
