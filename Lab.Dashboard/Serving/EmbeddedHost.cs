using Lab.Dashboard.Access;
using Lab.Dashboard.Serving.ResourceService;
using Lab.Emulation.Linux;
using Lab.Model.Definition;
using Lab.Model.Resources;
using Lab.Runtime;
using Lab.Runtime.Cloud;
using Lab.Runtime.Home;
using Lab.Runtime.Lan;
using Lab.Runtime.State;
using Lab.Runtime.Telemetry;
using Lab.ServiceDefaults;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Lab.Dashboard.Serving;

/// <summary>
/// The embedded host: a Generic Host whose service is the lab; with a web server for the dashboard, the resource protocol and the
/// command line, unless the lab runs once. The web server and the lab's network start at the same time.
/// </summary>
internal sealed class EmbeddedHost : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly LabService _service;
    private readonly EventStream _events;
    private readonly LabFolder _folder;
    private readonly WebEndpoints? _web;

    private EmbeddedHost(IHost host, LabFolder folder, EventStream events, WebEndpoints? web)
    {
        (_host, _folder, _events, _web) = (host, folder, events, web);
        _service = host.Services.GetRequiredService<LabService>();
        Session = host.Services.GetRequiredService<ILabSession>();

        _ = host.Services.GetService<LabTelemetry>();
    }

    /// <summary>The lab's run.</summary>
    public ILabSession Session { get; }

    /// <summary>How it is reached.</summary>
    public LabAccess Access => _host.Services.GetRequiredService<LabAccess>();

    /// <summary>Prepares a host. The caller holds the lab's lock.</summary>
    public static EmbeddedHost Create(
        LabDefinition lab,
        LabFolder folder,
        HostTools tools,
        HomeOptions options,
        EventStream events,
        CancellationToken interrupted
    ) => Create(lab, folder, options.Serving, options.Telemetry, events, services => AddAtHome(services, lab, folder, tools, options, events), interrupted);

    /// <summary>Prepares a host for a lab in a VPC. The caller holds the lab's lock.</summary>
    public static EmbeddedHost Create(
        LabDefinition lab,
        LabFolder folder,
        HostTools tools,
        VpcOptions options,
        EventStream events,
        CancellationToken interrupted
    ) =>
        Create(
            lab,
            folder,
            options.Serving,
            options.Telemetry,
            events,
            services =>
            {
                services.AddSingleton(_ => new VpcSession(lab, folder, tools, options, events));
                services.AddSingleton<ILabSession>(all => all.GetRequiredService<VpcSession>());
                services.AddSingleton<IVpcLab>(all => all.GetRequiredService<VpcSession>());
            },
            interrupted
        );

    /// <summary>Prepares a host for a lab that serves a real network. The caller holds the lab's lock.</summary>
    public static EmbeddedHost Create(
        LabDefinition lab,
        LabFolder folder,
        HostTools tools,
        LanOptions options,
        EventStream events,
        CancellationToken interrupted
    ) =>
        Create(
            lab,
            folder,
            options.Serving,
            options.Telemetry,
            events,
            services =>
            {
                services.AddSingleton(all => new LanSession(lab, folder, tools, options, events, all.GetRequiredService<HealthCheckService>()));
                services.AddSingleton<ILabSession>(all => all.GetRequiredService<LanSession>());
                AddHealthChecks(services, LabResources.Of(lab, options.Lan), (all, name) => all.GetRequiredService<LanSession>().Of(name));
            },
            interrupted
        );

    private static EmbeddedHost Create(
        LabDefinition lab,
        LabFolder folder,
        ServingOptions? how,
        IReadOnlyDictionary<string, string?> telemetry,
        EventStream events,
        Action<IServiceCollection> addSession,
        CancellationToken interrupted
    )
    {
        Directory.CreateDirectory(folder.Logs);
        Directory.CreateDirectory(folder.Run);
        if (how is not { } serving)
        {
            var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = nameof(Lab) });
            AddLab(builder, lab, folder, telemetry, addSession, interrupted);
            return new EmbeddedHost(builder.Build(), folder, events, null);
        }

        var web = new WebEndpoints(serving, folder);
        var webBuilder = WebApplication.CreateEmptyBuilder(
            new WebApplicationOptions { ApplicationName = nameof(Lab), ContentRootPath = AppContext.BaseDirectory }
        );
        AddLab(webBuilder, lab, folder, telemetry, addSession, interrupted);
        web.Configure(webBuilder, lab);
        var app = webBuilder.Build();
        web.Map(app);
        return new EmbeddedHost(app, folder, events, web);
    }

    /// <summary>Runs the lab and takes it down.</summary>
    /// <returns>True when all nodes got ready.</returns>
    public async Task<bool> RunAsync()
    {
        await using var guardian = Guardian.Start(_folder);
        try
        {
            await _host.StartAsync();
            if (_web is not null)
            {
                _web.Publish(Access);
                Access.Save(_folder);
                _events.Add(new LabEvent.Serving(Access.NewLink(), Access.ResourceService));
            }

            return await _service.Ended;
        }
        finally
        {
            await _host.StopAsync();
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        // Where the host did not get as far as running the lab, nobody else has taken it down.
        await Session.DisposeAsync();
        await ((IAsyncDisposable)_host).DisposeAsync();
    }

    private static void AddLab(
        IHostApplicationBuilder builder,
        LabDefinition lab,
        LabFolder folder,
        IReadOnlyDictionary<string, string?> telemetry,
        Action<IServiceCollection> addSession,
        CancellationToken interrupted
    )
    {
        builder
            .Logging.AddProvider(new FileLoggerProvider(new LogFile(folder.Log("host"))))
            .AddFilter("Microsoft", LogLevel.Warning)
            .AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);
        var services = builder.Services;
        services.AddSingleton(lab);
        services.AddSingleton(new LabAccess());
        services.AddSingleton<ResourceMessages>();
        if (OpenTelemetryDefaults.IsWanted(telemetry))
        {
            services.AddSingleton(all => new LabTelemetry(all.GetRequiredService<ILabResources>(), folder, telemetry));
        }

        services.AddSingleton<IHostLifetime, NoSignals>();
        services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(30));
        addSession(services);
        services.AddSingleton(all => all.GetRequiredService<ILabSession>().Resources);
        services.AddSingleton(all => new LabService(all.GetRequiredService<ILabSession>(), folder, interrupted));
        services.AddHostedService(all => all.GetRequiredService<LabService>());
    }

    private static void AddAtHome(IServiceCollection services, LabDefinition lab, LabFolder folder, HostTools tools, HomeOptions options, EventStream events)
    {
        services.AddSingleton(all => new LabSession(
            lab,
            folder,
            tools,
            options,
            events,
            all.GetRequiredService<HealthCheckService>(),
            all.GetRequiredService<ILoggerFactory>()
        ));
        services.AddSingleton<ILabSession>(all => all.GetRequiredService<LabSession>());
        AddHealthChecks(services, LabResources.OfRehearsal(lab, options.Lan), (all, name) => all.GetRequiredService<LabSession>().Parts.Of(name));
    }

    private static void AddHealthChecks(IServiceCollection services, IEnumerable<LabResource> resources, Func<IServiceProvider, string, IHealthCheck> part)
    {
        var checks = services.AddHealthChecks();
        foreach (var resource in resources)
        {
            checks.Add(new HealthCheckRegistration(resource.Name, all => part(all, resource.Name), null, null));
        }
    }
}
