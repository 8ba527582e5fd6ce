using System.Net;
using CliWrap;
using Lab.Emulation.Fabric;
using Lab.Emulation.Host;
using Lab.Emulation.Services.Containers;
using Lab.Model.Definition;
using Lab.Model.Services;

namespace Lab.Emulation.Services;

/// <summary>The services of a lab on this machine: processes in the bastion's namespace, or containers whose network it is.</summary>
public sealed class ServiceCatalog(LabDefinition lab, LabFolder folder, LabFabric fabric, HostTools tools, ServiceContainers containers) : IDisposable
{
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(2);

    private readonly HttpClient _bastion = fabric.CreateHttpClient(ProbeTimeout);
    private readonly HttpClient _host = new() { Timeout = ProbeTimeout };

    /// <summary>All services; those that nodes need to boot come first.</summary>
    public IEnumerable<ServiceSpec> All() =>
    [
        DhcpAndTftp(),
        BootServer(),
        Dns(),
        .. lab.Mirrors.Select(Cache),
        .. tools.MotoServer is { } moto ? [AwsEmulator.Spec(moto, _host)] : Array.Empty<ServiceSpec>(),
    ];

    /// <inheritdoc />
    public void Dispose()
    {
        _bastion.Dispose();
        _host.Dispose();
    }

    private ServiceSpec DhcpAndTftp() => new()
    {
        Name = Dnsmasq.Name,
        Description = "DHCP and TFTP",
        Command = () => RunDnsmasq(Dnsmasq.Name, RunFolder.DnsmasqConfig),
        Health = new TftpProbe(fabric, new IPEndPoint(lab.Bastion.Address, Dnsmasq.TftpPort), Dnsmasq.AutoexecScript),
        Address = $"{lab.Bastion.Address}:67,{Dnsmasq.TftpPort}/udp",
        NeededToBoot = true,
    };

    private ServiceSpec BootServer() => new()
    {
        Name = Matchbox.Name,
        Description = "matchbox-compatible HTTP boot",
        Command = RunBootServer,
        TellsRequests = BootServerIsOurs,
        Health = new HttpProbe(_bastion, $"{Matchbox.Url(lab)}/boot.ipxe"),
        Address = $"{lab.Bastion.Address}:{lab.Bastion.BootPort}",
        ForwardedPort = lab.Bastion.BootPort,
        NeededToBoot = true,
    };

    private ServiceSpec Dns() => new()
    {
        Name = NameServer.Name,
        Description = "name server",
        Command = () => RunDnsmasq(NameServer.Name, RunFolder.NameServerConfig),
        Health = new DnsProbe(fabric, new IPEndPoint(lab.Bastion.Address, NameServer.Port), NameServer.BastionName(lab), lab.Bastion.Address),
        Address = $"{lab.Bastion.Address}:{NameServer.Port}",
    };

    private ServiceSpec Cache(MirrorDefinition mirror) => new()
    {
        Name = RegistryCache.Name(mirror),
        Description = $"cache of {mirror.Registry}",
        Command = () => Run(
            RegistryCache.Name(mirror), lab.Images.Registry, tools.DockerRegistry,
            ["--volume", $"{folder.Run}:{folder.Run}:ro", "--volume", $"{folder.Registries}:{folder.Registries}"],
            ["serve", Path.Combine(folder.Run, RunFolder.RegistryConfig(mirror))]),
        Health = new HttpProbe(_bastion, $"{RegistryCache.Url(lab, mirror)}/v2/"),
        Address = $"{lab.Bastion.Address}:{mirror.Port}",
        ForwardedPort = mirror.Port,
    };

    private bool BootServerIsOurs => containers.Matchbox is null && !containers.Has(lab.Images.Matchbox);

    private Command RunBootServer()
    {
        string[] arguments = ["-address", $"{lab.Bastion.Address}:{lab.Bastion.BootPort}", "-data-path", folder.MatchboxData, "-assets-path", folder.Assets];
        return BootServerIsOurs
            ? InBastion(DotNet.Host, [Path.Combine(AppContext.BaseDirectory, "Lab.BootServer.dll"), .. arguments, "-telemetry-socket", BootRequests.SocketPath(folder)])
            : Run(Matchbox.Name, lab.Images.Matchbox, containers.Matchbox ?? "", ["--volume", $"{folder.MatchboxData}:{folder.MatchboxData}:ro"], [.. arguments, "-rpc-address="]);
    }

    /// <summary>
    /// <c>--no-daemon</c> keeps dnsmasq in the foreground as the user that started it, which is all that a user namespace allows; its
    /// log goes to standard error only, not to the host's syslog.
    /// </summary>
    private Command RunDnsmasq(string service, string config) => Run(
        service, lab.Images.Dnsmasq, tools.Dnsmasq,
        ["--cap-add", "NET_ADMIN", "--volume", $"{folder.Run}:{folder.Run}"],
        ["--no-daemon", $"--conf-file={Path.Combine(folder.Run, config)}", "--log-facility=-"]);

    /// <summary>The same program with the same arguments, from an image or of this machine; files have the same paths in both.</summary>
    private Command Run(string service, string image, string program, IEnumerable<string> options, IEnumerable<string> arguments) =>
        containers.Has(image) ? containers.Run(service, image, options, arguments) : InBastion(program, arguments);

    private Command InBastion(string program, IEnumerable<string> arguments) => fabric.Wrap(LabHost.Bastion, program, arguments);
}
