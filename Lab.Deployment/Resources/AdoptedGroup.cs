using Amazon.EC2;
using Amazon.EC2.Model;
using Lab.Deployment.Aws;
using Lab.Model;
using Lab.Model.Definition;

namespace Lab.Deployment.Resources;

/// <summary>An adopted bastion group. Only its subnets and, where it names one, its template version change; sizes, tags and schedule stay.</summary>
internal sealed class AdoptedGroup(LabDefinition lab, AdoptedBastion adopted, Resource subnet, AdoptedTemplate template, params IReadOnlyList<Resource> needs)
    : Resource("scaling-group/bastion", "Auto Scaling group", [subnet, template, .. needs])
{
    private const string Subnets = "subnets";
    private const string Version = "template version";

    public override string? Irreplaceable => AdoptedBastion.Irreplaceable(lab);

    public override async Task<Found?> FindAsync(AwsClients aws, CancellationToken cancellationToken)
    {
        var group =
            await aws.AutoScaling.FindGroupAsync(lab.Bastion.Group, cancellationToken)
            ?? throw new LabException($"Group {lab.Bastion.Group} has gone while lab-deploy was running.");
        var current = await AdoptedBastion.ReadAsync(aws, lab, group, cancellationToken);
        var isMoved = current.Current is { } record
            ? !group.Subnets.SequenceEqual(record.Subnets, StringComparer.Ordinal)
                || group.TemplateVersion != record.GroupVersion
                || (await OutsideAsync(aws, group.Instances, record.Subnets, cancellationToken)).Count > 0
            : current.Last is not null && await subnet.FindAsync(aws, cancellationToken) is { } home && group.Subnets.Contains(home.Id);
        return new Found(group.Name, new Fields { [Subnets] = group.SubnetSet, [Version] = group.TemplateVersion! }) { IsForeign = !isMoved };
    }

    public override Fields Desired(World world) =>
        new()
        {
            [Subnets] = world.Ref(subnet),
            [Version] =
                adopted.Original(subnet, world).GroupVersion is "$Latest" ? "$Latest"
                : world[template] is { IsForeign: false } version ? version.Handles["version"]
                : World.Unknown,
        };

    public override Task CreateAsync(AwsClients aws, World world, CancellationToken cancellationToken) =>
        throw new NotSupportedException("An adopted group is there.");

    public override Task UpdateAsync(AwsClients aws, World world, Found found, IReadOnlyList<FieldChange> changes, CancellationToken cancellationToken)
    {
        var wanted = Desired(world);
        return aws.AutoScaling.MoveAsync(found.Id, [wanted[Subnets]], adopted.TemplateId, wanted[Version], cancellationToken);
    }

    /// <summary>Gives the group back, and ends what still runs in the lab's subnet: the group starts it where it belongs.</summary>
    public override async Task DeleteAsync(AwsClients aws, Found found, CancellationToken cancellationToken)
    {
        var group = await aws.AutoScaling.FindGroupAsync(lab.Bastion.Group, cancellationToken);
        if (group is null || (await AdoptedBastion.ReadAsync(aws, lab, group, cancellationToken)).Last is not { } record)
        {
            return;
        }

        await aws.AutoScaling.MoveAsync(found.Id, record.Subnets, adopted.TemplateId, record.GroupVersion, cancellationToken);
        foreach (var instance in await OutsideAsync(aws, group.Instances, record.Subnets, cancellationToken))
        {
            await aws.AutoScaling.EndInstanceAsync(instance, cancellationToken);
        }
    }

    /// <summary>The living instances among some that are in other subnets than these.</summary>
    private static async Task<IReadOnlyList<string>> OutsideAsync(
        AwsClients aws,
        IReadOnlyList<string> instances,
        IReadOnlyList<string> subnets,
        CancellationToken cancellationToken
    )
    {
        if (instances.Count == 0)
        {
            return [];
        }

        var described = await aws.InstancesAsync(new DescribeInstancesRequest { InstanceIds = [.. instances] }, cancellationToken);
        return
        [
            .. described
                .Where(instance => instance.State.Name != InstanceStateName.Terminated && instance.SubnetId is not null && !subnets.Contains(instance.SubnetId))
                .Select(instance => instance.InstanceId),
        ];
    }
}
