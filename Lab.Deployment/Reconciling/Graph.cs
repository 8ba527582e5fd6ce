using Lab.Deployment.Resources;

namespace Lab.Deployment.Reconciling;

/// <summary>Runs something for each of some resources: each after those it depends on, several at once.</summary>
internal static class Graph
{
    /// <summary>Each after what it needs.</summary>
    public static Task ForwardAsync(
        IReadOnlyList<Resource> resources,
        int width,
        Func<Resource, CancellationToken, Task> run,
        CancellationToken cancellationToken
    ) => RunAsync(resources, resource => resource.Needs, width, run, cancellationToken);

    /// <summary>Each after what needs it.</summary>
    public static Task BackwardAsync(
        IReadOnlyList<Resource> resources,
        int width,
        Func<Resource, CancellationToken, Task> run,
        CancellationToken cancellationToken
    ) => RunAsync([.. resources.Reverse()], resource => [.. resources.Where(other => other.Needs.Contains(resource))], width, run, cancellationToken);

    /// <summary>After the first failure nothing more is begun; what is under way is waited for.</summary>
    private static async Task RunAsync(
        IReadOnlyList<Resource> resources,
        Func<Resource, IReadOnlyList<Resource>> before,
        int width,
        Func<Resource, CancellationToken, Task> run,
        CancellationToken cancellationToken
    )
    {
        var waiting = resources.ToList();
        var done = new HashSet<Resource>();
        var running = new List<(Task Task, Resource Resource)>();
        Task? failed = null;
        while (running.Count > 0 || (failed is null && waiting.Count > 0))
        {
            if (failed is null)
            {
                foreach (
                    var resource in waiting
                        .Where(resource => before(resource).All(other => done.Contains(other) || !resources.Contains(other)))
                        .Take(width - running.Count)
                        .ToList()
                )
                {
                    waiting.Remove(resource);
                    running.Add((run(resource, cancellationToken), resource));
                }
            }

            await Task.WhenAny(running.Select(one => one.Task));
            foreach (var (task, resource) in running.Where(one => one.Task.IsCompleted).ToList())
            {
                running.Remove((task, resource));
                done.Add(resource);
                failed ??= task.IsCompletedSuccessfully ? null : task;
            }
        }

        if (failed is not null)
        {
            await failed;
        }
    }
}
