using System.Net;
using CliWrap;
using Lab.Emulation.Linux;
using Lab.Emulation.Network;
using Lab.Emulation.Network.Isolation;
using Lab.Emulation.Services.Containers;
using Lab.Model.Definition;
using Lab.Model.Resources;
using Lab.Model.Services;

namespace Lab.Emulation.Services;

/// <summary>The services of a lab on this machine: processes in the bastion's namespace, or containers whose network it is.</summary>
/// <param name="lab">The lab.</param>
/// <param name="folder">Its files.</param>
/// <param name="fabric">Its network.</param>
/// <param name="tools">Programs of this machine.</param>
/// <param name="containers">What runs as a container.</param>
/// <param name="telemetry">Environment variables that say where the boot server sends its telemetry.</param>
public sealed class ServiceCatalog(
    LabDefinition lab,
    LabFolder folder,
    ILabFabric fabric,
    HostTools tools,
    ServiceContainers containers,
    IReadOnlyDictionary<string, string?> telemetry
) : IDisposable
{
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(2);

    private readonly HttpClient _bastion = fabric.CreateHttpClient(ProbeTimeout);
    private readonly HttpClient _host = new() { Timeout = ProbeTimeout };

    /// <summary>False where others give the nodes their addresses, so that the boot server cannot know who has which.</summary>
    public bool GivesAddresses { get; init; } = true;

    /// <summary>The home whose router gives the addresses; null for one without a router.</summary>
    public HomeLan? Home { get; init; }

    /// <summary>True for a boot server that tells what it answers (<see cref="BootRequests"/>); matchbox only logs what it was asked.</summary>
    public bool TellsRequests => containers.Matchbox is null && !containers.Has(lab.Pinned(lab.Images.Matchbox));

    /// <summary>How a service or cache of the lab runs here.</summary>
    public ServiceSpec Of(LabResource resource) =>
        resource.Name switch
        {
            Dnsmasq.Name => DhcpAndTftp(resource),
            HomeRouter.Name => Router(resource, Home!),
            Matchbox.Name => BootServer(resource),
            NameServer.Name => Dns(resource),
            _ => Cache(resource, lab.Mirrors.Single(mirror => RegistryCache.Name(mirror) == resource.Name)),
        };

    /// <summary>How the AWS emulator runs here.</summary>
    /// <param name="resource">What it is.</param>
    /// <param name="motoServer">The program.</param>
    /// <param name="front">Who may ask it.</param>
    /// <param name="cancellationToken">Stops looking for its files.</param>
    public Task<ServiceSpec> EmulatorAsync(LabResource resource, string motoServer, EmulatorFront front, CancellationToken cancellationToken) =>
        AwsEmulator.SpecAsync(resource, motoServer, folder, front, _host, cancellationToken);

    /// <inheritdoc />
    public void Dispose()
    {
        _bastion.Dispose();
        _host.Dispose();
    }

    private ServiceSpec DhcpAndTftp(LabResource resource) =>
        new()
        {
            Resource = resource,
            Command = () =>
                RunDnsmasq(
                    Dnsmasq.Name,
                    RunFolder.DnsmasqConfig,
                    Path.Combine(folder.Run, RunFolder.Leases),
                    new SandboxPath(folder.TftpRoot, RunFolder.TftpRoot)
                ),
            Health = new TftpProbe(fabric, new IPEndPoint(lab.Bastion.Address, Dnsmasq.TftpPort), Dnsmasq.AutoexecScript),
        };

    /// <summary>The router is a host of its own, and asks itself for its name.</summary>
    private ServiceSpec Router(LabResource resource, HomeLan home) =>
        new()
        {
            Resource = resource,
            Command = () => DnsmasqOn(LabHost.Router, RunFolder.RouterConfig, RunFolder.RouterLeases),
            Health = new DnsProbe(fabric, new IPEndPoint(home.Gateway!, NameServer.Port), HomeRouter.HostName(lab), home.Gateway!) { Host = LabHost.Router },
        };

    /// <summary>How somebody else's DHCP server runs on the LAN.</summary>
    public Command OtherServer() => DnsmasqOn(LabHost.OtherServer, RunFolder.OtherServerConfig, RunFolder.OtherServerLeases);

    private Command DnsmasqOn(LabHost host, string configName, string leases)
    {
        var config = Path.Combine(folder.Run, configName);
        return fabric.Confine(host, DnsmasqSandbox.Of(folder, config, Path.Combine(folder.Run, leases)), tools.Dnsmasq, DnsmasqSandbox.Arguments(config));
    }

    private ServiceSpec BootServer(LabResource resource) =>
        new()
        {
            Resource = resource,
            Command = RunBootServer,
            Health = new HttpProbe(_bastion, $"{Matchbox.Url(lab)}/boot.ipxe{HttpProbe.Mark}"),
        };

    private ServiceSpec Dns(LabResource resource) =>
        new()
        {
            Resource = resource,
            Command = () => RunDnsmasq(NameServer.Name, RunFolder.NameServerConfig, leases: null),
            Health = new DnsProbe(fabric, new IPEndPoint(lab.Bastion.Address, NameServer.Port), NameServer.BastionName(lab), lab.Bastion.Address),
        };

    private ServiceSpec Cache(LabResource resource, MirrorDefinition mirror) =>
        new()
        {
            Resource = resource,
            Command = () =>
                Run(
                    RegistryCache.Name(mirror),
                    lab.Pinned(lab.Images.Registry),
                    tools.DockerRegistry,
                    RegistrySandbox.Of(folder, mirror),
                    RegistrySandbox.Arguments(folder, mirror)
                ),
            Health = new HttpProbe(_bastion, $"{RegistryCache.Url(lab, mirror)}/v2/"),
        };

    /// <summary>Where the boot server listens: matchbox takes one address, or all.</summary>
    private string BootAddress => $"{(lab.Network.Ipv6 is null ? lab.Bastion.Address : "")}:{lab.Bastion.BootPort}";

    private Command RunBootServer()
    {
        string[] arguments = ["-address", BootAddress, "-data-path", folder.MatchboxData, "-assets-path", folder.Assets];
        return TellsRequests
            ? fabric.Confine(
                LabHost.Bastion,
                BootServerSandbox.Of(folder, telemetry) with
                {
                    Reads = [folder.MatchboxData],
                },
                BootServerSandbox.Program[0],
                [
                    .. BootServerSandbox.Program.Skip(1),
                    .. arguments,
                    "-telemetry-socket",
                    BootRequests.SocketPath(folder),
                    .. GivesAddresses
                        ? ["-machine-addresses", string.Join(',', lab.Nodes.Select(node => $"{node.Mac}={node.Address}"))]
                        : Array.Empty<string>(),
                ]
            )
            : Run(
                Matchbox.Name,
                lab.Pinned(lab.Images.Matchbox),
                containers.Matchbox ?? "",
                new Sandbox(folder, ServiceRole.BootServer) { Reads = [folder.MatchboxData] },
                [.. arguments, "-rpc-address="]
            );
    }

    private Command RunDnsmasq(string service, string configName, string? leases, params IEnumerable<SandboxPath> reads)
    {
        var config = Path.Combine(folder.Run, configName);
        return Run(service, lab.Pinned(lab.Images.Dnsmasq), tools.Dnsmasq, DnsmasqSandbox.Of(folder, config, leases, reads), DnsmasqSandbox.Arguments(config));
    }

    /// <summary>The same program with the same arguments, from an image or of this machine; it sees the same files in both.</summary>
    private Command Run(string service, string image, string program, Sandbox sandbox, IEnumerable<string> arguments) =>
        containers.Has(image) ? containers.Run(service, image, sandbox, arguments) : fabric.Confine(LabHost.Bastion, sandbox, program, arguments);
}
