using Lab.Deployment.Aws;
using Lab.Deployment.Reconciling;
using Lab.Deployment.Resources;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Network;
using Lab.Model.Pricing;

namespace Lab.Deployment;

/// <summary>A lab and what is on AWS, or on an emulator, of it, with the plan that follows.</summary>
internal sealed record DeployedLab(LabDefinition Lab, Surroundings Surroundings, Stack Stack, World World, Plan Plan, bool IsLocal)
{
    /// <summary>AWS's identifier of a resource; null for nothing found.</summary>
    public string? IdOf(string resource) => World[Stack.Resources.First(candidate => candidate.Id == resource)]?.Id;

    /// <summary>True for one of the lab's private subnets: that of its zone, or of a further one.</summary>
    public bool IsPrivate(string? subnet) => subnet is not null && SubnetPlace.PrivateIds(Lab).Any(id => IdOf(id) == subnet);

    /// <summary>The lab's nodes with what is different about each; read for a change only.</summary>
    public IReadOnlyList<NodeInstance> Nodes { get; init; } = [];

    /// <summary>What it costs in a month. A NAT gateway that is there already is not the lab's to pay.</summary>
    /// <param name="day">The day that decides what is free.</param>
    public Estimate EstimateFor(DateOnly day) =>
        Surroundings.Existing?.NatGateway is null ? Estimate.For(Lab, day) : Estimate.For(Lab, day).WithoutNatGateway();

    /// <summary>What is done otherwise than one would expect.</summary>
    public IReadOnlyList<string> Remarks =>
        [
            .. Surroundings.LacksBudgets ? ["The emulator does not know AWS Budgets, so the budget's alarm is left out there."] : Array.Empty<string>(),
            .. Surroundings.Existing is { } existing
                ?
                [
                    $"The network is {existing.Vpc.VpcId} with {existing.Public.SubnetId} and {existing.Private.SubnetId}, which are not the lab's: they stay as they are, with the DHCP options that they have. The lab adds its security groups, the bastion's interface and the routes shown.",
                ]
                : Array.Empty<string>(),
            .. NetworkDesign.HasNatGateway(Lab) && Surroundings.Existing?.NatGateway is { } nat
                ? [$"The private subnet has a NAT gateway already ({nat}), so the lab makes none, and its price is not counted."]
                : Array.Empty<string>(),
            .. Surroundings is { IsEmulated: true, Adopted: null, HasOwnGroup: false } && !Lab.Bastion.Create
                ? [$"The emulator has no group {Lab.Bastion.Group} to adopt, so one is created there. On AWS that takes bastion.create: true."]
                : Array.Empty<string>(),
            .. Plan.Changes.Any(step => step is { Action: PlanAction.Update, Resource: AdoptedGroup or CreatedGroup })
            && Surroundings.RunningBastions is { Count: > 0 } running
                ?
                [
                    $"The bastion that runs now ({string.Join(", ", running)}) stays where and as it is until its group starts it anew: AWS does that by itself where its zone is none of the group's any more, else the schedule does, or at once: {DeployCommand.Line("bastion stop")}; {DeployCommand.Line("bastion start")}",
                ]
                : Array.Empty<string>(),
            .. NodeDifferences.Tell(Nodes),
        ];

    /// <summary>Reads and plans what is to be carried out: what stands against it is said before anything is written.</summary>
    /// <exception cref="LabException">Something stands against it.</exception>
    public static async Task<DeployedLab> ReadForChangeAsync(AwsClients aws, LabDefinition lab, CancellationToken cancellationToken)
    {
        await Lease.SettleAsync(aws, lab, cancellationToken);
        var surroundings = await Surroundings.ReadAsync(aws, lab, cancellationToken);
        var obstacles = new Obstacles(aws, lab);
        DemandNone(await obstacles.FindAsync(surroundings, cancellationToken));
        var deployed = await ReadAsync(aws, lab, surroundings, cancellationToken);
        var going = deployed
            .Plan.Changes.Where(step => step is { Resource: Subnet, Action: PlanAction.Delete or PlanAction.Replace })
            .Select(step => step.Found);
        DemandNone([.. deployed.Plan.Impossible, .. await obstacles.NodesInAsync([.. going.OfType<Found>()], cancellationToken)]);
        return deployed with { Nodes = await NodeDifferences.FindAsync(aws, lab, cancellationToken) };
    }

    /// <summary>Reads and plans.</summary>
    public static async Task<DeployedLab> ReadAsync(AwsClients aws, LabDefinition lab, CancellationToken cancellationToken) =>
        await ReadAsync(aws, lab, await Surroundings.ReadAsync(aws, lab, cancellationToken), cancellationToken);

    private static async Task<DeployedLab> ReadAsync(AwsClients aws, LabDefinition lab, Surroundings surroundings, CancellationToken cancellationToken)
    {
        var stack = Stack.Build(lab, surroundings);
        var world = await new Reconciler(aws).ReadAsync(stack.Resources, cancellationToken);
        return new DeployedLab(lab, surroundings, stack, world, Plan.Make(stack.Resources, world), aws.Target.IsLocal);
    }

    private static void DemandNone(IReadOnlyList<string> obstacles)
    {
        if (obstacles.Count > 0)
        {
            throw new LabException($"{string.Join('\n', obstacles)}\nNothing was changed.");
        }
    }
}
