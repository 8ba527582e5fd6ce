using Lab.Deployment.Aws;
using Lab.Deployment.Reconciling;
using Lab.Deployment.Resources;
using Lab.Model;
using Lab.Model.Definition;

namespace Lab.Deployment;

/// <summary>A lab deployed to an emulator by a program instead of by hand: what <c>apply</c>, <c>bastion start</c> and <c>launch</c> do.</summary>
internal sealed class LocalDeployment : IDisposable
{
    private readonly AwsClients _aws;
    private readonly LabDefinition _lab;

    private LocalDeployment(AwsClients aws, LabDefinition lab) => (_aws, _lab) = (aws, lab);

    /// <summary>Opens it.</summary>
    /// <param name="lab">The definition.</param>
    /// <param name="endpoint">Where the emulator is.</param>
    public static LocalDeployment Open(LabDefinition lab, Uri endpoint) => new(new AwsClients(AwsTarget.Local(lab.Region, endpoint), TimeProvider.System), lab);

    /// <summary>Makes the emulator what the definition says, in an existing network that it makes first.</summary>
    /// <returns>How many resources were created or changed.</returns>
    public async Task<int> ApplyAsync(CancellationToken cancellationToken)
    {
        await EmulatedNetwork.CreateAsync(_aws, _lab, cancellationToken);
        await using var lease = await Lease.TakeAsync(_aws, _lab, LeaseOwner.This(), "apply", cancellationToken);
        var deployed = await DeployedLab.ReadForChangeAsync(_aws, _lab, cancellationToken);
        await new Reconciler(_aws).ApplyAsync(deployed.Stack, deployed.Plan, deployed.World, new Silence(), cancellationToken);
        return deployed.Plan.Changes.Count;
    }

    /// <summary>Gives the bastion's group an instance, as its schedule does.</summary>
    public Task StartBastionAsync(CancellationToken cancellationToken) => BastionGroup.SetAsync(_aws, _lab.Bastion.Group, 1, cancellationToken);

    /// <summary>Takes the instance of the bastion's group away, as its schedule does.</summary>
    public Task StopBastionAsync(CancellationToken cancellationToken) => BastionGroup.SetAsync(_aws, _lab.Bastion.Group, 0, cancellationToken);

    /// <summary>Launches the nodes of the definition as <c>launch</c> does; one of no name where it has none.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <param name="userData">User data instead of the template's; null for that.</param>
    /// <returns>Ids of the instances.</returns>
    /// <exception cref="LabException">A node cannot be launched.</exception>
    public async Task<IReadOnlyList<string>> LaunchAsync(CancellationToken cancellationToken, string? userData = null)
    {
        var deployed = await DeployedLab.ReadAsync(_aws, _lab, cancellationToken);
        var launched =
            _lab.Nodes.Count == 0
                ? await NodeInstances.LaunchAsync(_aws, deployed, 1, cancellationToken, userData)
                : await NodeInstances.LaunchAsync(_aws, deployed, _lab.Nodes, cancellationToken, userData);
        return [.. launched.Select(node => node.Id)];
    }

    /// <inheritdoc />
    public void Dispose() => _aws.Dispose();

    private sealed class Silence : IProgressView
    {
        public void Started(Resource resource, PlanAction action) { }

        public void Finished(Resource resource, PlanAction action, TimeSpan elapsed) { }

        public void Note(string text) { }
    }
}
