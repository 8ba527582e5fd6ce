using System.Globalization;
using System.Xml.Linq;
using Lab.Deployment.Aws.Protocols;

namespace Lab.Deployment.Aws;

/// <summary>An Auto Scaling group.</summary>
internal sealed record ScalingGroup(
    string Name,
    int Min,
    int Max,
    int Desired,
    IReadOnlyList<string> Subnets,
    string? TemplateId,
    string? TemplateVersion,
    IReadOnlyList<string> Instances,
    IReadOnlyDictionary<string, string> Tags
)
{
    /// <summary>True while it is being deleted: for minutes, until its instances are gone, there can be no other group of its name.</summary>
    public bool IsGoing { get; init; }

    /// <summary>What Auto Scaling does not do for it at present: <c>Launch</c>.</summary>
    public IReadOnlyList<string> Suspended { get; init; } = [];

    /// <summary>The target groups and load balancers that its instances are put behind.</summary>
    public IReadOnlyList<string> Balanced { get; init; } = [];

    /// <summary>The templates that it launches from, with their versions: its own, and those of a mixed-instances policy.</summary>
    public IReadOnlyList<(string? Id, string? Version)> Templates { get; init; } = [];

    /// <summary>The subnets for comparing: their order means nothing, but is kept.</summary>
    public string SubnetSet => string.Join(' ', Subnets.Order(StringComparer.Ordinal));
}

/// <summary>One entry of a group's schedule.</summary>
internal sealed record ScheduledAction(string Name, string? Recurrence, int? Min, int? Max, int? Desired)
{
    /// <summary>For output: <c>0 12 * * * min 0 max 1 desired 1</c>.</summary>
    public override string ToString() => $"{Recurrence} min {Min} max {Max} desired {Desired}";
}

/// <summary>The calls of Auto Scaling that are needed (https://docs.aws.amazon.com/autoscaling/ec2/APIReference).</summary>
internal sealed class AutoScalingApi(ProtocolClient reads, ProtocolClient writes)
{
    /// <summary>The group of a name; null for none, or for one that is being deleted.</summary>
    public async Task<ScalingGroup?> FindGroupAsync(string name, CancellationToken cancellationToken) =>
        await FindOrGoingAsync(name, cancellationToken) is { IsGoing: false } group ? group : null;

    /// <summary>The group of a name, also while it is being deleted.</summary>
    public async Task<ScalingGroup?> FindOrGoingAsync(string name, CancellationToken cancellationToken) =>
        XElement
            .Parse(await reads.CallAsync(new ProtocolRequest("DescribeAutoScalingGroups").With("AutoScalingGroupNames.member.1", name), cancellationToken))
            .List("AutoScalingGroups")
            .Select(Group)
            .FirstOrDefault();

    /// <summary>All groups of the account in this region.</summary>
    public async Task<IReadOnlyList<ScalingGroup>> GroupsAsync(CancellationToken cancellationToken)
    {
        List<ScalingGroup> groups = [];
        string? next = null;
        do
        {
            var answer = XElement.Parse(
                await reads.CallAsync(new ProtocolRequest("DescribeAutoScalingGroups").With("NextToken", next).With("MaxRecords", "100"), cancellationToken)
            );
            groups.AddRange(answer.List("AutoScalingGroups").Select(Group));
            next = answer.Descendants().FirstOrDefault(element => element.Name.LocalName == "NextToken")?.Value;
        } while (!string.IsNullOrEmpty(next));

        return groups;
    }

    public async Task<IReadOnlyList<ScheduledAction>> ScheduleAsync(string group, CancellationToken cancellationToken) =>
        [
            .. XElement
                .Parse(await reads.CallAsync(new ProtocolRequest("DescribeScheduledActions").With("AutoScalingGroupName", group), cancellationToken))
                .List("ScheduledUpdateGroupActions")
                .Where(action => action.Text("AutoScalingGroupName") == group)
                .Select(action => new ScheduledAction(
                    action.Text("ScheduledActionName")!,
                    action.Text("Recurrence"),
                    action.Number("MinSize"),
                    action.Number("MaxSize"),
                    action.Number("DesiredCapacity")
                ))
                .OrderBy(action => action.Name, StringComparer.Ordinal),
        ];

    /// <summary>Moves a group to other subnets and another version of its template. Everything else stays.</summary>
    public Task MoveAsync(string group, IEnumerable<string> subnets, string templateId, string version, CancellationToken cancellationToken) =>
        writes.CallAsync(Placed("UpdateAutoScalingGroup", group, subnets, templateId, version), cancellationToken);

