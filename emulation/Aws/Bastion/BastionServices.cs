using CliWrap;
using Lab.Emulation.Linux;
using Lab.Emulation.Network;
using Lab.Emulation.Network.Isolation;
using Lab.Emulation.Services;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Services;

namespace Lab.Emulation.Aws.Bastion;

/// <summary>
/// The containers of the bastion's compose file as native processes: the same program where the host has it (dnsmasq, Distribution), the
/// lab's own where it has not (Lab.BootServer for matchbox, dnsmasq for Pi-hole), with the ports, files and variables that the file names.
/// </summary>
/// <param name="lab">Names of the registries, and the bastion's address.</param>
/// <param name="root">The bastion's file system.</param>
/// <param name="fabric">Its network.</param>
/// <param name="site">Where the lab is made.</param>
/// <param name="say">Gets what is to be told.</param>
internal sealed class BastionServices(LabDefinition lab, BastionRoot root, ILabFabric fabric, LabSite site, Action<string> say) : IAsyncDisposable
{
    private const string RegistryPort = "REGISTRY_HTTP_ADDR";
    private const string RegistryUpstream = "REGISTRY_PROXY_REMOTEURL";

    /// <summary>Replaced as a whole: views read it from other threads.</summary>
    private volatile IReadOnlyList<RestartedProcess> _processes = [];
    private readonly List<IAsyncDisposable> _helpers = [];

    /// <summary>The services by name, with the process's state in a word.</summary>
    public IReadOnlyDictionary<string, string> States => _processes.ToDictionary(process => process.Name, process => process.State);

    /// <summary>What a service writes; null for one that there is not.</summary>
    public LogFile? LogOf(string service) => _processes.FirstOrDefault(process => process.Name == service)?.Log;

