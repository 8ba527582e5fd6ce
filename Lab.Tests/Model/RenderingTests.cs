using Lab.Model.Definition;
using Lab.Model.Rendering;
using Lab.Model.Services;

namespace Lab.Tests.Model;

/// <summary>What a definition becomes, as text that was looked at and accepted.</summary>
public sealed class RenderingTests
{
    private static readonly LabDefinition Lab = new LabDefinition().WithNodes(2);

    [Fact]
    public void Dhcp_and_tftp() => Snapshot.Matches("dnsmasq.conf", Dnsmasq.Config(Lab, "/run/lab/tftp", "/run/lab/leases"));

    [Fact]
    public void First_script_of_ipxe() => Snapshot.Matches("autoexec.ipxe", Dnsmasq.Autoexec());

    [Fact]
    public void Name_server() => Snapshot.Matches("dns.conf", NameServer.Config(Lab, "127.0.0.1#53"));

    [Fact]
    public void A_cache() => Snapshot.Matches("registry.yaml", RegistryCache.Config(Lab, Lab.Mirrors[2], "http://127.0.0.1:5052", "/var/lib/registry"));

    [Fact]
    public void Data_directory_of_the_boot_server() => Snapshot.Matches("matchbox.txt", Text(MatchboxData.Render(Lab, BootImage.StandIn)));

    [Fact]
    public void Data_directory_for_a_talos() => Snapshot.Matches("matchbox-talos.txt", Text(MatchboxData.Render(Lab, BootImage.Talos("kernel-arm64", "initramfs-metal-arm64.xz"))));

    [Fact]
    public void Nodes_pull_through_the_ports_that_the_caches_listen_on()
    {
        var config = MachineConfig.Template(Lab);
        Assert.All(Lab.Mirrors, mirror => Assert.Contains($"{mirror.Registry}:\n        endpoints:\n          - http://{Lab.Bastion.Address}:{mirror.Port}\n", config));
    }

    private static string Text(IEnumerable<RenderedFile> files) => string.Concat(files.Select(file => $"--- {file.Path}\n{file.Content}"));
}