    /// <summary>Creates a group without an instance, which its schedule starts.</summary>
    public Task CreateAsync(
        string group,
        IEnumerable<string> subnets,
        string templateId,
        string version,
        IEnumerable<KeyValuePair<string, string>> tags,
        CancellationToken cancellationToken
    )
    {
        var request = Placed("CreateAutoScalingGroup", group, subnets, templateId, version)
            .With("MinSize", "0")
            .With("MaxSize", "1")
            .With("DesiredCapacity", "0");
        foreach (var (index, (key, value)) in tags.Index())
        {
            request
                .With($"Tags.member.{index + 1}.Key", key)
                .With($"Tags.member.{index + 1}.Value", value)
                .With($"Tags.member.{index + 1}.PropagateAtLaunch", "true");
        }

        return writes.CallAsync(request, cancellationToken);
    }

    /// <summary>Says how many instances a group shall have, at once.</summary>
    public Task SetDesiredAsync(string group, int desired, CancellationToken cancellationToken) =>
        writes.CallAsync(
            new ProtocolRequest("SetDesiredCapacity").With("AutoScalingGroupName", group).With("DesiredCapacity", Text(desired)).With("HonorCooldown", "false"),
            cancellationToken
        );

    public Task PutScheduleAsync(string group, ScheduledAction action, CancellationToken cancellationToken) =>
        writes.CallAsync(
            new ProtocolRequest("PutScheduledUpdateGroupAction")
                .With("AutoScalingGroupName", group)
                .With("ScheduledActionName", action.Name)
                .With("Recurrence", action.Recurrence)
                .With("MinSize", Text(action.Min))
                .With("MaxSize", Text(action.Max))
                .With("DesiredCapacity", Text(action.Desired)),
            cancellationToken
        );

    public Task DeleteScheduleAsync(string group, string action, CancellationToken cancellationToken) =>
        writes.CallAsync(
            new ProtocolRequest("DeleteScheduledAction").With("AutoScalingGroupName", group).With("ScheduledActionName", action),
            cancellationToken
        );

    public Task DeleteAsync(string group, CancellationToken cancellationToken) =>
        writes.CallAsync(new ProtocolRequest("DeleteAutoScalingGroup").With("AutoScalingGroupName", group).With("ForceDelete", "true"), cancellationToken);

    /// <summary>Ends an instance of a group; the group starts another one where its desired capacity says so.</summary>
    public Task EndInstanceAsync(string instance, CancellationToken cancellationToken) =>
        writes.CallAsync(
            new ProtocolRequest("TerminateInstanceInAutoScalingGroup").With("InstanceId", instance).With("ShouldDecrementDesiredCapacity", "false"),
            cancellationToken
        );

    private static ProtocolRequest Placed(string operation, string group, IEnumerable<string> subnets, string templateId, string version) =>
        new ProtocolRequest(operation)
            .With("AutoScalingGroupName", group)
            .With("VPCZoneIdentifier", string.Join(',', subnets))
            .With("LaunchTemplate.LaunchTemplateId", templateId)
            .With("LaunchTemplate.Version", version);

    private static string? Text(int? number) => number?.ToString(CultureInfo.InvariantCulture);

    private static ScalingGroup Group(XElement group) =>
        new(
            group.Text("AutoScalingGroupName")!,
            group.Number("MinSize") ?? 0,
            group.Number("MaxSize") ?? 0,
            group.Number("DesiredCapacity") ?? 0,
            [.. (group.Text("VPCZoneIdentifier") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)],
            group.Child("LaunchTemplate").Text("LaunchTemplateId"),
            group.Child("LaunchTemplate").Text("Version"),
            [.. group.List("Instances").Select(instance => instance.Text("InstanceId")!)],
            group.List("Tags").ToDictionary(tag => tag.Text("Key")!, tag => tag.Text("Value") ?? "")
        )
        {
            IsGoing = group.Text("Status") is not null,
            Suspended = [.. group.List("SuspendedProcesses").Select(process => process.Text("ProcessName") ?? "")],
            Balanced =
            [
                .. new[] { "TargetGroupARNs", "LoadBalancerNames", "TrafficSources" }
                    .SelectMany(group.List)
                    .Select(behind => behind.Text("Identifier") ?? behind.Value)
                    .Distinct(),
            ],
            Templates =
            [
                .. group
                    .Descendants()
                    .Where(element => element.Name.LocalName is "LaunchTemplate" or "LaunchTemplateSpecification")
                    .Select(template => (template.Text("LaunchTemplateId"), template.Text("Version")))
                    .Where(template => template.Item1 is not null),
            ],
        };
}
