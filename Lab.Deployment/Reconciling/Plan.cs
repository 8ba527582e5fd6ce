using System.Security.Cryptography;
using System.Text;
using Lab.Deployment.Resources;

namespace Lab.Deployment.Reconciling;

/// <summary>What happens to a resource.</summary>
internal enum PlanAction
{
    /// <summary>Nothing.</summary>
    Keep,

    /// <summary>It is made.</summary>
    Create,

    /// <summary>It is changed.</summary>
    Update,

    /// <summary>It is removed and made anew.</summary>
    Replace,

    /// <summary>It is removed, or given back.</summary>
    Delete,
}

/// <summary>What happens to one resource, and why.</summary>
internal sealed record PlanStep(Resource Resource, PlanAction Action, Found? Found, IReadOnlyList<FieldChange> Changes)
{
    /// <summary>Why it cannot be carried out, and what to do; null where it can.</summary>
    public string? Impossible { get; init; }
}

/// <summary>What a run would do.</summary>
/// <param name="Steps">One a resource that is there or shall be, in the order of making.</param>
internal sealed record Plan(IReadOnlyList<PlanStep> Steps)
{
    /// <summary>The steps that do something.</summary>
    public IReadOnlyList<PlanStep> Changes { get; } = [.. Steps.Where(step => step.Action != PlanAction.Keep)];

    /// <summary>Why steps of it cannot be carried out; empty for a plan that can.</summary>
    public IEnumerable<string> Impossible => Changes.Select(step => step.Impossible).OfType<string>();

    /// <summary>True when there is nothing to do.</summary>
    public bool IsEmpty => Changes.Count == 0;

    /// <summary>A digest of what would be done to what: two plans with the same one do the same.</summary>
    public string Fingerprint()
    {
        var text = new StringBuilder();
        foreach (var step in Changes)
        {
            text.Append(step.Resource.Id).Append('|').Append(step.Action).Append('|').AppendJoin(';', step.Changes).Append('\n');
            text.Append(step.Found?.Id).Append('|').AppendJoin(';', step.Found?.Fields.Select(field => $"{field.Key}={field.Value}") ?? []).Append('\n');
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    /// <summary>What gets the lab from what was found to what it shall be.</summary>
    public static Plan Make(IReadOnlyList<Resource> resources, World world)
    {
        var replaced = new HashSet<Resource>();
        var steps = new List<PlanStep>();
        foreach (var resource in resources)
        {
            var step = Decide(resource, world, replaced);
            if (step.Action == PlanAction.Replace)
            {
                replaced.Add(resource);
            }

            if (step.Found is not null || step.Action != PlanAction.Keep)
            {
                steps.Add(step);
            }
        }

        return new Plan(steps);
    }

    private static PlanStep Decide(Resource resource, World world, HashSet<Resource> replaced)
    {
        var found = world[resource];
        if (!resource.IsWanted)
        {
            return new PlanStep(resource, found is null ? PlanAction.Keep : PlanAction.Delete, found, []);
        }

        var changes = resource.Desired(world).ChangesFrom(found?.Fields ?? []);
        if (found is not null && resource.Irreplaceable is { } why && resource.Needs.FirstOrDefault(IsMadeAnew) is { } cause)
        {
            // Not the lab's yet, it is moved to what is made anew.
            return found.IsForeign
                ? new PlanStep(resource, PlanAction.Update, found, changes)
                : new PlanStep(resource, PlanAction.Replace, found, changes)
                {
                    Impossible = $"{cause.Kind} {cause.Id} cannot change to what the definition says: {why}",
                };
        }

        return found is null ? new PlanStep(resource, PlanAction.Create, null, changes)
            : found.IsGoing || resource.Needs.Any(IsMadeAnew) || changes.Any(change => resource.Immutable.Contains(change.Name))
                ? new PlanStep(resource, PlanAction.Replace, found, changes)
            : new PlanStep(resource, changes.Count == 0 && !resource.Needs.Any(replaced.Contains) ? PlanAction.Keep : PlanAction.Update, found, changes);

        bool IsMadeAnew(Resource need) => replaced.Contains(need) && resource.IsMadeAnewWith(need);
    }
}
