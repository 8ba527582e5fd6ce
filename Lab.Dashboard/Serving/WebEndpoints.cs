using System.Net;
using System.Net.Sockets;
using Lab.Dashboard.Access;
using Lab.Dashboard.Live;
using Lab.Dashboard.Serving.ResourceService;
using Lab.Emulation.Linux;
using Lab.Model.Definition;
using Lab.Model.Running;
using Lab.Runtime.State;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;

namespace Lab.Dashboard.Serving;

/// <summary>
/// What the host's web server listens on: loopback for the dashboard (HTTP/1.1), loopback for the resource protocol (HTTP/2 without
/// TLS needs a port of its own), and a Unix socket in the lab's folder for the command line.
/// </summary>
internal sealed class WebEndpoints(ServingOptions options, LabFolder folder)
{
    private readonly List<Socket> _bound = [];
    private ListenOptions? _dashboard;
    private ListenOptions? _resourceService;

    /// <summary>The socket by which the command line reaches a running lab.</summary>
    public static string SocketPath(LabFolder lab) => lab.Socket("lab");

    /// <summary>Adds the server and what it serves.</summary>
    public void Configure(WebApplicationBuilder builder, LabDefinition lab)
    {
        builder.WebHost.UseKestrelCore().UseSockets(sockets => sockets.CreateBoundListenSocket = Bind).ConfigureKestrel(Listen);
        builder.Services.AddRouting();
        builder.Services.AddGrpc();
        if (options.Dashboard)
        {
            builder.Services.AddSingleton(all => new DashboardOptions(lab, all.GetRequiredService<LabAccess>().Key) { LabFile = options.LabFile });
            builder.Services.AddSingleton(new KeptRuns(folder.Root));
            builder.Services.AddSingleton(new NodeConsoles(folder));
            DashboardApp.AddServices(builder);
        }
    }

    /// <summary>Adds the endpoints.</summary>
    public void Map(WebApplication app)
    {
        app.UseRouting();
        app.UseMiddleware<ResourceServiceKey>();
        if (options.Dashboard)
        {
            DashboardApp.Map(app);
        }

        app.MapGrpcService<LabDashboardService>();
    }

    /// <summary>Says where the server listens, once it does.</summary>
    public void Publish(LabAccess access)
    {
        access.Dashboard = _dashboard is null ? null : $"http://{access.Key.Site}:{_dashboard.IPEndPoint!.Port}";
        access.ResourceService = _resourceService is null ? null : $"http://{_resourceService.IPEndPoint}";
    }

    private void Listen(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.ListenUnixSocket(
            SocketPath(folder),
            listen =>
            {
                listen.Protocols = HttpProtocols.Http2;
                // The socket asks for no key: who may open it is who runs the lab.
                listen.Use(next =>
                    connection =>
                        connection.Features.Get<IConnectionSocketFeature>()?.Socket is { } socket && PeerUser.IsTrusted(PeerUser.OfUnix(socket))
                            ? next(connection)
                            : Task.CompletedTask
                );
            }
        );
        if (options.Dashboard)
        {
            _bound.AddRange(LoopbackSockets.Bind(options.Port));
            foreach (var endpoint in _bound.Select(socket => (IPEndPoint)socket.LocalEndPoint!))
            {
                kestrel.Listen(endpoint, listen => (_dashboard = listen).Protocols = HttpProtocols.Http1);
            }

            kestrel.Listen(IPAddress.Loopback, 0, listen => (_resourceService = listen).Protocols = HttpProtocols.Http2);
        }
    }

    /// <summary>The dashboard's port is held already.</summary>
    private Socket Bind(EndPoint endpoint) =>
        _bound.Find(socket => endpoint.Equals(socket.LocalEndPoint)) ?? SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
}
