using Lab.Dashboard.Running;
using Lab.Emulation.Services;
using Lab.Model.Resources;

namespace Lab.AppHost.Embedded;

/// <summary>The resources of a lab that runs, or is about to.</summary>
/// <param name="network">Its network.</param>
/// <param name="services">Its services.</param>
/// <param name="nodes">Its nodes.</param>
public sealed class RunningLab(NetworkResource network, IReadOnlyList<SupervisedService> services, IReadOnlyList<NodeResource> nodes) : ILabResources
{
    private readonly IReadOnlyList<RunningResource> _all = [network, .. services, .. nodes];

    /// <inheritdoc />
    public event Action<ResourceSnapshot>? ResourceChanged
    {
        add => All(resource => resource.Changed += value);
        remove => All(resource => resource.Changed -= value);
    }

    /// <inheritdoc />
    public event Action<BootSnapshot>? BootChanged
    {
        add => nodes.ToList().ForEach(node => node.BootChanged += value);
        remove => nodes.ToList().ForEach(node => node.BootChanged -= value);
    }

    /// <summary>The network.</summary>
    public NetworkResource Network => network;

    /// <summary>The services, in the order of <see cref="LabResources"/>.</summary>
    public IReadOnlyList<SupervisedService> Services => services;

    /// <summary>The nodes.</summary>
    public IReadOnlyList<NodeResource> Nodes => nodes;

    /// <inheritdoc />
    public IReadOnlyList<ResourceSnapshot> Current => [.. _all.Select(resource => resource.Snapshot)];

    /// <inheritdoc />
    public IReadOnlyList<BootSnapshot> Boots => [.. nodes.Select(node => node.BootSnapshot).OfType<BootSnapshot>()];

    /// <inheritdoc />
    public IAsyncEnumerable<LogLine> ReadLogAsync(string resource, bool follow, CancellationToken cancellationToken) =>
        Find(resource)?.Log.ReadAsync(follow, cancellationToken) ?? AsyncEnumerable.Empty<LogLine>();

    /// <inheritdoc />
    public string? LogFilePath(string resource) => Find(resource)?.Log.Path;

    /// <inheritdoc />
    public Task<string?> ExecuteAsync(string resource, string command, CancellationToken cancellationToken) =>
        Find(resource)?.ExecuteAsync(command, cancellationToken)
        ?? Task.FromResult<string?>($"The lab has no resource '{resource}'. It has: {string.Join(", ", _all.Select(known => known.Definition.Name))}.");

    /// <summary>Completes when all that a resource waits for is healthy.</summary>
    public Task DependenciesAsync(LabResource resource, CancellationToken cancellationToken) => Task.WhenAll(resource.WaitsFor.Select(name =>
        Find(name)!.WaitAsync(needed => needed.State == ServiceState.Healthy, cancellationToken)));

    /// <summary>Ends all of it. Who made the lab calls it; the service container, which only lends it to the views, does not.</summary>
    public async Task EndAsync()
    {
        await Task.WhenAll(nodes.Select(node => node.DisposeAsync().AsTask()));
        await Task.WhenAll(services.Select(service => service.DisposeAsync().AsTask()));
        await network.DisposeAsync();
    }

    /// <summary>The resource of that name; null when there is none.</summary>
    public RunningResource? Find(string name) => _all.FirstOrDefault(resource => resource.Definition.Name == name);

    private void All(Action<RunningResource> action) => _all.ToList().ForEach(action);
}
