using Lab.Deployment.Aws;

namespace Lab.Deployment.Resources;

/// <summary>A part of an existing network. It is as it is: nothing of it is made, changed or removed.</summary>
/// <param name="id">Its name in the lab.</param>
/// <param name="kind">For output.</param>
/// <param name="found">What was found.</param>
internal sealed class ExistingPart(string id, string kind, Found found) : Resource(id, kind)
{
    public override bool IsExisting => true;

    public override Task<Found?> FindAsync(AwsClients aws, CancellationToken cancellationToken) => Task.FromResult<Found?>(found);

    public override Fields Desired(World world) => found.Fields;

    public override Task CreateAsync(AwsClients aws, World world, CancellationToken cancellationToken) => throw NotTheLabs();

    public override Task DeleteAsync(AwsClients aws, Found found, CancellationToken cancellationToken) => throw NotTheLabs();

    private NotSupportedException NotTheLabs() => new($"{Kind} {found.Id} is not the lab's.");
}