    /// <summary>Starts what a compose file says.</summary>
    /// <exception cref="LabException">It cannot be read, or has a service that is not rehearsed.</exception>
    public async Task UpAsync(string composeFile, CancellationToken cancellationToken)
    {
        var services = ComposeService.Read(root.Files.ReadAllText(composeFile));
        await DownAsync();
        var caches = services.Where(service => service.Environment.ContainsKey(RegistryUpstream)).ToList();
        // The home's IPv6 is not the VPC's.
        var mirrored = lab with
        {
            Mirrors = [.. caches.Select(Mirror)],
            Network = lab.Network with { Ipv6 = null },
        };
        // A cache asks its upstream when it starts, and ends when nothing answers.
        if (caches.Count > 0)
        {
            var log = new LogFile(site.Folder.Log("upstream"));
            _helpers.Add(new LogOwner(log));
            var upstreams = await UpstreamGateway.StartAsync(mirrored, fabric, log, null, cancellationToken);
            _helpers.Add(upstreams);
            _helpers.Add(await CacheFront.StartAsync(mirrored, site.Folder, fabric, upstreams, log, null, cancellationToken));
        }

        foreach (var service in services)
        {
            Start(service.Name, Command(service, mirrored));
        }

        say($"The bastion's containers are up: {string.Join(", ", services.Select(service => service.Name))}.");
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync() => await DownAsync();

    private async Task DownAsync()
    {
        await Task.WhenAll(_processes.Select(process => process.DisposeAsync().AsTask()));
        _processes = [];
        for (var i = _helpers.Count - 1; i >= 0; i--)
        {
            await _helpers[i].DisposeAsync();
        }

        _helpers.Clear();
    }

    private void Start(string name, Func<Command> command) => _processes = [.. _processes, new RestartedProcess(name, command, site.Folder, site.Journal)];

    private Func<Command> Command(ComposeService service, LabDefinition mirrored) =>
        service switch
        {
            _ when service.Environment.ContainsKey(RegistryUpstream) => Cache(service, mirrored),
            { Image: var image } when image.Contains("/matchbox:", StringComparison.Ordinal) => BootServer(service),
            { Image: var image } when image.Contains("/dnsmasq:", StringComparison.Ordinal) => Dnsmasq(service),
            { Image: var image } when image.StartsWith("pihole/", StringComparison.Ordinal) => NameServer(service),
            _ => throw new LabException(
                $"The bastion's compose file has a service {service.Name} ({service.Image}) that the lab has nothing for. Rehearsed are dnsmasq, matchbox, registry and pihole."
            ),
        };

    private Func<Command> BootServer(ComposeService service)
    {
        var data =
            service.Volumes.FirstOrDefault(volume => volume.Value == "/var/lib/matchbox").Key
            ?? throw new LabException($"The service {service.Name} has no volume at /var/lib/matchbox.");
        var sandbox = BootServerSandbox.Of(site.Folder, new Dictionary<string, string?>(), ServiceRole.Bastion);
        return () =>
            fabric.Confine(
                LabHost.Bastion,
                sandbox with
                {
                    Shows = [.. sandbox.Shows, .. root.FoldersOf(service.Volumes.Keys)],
                },
                BootServerSandbox.Program[0],
                [
                    .. BootServerSandbox.Program.Skip(1),
                    "-address",
                    service.Environment.GetValueOrDefault("MATCHBOX_ADDRESS", "127.0.0.1:8080"),
                    "-data-path",
                    data,
                    "-assets-path",
                    $"{data}/assets",
                    "-telemetry-socket",
                    BootRequests.SocketPath(site.Folder),
                ]
            );
    }

    /// <summary>The file names paths of the container; a copy names where they are on the bastion.</summary>
    private Func<Command> Dnsmasq(ComposeService service)
    {
        var config =
            service.Volumes.FirstOrDefault(volume => volume.Value == "/etc/dnsmasq.conf").Key
            ?? throw new LabException($"The service {service.Name} has no volume at /etc/dnsmasq.conf.");
        return () =>
        {
            var text = service
                .Volumes.Where(volume => volume.Key != config)
                .Aggregate(
                    root.Files.ReadAllText(config),
                    (text, volume) => text.Replace(volume.Value, ConfigPath.Quote(volume.Key), StringComparison.Ordinal)
                );
            var (copy, leases) = (
                Path.Combine(site.Folder.Run, $"bastion-{service.Name}.conf"),
                Path.Combine(site.Folder.Run, $"bastion-{service.Name}.leases")
            );
            File.WriteAllText(copy, $"{text}\ndhcp-leasefile={ConfigPath.Quote(leases)}\n");
            return RunDnsmasq(service, copy, leases);
        };
    }

    private Func<Command> NameServer(ComposeService service)
    {
        var records = service.Volumes.FirstOrDefault(volume => volume.Value == "/etc/dnsmasq.d").Key;
        var config = Path.Combine(site.Folder.Run, $"bastion-{service.Name}.conf");
        File.WriteAllText(
            config,
            string.Join(
                '\n',
                [
                    "port=53",
                    "bind-dynamic",
                    "no-resolv",
                    "no-hosts",
                    "log-queries",
                    $"server={service.Environment.GetValueOrDefault("PIHOLE_DNS_", "")}",
                    records is null ? "" : $"conf-dir={records}",
                    "",
                ]
            )
        );
        return () => RunDnsmasq(service, config, leases: null);
    }

    private Func<Command> Cache(ComposeService service, LabDefinition mirrored)
    {
        var mirror = Mirror(service);
        var endpoints = CacheEndpoints.Of(mirrored, mirror);
        var store = RunFolder.RegistryFolder(site.Folder, mirror);
        Directory.CreateDirectory(store);
        var config = Path.Combine(site.Folder.Run, RunFolder.RegistryConfig(mirror));
        File.WriteAllText(config, RegistryCache.Config(mirrored, mirror, $"http://{endpoints.Upstream}", store, endpoints.Process));
        return () =>
            fabric.Confine(LabHost.Bastion, RegistrySandbox.Of(site.Folder, mirror), site.Tools.DockerRegistry, RegistrySandbox.Arguments(site.Folder, mirror));
    }

    private Command RunDnsmasq(ComposeService service, string config, string? leases) =>
        fabric.Confine(
            LabHost.Bastion,
            DnsmasqSandbox.Of(site.Folder, config, leases) with
            {
                Role = ServiceRole.Bastion,
                Shows = [.. root.FoldersOf(service.Volumes.Keys)],
            },
            site.Tools.Dnsmasq,
            DnsmasqSandbox.Arguments(config)
        );

    /// <summary>What a cache's variables say, under the name that the definition has for its port.</summary>
    private MirrorDefinition Mirror(ComposeService service)
    {
        var listen = service.Environment.GetValueOrDefault(RegistryPort, "0.0.0.0:5000");
        var port = new Port(int.Parse(listen[(listen.LastIndexOf(':') + 1)..], System.Globalization.CultureInfo.InvariantCulture));
        var upstream = new Uri(service.Environment[RegistryUpstream]);
        return new MirrorDefinition
        {
            Registry = lab.Mirrors.FirstOrDefault(mirror => mirror.Port.Number == port.Number)?.Registry ?? upstream.Host,
            Upstream = upstream,
            Port = port,
        };
    }

    private sealed class LogOwner(LogFile log) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            log.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
