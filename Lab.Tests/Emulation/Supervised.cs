using Lab.Emulation.Linux;
using Lab.Emulation.Services;
using Lab.Runtime.State;
using Lab.Runtime.Supervision;
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
        var store = new LabStore();
        var services = new ServiceCollection();
        services.AddLogging().AddHealthChecks().Add(new HealthCheckRegistration(spec.Resource.Name, _ => service, null, null));
        service = new SupervisedService(
            store,
            spec.Resource,
            _ => Task.FromResult<ServiceSpec?>(spec),
            folder,
            journal,
            services.BuildServiceProvider().GetRequiredService<HealthCheckService>()
        );
        store.Add(service);
        return service;
    }
}
