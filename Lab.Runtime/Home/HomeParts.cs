using Lab.Model.Resources;
using Lab.Model.Running;
using Lab.Runtime.Supervision;

namespace Lab.Runtime.Home;

/// <summary>What a lab at home is made of. How each part is stands in the lab's store.</summary>
/// <param name="network">Its network.</param>
/// <param name="services">Its services, in the order of <see cref="LabResources"/>.</param>
/// <param name="nodes">Its nodes.</param>
public sealed class HomeParts(NetworkResource network, IReadOnlyList<SupervisedService> services, IReadOnlyList<NodeResource> nodes)
{
    /// <summary>The network.</summary>
    public NetworkResource Network => network;

    /// <summary>The services, in the order of <see cref="LabResources"/>.</summary>
    public IReadOnlyList<SupervisedService> Services => services;

    /// <summary>The nodes.</summary>
    public IReadOnlyList<NodeResource> Nodes => nodes;

    /// <summary>All of it.</summary>
    public IEnumerable<RunningResource> All => [network, .. services, .. nodes];

    /// <summary>The part of that name.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public RunningResource Of(string name) => All.Single(part => part.Definition.Name == name);

    /// <summary>Completes when all that a resource waits for is healthy.</summary>
    public Task DependenciesAsync(LabResource resource, CancellationToken cancellationToken) =>
        Task.WhenAll(resource.WaitsFor.Select(name => Of(name).WaitAsync(needed => needed.State == ResourceState.Healthy, cancellationToken)));

    /// <summary>Ends all of it. Who made the lab calls it; the service container, which only lends it to the views, does not.</summary>
    public async Task EndAsync()
    {
        await Task.WhenAll(nodes.Select(node => node.DisposeAsync().AsTask()));
        await Task.WhenAll(services.Select(service => service.DisposeAsync().AsTask()));
        await network.DisposeAsync();
    }
}
