using System.Net;
using CliWrap;
using Lab.Emulation.Fabric;
using Lab.Emulation.Host;
using Lab.Model.Definition;
using Lab.Model.Resources;
using Lab.Model.Services;

namespace Lab.Emulation.Services;

/// <summary>The services of a lab on this machine, as native processes.</summary>
public sealed class ServiceCatalog(LabDefinition lab, LabFolder folder, ILabFabric fabric, HostTools tools) : IDisposable
{
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(2);

    private readonly HttpClient _bastion = fabric.CreateHttpClient(ProbeTimeout);
    private readonly HttpClient _host = new() { Timeout = ProbeTimeout };

    /// <summary>How a service or cache of the lab runs here.</summary>
    /// <returns>Null for an AWS emulator that is not installed.</returns>
    public ServiceSpec? Of(LabResource resource) => resource.Name switch
    {
        Dnsmasq.Name => DhcpAndTftp(resource),
        Matchbox.Name => BootServer(resource),
        NameServer.Name => Dns(resource),
        LabResources.Aws => tools.MotoServer is { } moto ? AwsEmulator.Spec(resource, moto, _host) : null,
        _ => Cache(resource, lab.Mirrors.Single(mirror => RegistryCache.Name(mirror) == resource.Name)),
    };

    /// <inheritdoc />
    public void Dispose()
    {
        _bastion.Dispose();
        _host.Dispose();
    }

    private ServiceSpec DhcpAndTftp(LabResource resource) => new()
    {
        Resource = resource,
        Command = () => InBastion(tools.Dnsmasq, DnsmasqArguments(RunFolder.DnsmasqConfig)),
        Health = new TftpProbe(fabric, new IPEndPoint(lab.Bastion.Address, Dnsmasq.TftpPort), Dnsmasq.AutoexecScript),
    };

    private ServiceSpec BootServer(LabResource resource) => new()
    {
        Resource = resource,
        Command = () => InBastion(DotNet.Host,
        [
            Path.Combine(AppContext.BaseDirectory, "Lab.BootServer.dll"),
            "-address", $"{lab.Bastion.Address}:{lab.Bastion.BootPort}",
            "-data-path", folder.MatchboxData,
            "-assets-path", folder.Assets,
            "-telemetry-socket", BootRequests.SocketPath(folder),
        ]),
        Health = new HttpProbe(_bastion, $"{Matchbox.Url(lab)}/boot.ipxe"),
    };

    private ServiceSpec Dns(LabResource resource) => new()
    {
        Resource = resource,
        Command = () => InBastion(tools.Dnsmasq, DnsmasqArguments(RunFolder.NameServerConfig)),
        Health = new DnsProbe(fabric, new IPEndPoint(lab.Bastion.Address, NameServer.Port), NameServer.BastionName(lab), lab.Bastion.Address),
    };

    private ServiceSpec Cache(LabResource resource, MirrorDefinition mirror) => new()
    {
        Resource = resource,
        Command = () => InBastion(tools.DockerRegistry, ["serve", Path.Combine(folder.Run, RunFolder.RegistryConfig(mirror))]),
        Health = new HttpProbe(_bastion, $"{RegistryCache.Url(lab, mirror)}/v2/"),
    };

    private Command InBastion(string program, IEnumerable<string> arguments) => fabric.Wrap(LabHost.Bastion, program, arguments);

    /// <summary>
    /// <c>--no-daemon</c> keeps dnsmasq in the foreground as the user that started it, which is all that a user namespace allows; its
    /// log goes to standard error only, not to the host's syslog.
    /// </summary>
    private string[] DnsmasqArguments(string config) =>
        ["--no-daemon", $"--conf-file={Path.Combine(folder.Run, config)}", "--log-facility=-"];
}
