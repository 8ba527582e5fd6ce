using Lab.AppHost.Embedded;
using Lab.Emulation.Host;
using Lab.Emulation.Services;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Lab.Tests.Emulation;

/// <summary>A service as a lab supervises it, without the rest of the lab.</summary>
internal static class Supervised
{
    /// <summary>Makes it, with its health check; it is started by the caller.</summary>
    public static SupervisedService Create(ServiceSpec spec, LabFolder folder, Journal journal)
    {
        SupervisedService service = null!;
        var services = new ServiceCollection();
        services.AddLogging().AddHealthChecks().Add(new HealthCheckRegistration(spec.Resource.Name, _ => service, null, null));
        service = new SupervisedService(spec.Resource, _ => Task.FromResult<ServiceSpec?>(spec), folder, journal, services.BuildServiceProvider().GetRequiredService<HealthCheckService>());
        return service;
    }
}
