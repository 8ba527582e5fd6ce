using System.Diagnostics;
using Lab.Deployment.Aws;
using Lab.Deployment.Resources;
using Lab.Model;

namespace Lab.Deployment.Reconciling;

/// <summary>Reads a lab's resources, plans, and carries the plan out.</summary>
/// <param name="aws">The clients.</param>
/// <param name="width">How many resources are worked on at once.</param>
internal sealed class Reconciler(AwsClients aws, int width = 6)
{
    /// <summary>Reads all resources at once.</summary>
    public async Task<World> ReadAsync(IReadOnlyList<Resource> resources, CancellationToken cancellationToken)
    {
        var world = new World();
        var once = aws.ForOneReading();
        await Task.WhenAll(resources.Select(async resource => world[resource] = await resource.TryFindAsync(once, cancellationToken)));
        return world;
    }

    /// <summary>Carries a plan out: what is replaced or in the way goes first, then everything is made or changed, then goes what is not wanted.</summary>
    /// <exception cref="LabException">A step failed, or something still differs at the end.</exception>
    public async Task ApplyAsync(Stack stack, Plan plan, World world, IProgressView view, CancellationToken cancellationToken)
    {
        var convergence = new Convergence(aws, world, view);
        var byResource = plan.Changes.ToDictionary(step => step.Resource);
        IReadOnlyList<Resource> Having(params PlanAction[] actions) =>
            [.. stack.Resources.Where(resource => byResource.TryGetValue(resource, out var step) && actions.Contains(step.Action))];

        await Graph.BackwardAsync(
            [.. Having(PlanAction.Replace, PlanAction.Delete).Where(resource => resource.IsWanted || resource.IsInTheWay)],
            width,
            (resource, token) => TellAsync(view, resource, PlanAction.Delete, () => convergence.RemoveAsync(resource, token)),
            cancellationToken
        );
        await Graph.ForwardAsync(
            Having(PlanAction.Create, PlanAction.Update, PlanAction.Replace),
            width,
            (resource, token) => TellAsync(view, resource, byResource[resource].Action, () => convergence.ReachAsync(resource, token)),
            cancellationToken
        );
        await Graph.BackwardAsync(
            [.. Having(PlanAction.Delete).Where(resource => !resource.IsInTheWay)],
            width,
            (resource, token) => TellAsync(view, resource, PlanAction.Delete, () => convergence.RemoveAsync(resource, token)),
            cancellationToken
        );

        if (await DifferingAsync(stack, plan, cancellationToken) is { Count: > 0 } after)
        {
            var rest = after.Select(step => $"{step.Resource.Kind} {step.Resource.Id} ({step.Action}: {string.Join(", ", step.Changes)})");
            throw new LabException(
                $"Everything was applied and still differs: {string.Join("; ", rest)}. Somebody else may be changing it. Run {DeployCommand.Line("plan")}."
            );
        }
    }

    /// <summary>Reads everything again, as long as AWS may answer with what was before.</summary>
    private async Task<IReadOnlyList<PlanStep>> DifferingAsync(Stack stack, Plan plan, CancellationToken cancellationToken)
    {
        var scope = plan.Steps.Select(step => step.Resource).ToHashSet();
        var begun = Stopwatch.GetTimestamp();
        while (true)
        {
            var asked = Stopwatch.GetElapsedTime(begun);
            var after = Plan.Make(stack.Resources, await ReadAsync(stack.Resources, cancellationToken))
                .Changes.Where(step => scope.Contains(step.Resource))
                .ToList();
            if (after.Count == 0 || asked > aws.Target.Timing.Settle)
            {
                return after;
            }

            await Task.Delay(aws.Target.Timing.Poll, cancellationToken);
        }
    }

    /// <summary>Removes everything, in the order opposite to making.</summary>
    public Task DestroyAsync(Stack stack, IReadOnlyList<Resource> present, World world, IProgressView view, CancellationToken cancellationToken)
    {
        var convergence = new Convergence(aws, world, view);
        return Graph.BackwardAsync(
            stack.Resources,
            width,
            (resource, token) =>
                present.Contains(resource) ? TellAsync(view, resource, PlanAction.Delete, () => convergence.RemoveAsync(resource, token)) : Task.CompletedTask,
            cancellationToken
        );
    }

    private static async Task TellAsync(IProgressView view, Resource resource, PlanAction action, Func<Task> work)
    {
        var begun = Stopwatch.GetTimestamp();
        view.Started(resource, action);
        await work();
        view.Finished(resource, action, Stopwatch.GetElapsedTime(begun));
    }
}
