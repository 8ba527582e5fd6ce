using Lab.Deployment.Aws;
using Lab.Deployment.Reconciling;
using Lab.Deployment.Resources;
using Lab.Model;
using Lab.Model.Definition;

namespace Lab.Dashboard.Cloud;

/// <summary>Reads what the AWS emulator has of the lab, with the deployer's own eyes.</summary>
internal static class EmulatorReader
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Reads all.</summary>
    /// <exception cref="LabException">The emulator does not answer in time, or holds what cannot be understood.</exception>
    public static async Task<EmulatedLab> ReadAsync(LabDefinition lab, Uri endpoint, TimeProvider time, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            return await ReadAsync(lab, endpoint, time.GetUtcNow(), patience.Token);
        }
        catch (Exception e)
            when (!cancellationToken.IsCancellationRequested
                && e is HttpRequestException or OperationCanceledException or Amazon.Runtime.AmazonClientException or Amazon.Runtime.AmazonServiceException
            )
        {
            throw new LabException($"The AWS emulator at {endpoint} could not be read: {e.Message}", inner: e);
        }
    }

    private static async Task<EmulatedLab> ReadAsync(LabDefinition lab, Uri endpoint, DateTimeOffset now, CancellationToken cancellationToken)
    {
        using var aws = new AwsClients(AwsTarget.Local(lab.Region, endpoint), TimeProvider.System);
        var surroundings = await Surroundings.ReadAsync(aws, lab, cancellationToken);
        var (stack, note) = Build(lab, surroundings);
        var world = await new Reconciler(aws).ReadAsync(stack.Resources, cancellationToken);
        var bastion = await aws.AutoScaling.FindGroupAsync(lab.Bastion.Group, cancellationToken);
        var nodes = await NodeInstances.FindAsync(aws, lab, cancellationToken);
        return new EmulatedLab(
            now,
            endpoint,
            [.. Plan.Make(stack.Resources, world).Steps.Select(Compare)],
            [
                .. bastion?.Instances.Select(instance => new EmulatedInstance(instance, $"bastion, group {bastion.Name}", "in service", null)) ?? [],
                .. nodes.Select(node => new EmulatedInstance(node.Id, node.Name is null ? "node" : $"node {node.Name}", node.State, node.PrivateIp)),
            ]
        )
        {
            Note = note,
        };
    }

    /// <summary>What lacks something, an image for the nodes say, cannot be planned; the network can be compared all the same.</summary>
    private static (Stack Stack, string? Note) Build(LabDefinition lab, Surroundings surroundings)
    {
        try
        {
            return (Stack.Build(lab, surroundings), null);
        }
        catch (LabException e)
        {
            return (Stack.BuildForRemoval(lab, surroundings), e.Message);
        }
    }

    private static EmulatedResource Compare(PlanStep step) =>
        new(
            step.Resource.Phase,
            step.Resource.Kind,
            step.Resource.Id,
            step.Found is { IsForeign: false } found ? found.Id : null,
            step switch
            {
                { Action: PlanAction.Keep } => Comparison.Same,
                { Action: PlanAction.Delete } => Comparison.Unwanted,
                { Found: null or { IsForeign: true } } => Comparison.Missing,
                _ => Comparison.Differs,
            },
            step.Found?.Fields is { } fields ? fields : new Dictionary<string, string>(),
            [.. step.Changes.Select(change => (change.Name, change.Before, change.After))]
        );
}
