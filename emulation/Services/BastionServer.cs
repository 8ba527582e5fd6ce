using System.Net;
using Lab.Emulation.Linux;
using Lab.Emulation.Network;
using Lab.Emulation.Network.Isolation;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Lab.Emulation.Services;

/// <summary>An HTTP server in this program that listens on addresses of a host of the lab, mostly the bastion.</summary>
internal sealed class BastionServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private BastionServer(WebApplication app) => _app = app;

    /// <summary>Starts listening on the bastion.</summary>
    public static Task<BastionServer> StartAsync(
        ILabFabric fabric,
        IEnumerable<IPEndPoint> endpoints,
        RequestDelegate answer,
        CancellationToken cancellationToken
    ) => StartAsync(fabric, LabHost.Bastion, endpoints, answer, cancellationToken);

    /// <summary>Starts listening on a host of the lab.</summary>
    public static async Task<BastionServer> StartAsync(
        ILabFabric fabric,
        LabHost host,
        IEnumerable<IPEndPoint> endpoints,
        RequestDelegate answer,
        CancellationToken cancellationToken
    )
    {
        var listened = endpoints.ToList();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder
            .WebHost.UseKestrelCore()
            .UseSockets(sockets => sockets.CreateBoundListenSocket = endpoint => fabric.Bind(host, (IPEndPoint)endpoint))
            .ConfigureKestrel(kestrel =>
            {
                // A node that unpacks what it has got so far reads nothing for a while; that is no reason to break its pull.
                kestrel.Limits.MinResponseDataRate = null;
                // Large pieces: each costs a change between the processes that share the machine's cores.
                kestrel.Limits.MaxResponseBufferSize = 1 << 20;
                kestrel.AddServerHeader = false;
                listened.ForEach(kestrel.Listen);
            });

        var app = builder.Build();
        app.Run(answer);
        var server = new BastionServer(app);
        try
        {
            // Told of no address, Kestrel would take one of its own.
            await (listened.Count == 0 ? Task.CompletedTask : app.StartAsync(cancellationToken));
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        using var noPatience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _app.StopAsync(noPatience.Token);
        await _app.DisposeAsync();
    }
}
