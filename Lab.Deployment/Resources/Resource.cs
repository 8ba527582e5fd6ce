using Amazon.Runtime;
using Lab.Deployment.Aws;

namespace Lab.Deployment.Resources;

/// <summary>
/// One thing on AWS that the lab consists of: how it is found, what it shall be, and the calls that get it there. Creating it takes one
/// call that also tags it; everything else is an update, so that a run that dies in between leaves nothing that the next cannot find.
/// </summary>
/// <param name="id">Its name in the lab, which it carries as a tag: <c>subnet/private</c>.</param>
/// <param name="kind">For output.</param>
/// <param name="needs">What must be there first.</param>
internal abstract class Resource(string id, string kind, params IReadOnlyList<Resource> needs)
{
    /// <summary>Its name in the lab.</summary>
    public string Id { get; } = id;

    /// <summary>What it is, for output.</summary>
    public string Kind { get; } = kind;

    /// <summary>What must be there first.</summary>
    public IReadOnlyList<Resource> Needs { get; } = needs;

    /// <summary>The phase of the specification that it belongs to, 1 to 4.</summary>
    public required int Phase { get; init; }

    /// <summary>False for what another egress design or setting would have: it is removed where it is found.</summary>
    public bool IsWanted { get; init; } = true;

    /// <summary>True for what is not wanted and must be gone before what is wanted can be made.</summary>
    public virtual bool IsInTheWay => false;

    /// <summary>True for what the lab uses and neither makes nor removes.</summary>
    public virtual bool IsExisting => false;

    /// <summary>Why it cannot be removed and made anew, and what to do; null where it can.</summary>
    public virtual string? Irreplaceable => null;

    /// <summary>False for something it needs that can be made anew without it.</summary>
    public virtual bool IsMadeAnewWith(Resource need) => true;

    /// <summary>Fields that cannot be changed: another value means another resource.</summary>
    public virtual IReadOnlyCollection<string> Immutable => [];

    /// <summary>Reads it.</summary>
    /// <returns>Null where there is none.</returns>
    /// <exception cref="Model.LabException">There are two.</exception>
    public abstract Task<Found?> FindAsync(AwsClients aws, CancellationToken cancellationToken);

    /// <summary>Reads it. A description that names what was just made, or was just removed, may say that there is no such thing.</summary>
    public async Task<Found?> TryFindAsync(AwsClients aws, CancellationToken cancellationToken)
    {
        try
        {
            return await FindAsync(aws, cancellationToken);
        }
        catch (AmazonServiceException e) when (AwsErrors.IsGone(e))
        {
            return null;
        }
    }

    /// <summary>AWS's own sentence on why it could not make the resource; null where it gives none.</summary>
    public virtual Task<string?> FailureAsync(AwsClients aws, CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    /// <summary>What its fields shall be.</summary>
    public abstract Fields Desired(World world);

    /// <summary>Makes it, tagged, with one call.</summary>
    public abstract Task CreateAsync(AwsClients aws, World world, CancellationToken cancellationToken);

    /// <summary>Changes what differs. Every call may be sent again.</summary>
    public virtual Task UpdateAsync(AwsClients aws, World world, Found found, IReadOnlyList<FieldChange> changes, CancellationToken cancellationToken) =>
        throw new NotSupportedException($"{Kind} {Id} cannot be changed: {string.Join(", ", changes)}");

    /// <summary>Removes it, or gives it back as it was.</summary>
    public abstract Task DeleteAsync(AwsClients aws, Found found, CancellationToken cancellationToken);
}
