using System.Security.Cryptography.X509Certificates;
using Lab.BootServer.Assets;
using Lab.BootServer.CommandLine;
using Lab.BootServer.Data;
using Lab.BootServer.Http;
using Lab.BootServer.Logging;
using Lab.BootServer.Native;
using Lab.BootServer.Routing;
using Lab.BootServer.Telemetry;
using Lab.Model;
using Lab.Model.Services;
using Lab.ServiceDefaults;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Lab.BootServer;

/// <summary>A running boot server.</summary>
internal sealed class BootServerHost : IAsyncDisposable
{
    private static readonly TimeSpan LongestDrain = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RevalidateInterval = TimeSpan.FromSeconds(30);

    private readonly WebApplication _app;
    private readonly DataDirectory _data;
    private readonly RenderGate _renders;
    private readonly BootTelemetry _telemetry;
    private readonly BootServerOptions _options;
    private readonly Task _revalidating;

    private BootServerHost(WebApplication app, DataDirectory data, RenderGate renders, BootTelemetry telemetry, BootServerOptions options)
    {
        (_app, _data, _renders, _telemetry, _options) = (app, data, renders, telemetry, options);
        _revalidating = RevalidateAsync(app.Lifetime.ApplicationStopping);
    }

    /// <summary>The addresses that it really listens on (<c>http://127.0.0.1:41234</c>), without the telemetry socket.</summary>
    public IReadOnlyList<string> Addresses => [.. _app.Urls.Where(url => !url.Contains("://unix:", StringComparison.Ordinal))];

    /// <summary>Starts listening.</summary>
    /// <exception cref="LabException">An address is in use, or the certificate cannot be read.</exception>
    public static async Task<BootServerHost> StartAsync(BootServerOptions options, LogrusLog log, CancellationToken cancellationToken)
    {
        log.Info($"Starting matchbox HTTP{(options.Tls is null ? "" : "S")} server on {options.Address}");
        var roles = new AssetRoles();
        var data = new DataDirectory(options.DataPath, log, TimeProvider.System, roles.Learn);
        var metrics = new RequestMetrics();
        var feed = new RequestFeed(TimeProvider.System);
        var telemetry = new BootTelemetry(feed, metrics, roles, TimeProvider.System, keepsExchanges: options.TelemetrySocket is not null);
        var status = new StatusAnswers(data, metrics);
        var assets = options.AssetsPath is null
            ? null
            : new AssetAnswers(new AssetDirectory(options.AssetsPath, options.AssetsFollowSymlinks), options.AssetsListing);
        var renders = new RenderGate();
        var router = new BootRouter(new BootAnswers(data, renders, log), assets, new MachineAddresses(options.MachineAddresses), status, telemetry, log);

        var app = Build(options);
        var events = new TelemetryEndpoint(feed, telemetry.Boots, status, app.Lifetime.ApplicationStopping);
        app.Run(context => IsTelemetry(context) ? events.HandleAsync(context) : router.HandleAsync(context));
        await ListenAsync(app, options, cancellationToken);
        var host = new BootServerHost(app, data, renders, telemetry, options);
        foreach (var address in host.Addresses)
        {
            log.Info($"Listening on {new Uri(address).Authority}", ("address", address));
        }

        _ = Task.Run(data.ReadProfiles, cancellationToken);
        return host;
    }

    /// <summary>Ends with SIGTERM, SIGINT or <see cref="StopAsync"/>, once the answers under way are sent.</summary>
    public Task WaitAsync(CancellationToken cancellationToken) => _app.WaitForShutdownAsync(cancellationToken);

    /// <summary>Takes no more requests and waits a bounded time for those under way.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => _app.StopAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        _app.Lifetime.StopApplication();
        await _app.DisposeAsync();
        await _revalidating;
        _telemetry.Dispose();
        _data.Dispose();
        _renders.Dispose();
        if (_options.TelemetrySocket is { } socket)
        {
            File.Delete(socket);
        }
    }

    private static WebApplication Build(BootServerOptions options)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = LongestDrain);
        builder.AddLabOpenTelemetry(Matchbox.Name, BootTelemetry.Name);
        builder
            .WebHost.UseKestrelCore()
            .UseSockets(sockets => sockets.Backlog = BootServerLimits.Backlog)
            .ConfigureKestrel(kestrel =>
            {
                BootServerLimits.Apply(kestrel);
                Listen(kestrel, options);
            });
        if (options.Tls is not null)
        {
            builder.WebHost.UseKestrelHttpsConfiguration();
        }

        return builder.Build();
    }

    private static void Listen(KestrelServerOptions kestrel, BootServerOptions options)
    {
        var certificate = options.Tls is { } tls ? X509Certificate2.CreateFromPemFile(tls.Certificate, tls.Key) : null;
        var share = new ConnectionShare(BootServerLimits.ConnectionsOfOneClient);
        foreach (var endpoint in options.Endpoints)
        {
            kestrel.Listen(
                endpoint,
                listen =>
                {
                    listen.Protocols = HttpProtocols.Http1;
                    listen.Use(share.Guard);
                    if (certificate is not null)
                    {
                        listen.UseHttps(certificate);
                    }
                }
            );
        }

        if (options.TelemetrySocket is { } socket)
        {
            kestrel.ListenUnixSocket(socket, listen => listen.Protocols = HttpProtocols.Http1);
        }
    }

    private static async Task ListenAsync(WebApplication app, BootServerOptions options, CancellationToken cancellationToken)
    {
        if (options.TelemetrySocket is { } socket)
        {
            MakeRoom(socket);
        }

        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (IOException error)
        {
            throw new LabException($"failed to start listening: {error.Message}", inner: error);
        }
        catch (System.Security.Cryptography.CryptographicException error)
        {
            throw new LabException($"failed to start listening: the certificate cannot be used: {error.Message}", inner: error);
        }
    }

    /// <summary>Removes the socket of a server that was killed, but nothing else.</summary>
    private static void MakeRoom(string socket)
    {
        if (FileStamp.Of(socket, followLink: false) is { IsSocket: false })
        {
            throw new LabException($"-telemetry-socket: {socket} exists and is not a socket. Remove it or choose another path.");
        }

        File.Delete(socket);
    }

    /// <summary>Only a Unix socket has no IP address.</summary>
    private static bool IsTelemetry(HttpContext context) => context.Connection.LocalIpAddress is null;

    private async Task RevalidateAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(RevalidateInterval);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping))
            {
                _data.Revalidate();
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }
}
