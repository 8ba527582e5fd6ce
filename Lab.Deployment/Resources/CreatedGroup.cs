using Lab.Deployment.Aws;
using Lab.Model.Definition;
using Lab.Model.Rendering;

namespace Lab.Deployment.Resources;

/// <summary>A bastion group of the lab's own, with the schedule of the specification. It begins without an instance.</summary>
internal sealed class CreatedGroup(LabDefinition lab, Resource subnet, OwnTemplate template, params IReadOnlyList<Resource> needs)
    : Resource("scaling-group/bastion", "Auto Scaling group", [subnet, template, .. needs])
{
    private const string Schedule = "schedule ";

    /// <summary>True for a group that this lab has created.</summary>
    public static bool IsOwn(LabDefinition lab, ScalingGroup group) => group.Tags.GetValueOrDefault(Tags.Lab) == lab.Name;

    public override async Task<Found?> FindAsync(AwsClients aws, CancellationToken cancellationToken)
    {
        var schedule = aws.AutoScaling.ScheduleAsync(lab.Bastion.Group, cancellationToken);
        var group = await aws.AutoScaling.FindOrGoingAsync(lab.Bastion.Group, cancellationToken);
        var actions = await schedule;
        if (group is null || !IsOwn(lab, group))
        {
            return null;
        }

        var fields = new Fields { ["subnets"] = group.SubnetSet, ["template"] = $"{group.TemplateId} {group.TemplateVersion}" };
        foreach (var action in actions)
        {
            fields[Schedule + action.Name] = action.ToString();
        }

        return new Found(group.Name, fields) { IsGoing = group.IsGoing };
    }

    public override Fields Desired(World world)
    {
        var fields = new Fields { ["subnets"] = world.Ref(subnet), ["template"] = $"{world.Ref(template)} $Latest" };
        foreach (var action in Actions())
        {
            fields[Schedule + action.Name] = action.ToString();
        }

        return fields;
    }

    public override Task CreateAsync(AwsClients aws, World world, CancellationToken cancellationToken) =>
        aws.AutoScaling.CreateAsync(lab.Bastion.Group, [world.Ref(subnet)], world.Ref(template), "$Latest", Tagging.Of(lab, Id), cancellationToken);

    public override async Task UpdateAsync(AwsClients aws, World world, Found found, IReadOnlyList<FieldChange> changes, CancellationToken cancellationToken)
    {
        if (changes.Any(change => change.Name is "subnets" or "template"))
        {
            await aws.AutoScaling.MoveAsync(found.Id, [world.Ref(subnet)], world.Ref(template), "$Latest", cancellationToken);
        }

        foreach (var change in changes.Where(change => change.Name.StartsWith(Schedule, StringComparison.Ordinal)))
        {
            var name = change.Name[Schedule.Length..];
            await (
                Actions().FirstOrDefault(action => action.Name == name) is { } wanted
                    ? aws.AutoScaling.PutScheduleAsync(found.Id, wanted, cancellationToken)
                    : aws.AutoScaling.DeleteScheduleAsync(found.Id, name, cancellationToken)
            );
        }
    }

    public override async Task DeleteAsync(AwsClients aws, Found found, CancellationToken cancellationToken)
    {
        foreach (var action in await aws.AutoScaling.ScheduleAsync(found.Id, cancellationToken))
        {
            await aws.AutoScaling.DeleteScheduleAsync(found.Id, action.Name, cancellationToken);
        }

        await aws.AutoScaling.DeleteAsync(found.Id, cancellationToken);
    }

    private IEnumerable<ScheduledAction> Actions() =>
        [new("tf-start", lab.Bastion.Schedule.Start.ToString(), 0, 1, 1), new("tf-stop", lab.Bastion.Schedule.Stop.ToString(), 0, 1, 0)];
}
