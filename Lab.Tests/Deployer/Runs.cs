using System.Net;
using Lab.Deployment;
using Lab.Deployment.Aws;
using Lab.Deployment.Reconciling;
using Lab.Deployment.Resources;
using Lab.Model.Definition;

namespace Lab.Tests.Deployer;

/// <summary>Runs of the deployer in this process, one call at a time, so that a test decides where each ends.</summary>
internal static class Runs
{
    /// <summary>Short times: moto does everything at once.</summary>
    private static readonly Timing Quick = new(
        TimeSpan.FromSeconds(20),
        TimeSpan.FromMilliseconds(5),
        TimeSpan.FromSeconds(20),
        TimeSpan.FromMilliseconds(20),
        ReadRetries: 0
    );

    public static AwsClients Clients(Uri endpoint, TimeSpan? call = null) =>
        new(
            AwsTarget.Local("eu-west-1", endpoint) with
            {
                Timing = call is { } time ? Quick with { Call = time, ReadRetries = 4 } : Quick,
            },
            TimeProvider.System
        );

    /// <summary>The specification's lab with an egress design and an operator.</summary>
    public static LabDefinition Lab(Egress egress, bool create = true) =>
        new()
        {
            Network = new() { Egress = egress },
            Bastion = new() { Create = create },
            Access = new() { Ipv6 = HomeAddress.Parse("2001:db8::7") },
            Budget = new() { Email = "operator@example.org" },
        };

    /// <summary>A lab with private subnets in further zones: 10.20.14.0/24 and on.</summary>
    public static LabDefinition InFurther(LabDefinition lab, params string[] zones) =>
        lab with
        {
            Network = lab.Network with
            {
                Zones = [.. zones.Select((zone, index) => new ZoneDefinition { Zone = zone, PrivateSubnet = IPNetwork.Parse($"10.20.{14 + index}.0/24") })],
            },
        };

    /// <summary>An account that is slow: everything shows within <paramref name="settle"/>.</summary>
    public static AwsClients SlowClients(Uri endpoint, TimeSpan settle) =>
        new(AwsTarget.Local("eu-west-1", endpoint) with { Timing = Quick with { Settle = settle } }, TimeProvider.System);

    public static async Task ApplyAsync(LabDefinition lab, Uri endpoint, CancellationToken cancellationToken, int width = 1, TimeSpan? call = null)
    {
        using var aws = Clients(endpoint, call);
        await ApplyAsync(lab, aws, cancellationToken, width);
    }

    public static async Task ApplyAsync(LabDefinition lab, AwsClients aws, CancellationToken cancellationToken, int width)
    {
        await using var lease = await Lease.TakeAsync(aws, lab, Ended(), "apply", cancellationToken);
        var deployed = await DeployedLab.ReadForChangeAsync(aws, lab, cancellationToken);
        await new Reconciler(aws, width).ApplyAsync(deployed.Stack, deployed.Plan, deployed.World, new Silence(), cancellationToken);
    }

    public static async Task DestroyAsync(LabDefinition lab, Uri endpoint, CancellationToken cancellationToken, int width = 1, TimeSpan? call = null)
    {
        using var aws = Clients(endpoint, call);
        await DestroyAsync(lab, aws, cancellationToken, width);
    }

    public static async Task DestroyAsync(LabDefinition lab, AwsClients aws, CancellationToken cancellationToken, int width)
    {
        await using var lease = await Lease.TakeAsync(aws, lab, Ended(), "destroy", cancellationToken);
        await (await Removal.ReadAsync(aws, lab, cancellationToken)).RunAsync(aws, new Silence(), cancellationToken, width);
        lease.RemoveAtEnd();
    }

    public static async Task<Plan> PlanAsync(LabDefinition lab, Uri endpoint, CancellationToken cancellationToken)
    {
        using var aws = Clients(endpoint);
        return (await DeployedLab.ReadForChangeAsync(aws, lab, cancellationToken)).Plan;
    }

    /// <summary>An owner whose process is known to have ended, so that the next run may take over from one that "was killed".</summary>
    private static LeaseOwner Ended() => LeaseOwner.This() with { Started = "long ago" };

    private sealed class Silence : IProgressView
    {
        public void Started(Resource resource, PlanAction action) { }

        public void Finished(Resource resource, PlanAction action, TimeSpan elapsed) { }

        public void Note(string text) { }
    }
}
