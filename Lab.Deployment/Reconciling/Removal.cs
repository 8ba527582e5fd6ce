using Lab.Deployment.Aws;
using Lab.Deployment.Resources;
using Lab.Model.Definition;

namespace Lab.Deployment.Reconciling;

/// <summary>What a destroy would remove.</summary>
internal sealed record Removal(LabDefinition Lab, Stack Stack, World World, IReadOnlyList<Resource> Present, IReadOnlyList<NodeInstance> Nodes)
{
    /// <summary>True when there is nothing of the lab.</summary>
    public bool IsEmpty => Present.Count == 0 && Nodes.Count == 0;

    /// <summary>The resources and the nodes.</summary>
    public IEnumerable<string> Names => [.. Present.Select(resource => resource.Id), .. Nodes.Select(node => node.Id)];

    /// <summary>Reads what there is.</summary>
    public static async Task<Removal> ReadAsync(AwsClients aws, LabDefinition lab, CancellationToken cancellationToken)
    {
        await Lease.SettleAsync(aws, lab, cancellationToken);
        var stack = Stack.BuildForRemoval(lab, await Surroundings.ReadForRemovalAsync(aws, lab, cancellationToken));
        var world = await new Reconciler(aws).ReadAsync(stack.Resources, cancellationToken);
        IReadOnlyList<Resource> present = [.. stack.Resources.Where(resource => !resource.IsExisting && world[resource] is { IsForeign: false }).Reverse()];
        return new Removal(lab, stack, world, present, await NodeInstances.FindAsync(aws, lab, cancellationToken));
    }

    /// <summary>Ends the nodes, then removes everything.</summary>
    public async Task RunAsync(AwsClients aws, IProgressView view, CancellationToken cancellationToken, int width = 6)
    {
        await NodeInstances.TerminateAsync(aws, Lab, [.. Nodes.Select(node => node.Id)], cancellationToken);
        await new Reconciler(aws, width).DestroyAsync(Stack, Present, World, view, cancellationToken);
    }
}
