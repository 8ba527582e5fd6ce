using Lab.Deployer.Aws;
using Lab.Deployer.Reconciling;
using Lab.Deployer.Resources;
using Lab.Model.Definition;

namespace Lab.Deployer.Commands;

/// <summary>A lab and what is on AWS, or on an emulator, of it, with the plan that follows.</summary>
internal sealed record DeployedLab(LabDefinition Lab, Surroundings Surroundings, Stack Stack, World World, Plan Plan, bool IsLocal)
{
    /// <summary>AWS's identifier of a resource; null for nothing found.</summary>
    public string? IdOf(string resource) => World[Stack.Resources.First(candidate => candidate.Id == resource)]?.Id;

    /// <summary>What is done otherwise than the definition says; null for nothing.</summary>
    public string? Remark => Surroundings is { IsEmulated: true, Adopted: null, HasOwnGroup: false } && !Lab.Bastion.Create
        ? $"The emulator has no group {Lab.Bastion.Group} to adopt, so one is created there. On AWS that takes bastion.create: true."
        : null;

    /// <summary>Reads and plans.</summary>
    public static async Task<DeployedLab> ReadAsync(AwsClients aws, LabDefinition lab, CancellationToken cancellationToken)
    {
        var surroundings = await Surroundings.ReadAsync(aws, lab, cancellationToken);
        var stack = Stack.Build(lab, surroundings);
        var world = await new Reconciler(aws).ReadAsync(stack.Resources, cancellationToken);
        return new DeployedLab(lab, surroundings, stack, world, Plan.Make(stack.Resources, world), aws.Target.IsLocal);
    }
}
