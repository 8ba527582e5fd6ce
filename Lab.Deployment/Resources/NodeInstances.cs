using System.Text.Json.Serialization;
using Amazon.EC2;
using Amazon.EC2.Model;
using Lab.Deployment.Aws;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Network;
using Lab.Model.Rendering;

namespace Lab.Deployment.Resources;

/// <summary>A launched node.</summary>
internal sealed record NodeInstance(string Id, string State, string? PrivateIp, string? PublicIp, DateTime? Launched)
{
    /// <summary>Its name in the definition; null for a further one.</summary>
    public string? Name { get; init; }

    /// <summary>True for spot capacity.</summary>
    public bool IsSpot { get; init; }

    /// <summary>The id of its subnet.</summary>
    public string? Subnet { get; init; }

    /// <summary>Its instance type.</summary>
    public string? InstanceType { get; init; }

    /// <summary>The digest of what it was launched with; null where nothing tells.</summary>
    [JsonIgnore]
    public string? Boot { get; init; }

    /// <summary>What is otherwise than the definition says by now, as phrases; empty also where nobody has looked: <see cref="NodeDifferences"/>.</summary>
    public IReadOnlyList<string> Differences { get; init; } = [];
}

/// <summary>The nodes that were launched by hand. They are no part of the plan: only these verbs start and end them.</summary>
internal static class NodeInstances
{
    /// <summary>The version of a launch template that is used where none is named.</summary>
    private const string Default = "$Default";

    /// <summary>The lab's nodes that are not terminated, oldest first.</summary>
    public static async Task<IReadOnlyList<NodeInstance>> FindAsync(AwsClients aws, LabDefinition lab, CancellationToken cancellationToken)
    {
        var instances = await aws.InstancesAsync(new DescribeInstancesRequest { Filters = Tagging.Filter(lab, Tags.Node) }, cancellationToken);
        return
        [
            .. instances
                .Where(instance => Tagging.Value(instance.Tags, Tags.Lab) == lab.Name && Tagging.Value(instance.Tags, Tags.Id) == Tags.Node)
                .Where(instance => instance.State.Name != InstanceStateName.Terminated)
                .OrderBy(instance => instance.LaunchTime)
                .ThenBy(instance => instance.InstanceId, StringComparer.Ordinal)
                .Select(instance => new NodeInstance(
                    instance.InstanceId,
                    instance.State.Name,
                    instance.PrivateIpAddress,
                    string.IsNullOrEmpty(instance.PublicIpAddress) ? null : instance.PublicIpAddress,
                    instance.LaunchTime
                )
                {
                    Name = Tagging.Value(instance.Tags, Tags.NodeName),
                    Boot = Tagging.Value(instance.Tags, Tags.NodeBoot),
                    InstanceType = instance.InstanceType,
                    Subnet = instance.SubnetId,
                    IsSpot = instance.InstanceLifecycle == InstanceLifecycleType.Spot,
                }),
        ];
    }

    /// <summary>The nodes of the definition that have no instance.</summary>
    public static IReadOnlyList<NodeDefinition> Missing(LabDefinition lab, IReadOnlyList<NodeInstance> present) =>
        [.. lab.Nodes.Where(node => present.All(instance => instance.Name != node.Name))];

    /// <summary>Launches further nodes, as the template has them.</summary>
    /// <exception cref="LabException">AWS does not launch them, or there is no template.</exception>
    public static async Task<IReadOnlyList<NodeInstance>> LaunchAsync(
        AwsClients aws,
        DeployedLab deployed,
        int count,
        CancellationToken cancellationToken,
        string? userData = null
    )
    {
        var interfaces = aws.Target.IsLocal ? await InterfacesAsync(aws, deployed, NodeLaunch.Further(deployed.Lab), cancellationToken) : null;
        return await RunAsync(
            aws,
            deployed.Lab,
            new RunInstancesRequest
            {
                LaunchTemplate = new() { LaunchTemplateId = TemplateOf(deployed), Version = Default },
                NetworkInterfaces = interfaces,
                UserData = Encoded(userData),
                InstanceMarketOptions = Options(deployed.Lab.Launch.Market),
                TagSpecifications = deployed.Lab.Launch.Market == Market.Spot ? Specify(Market.Spot, Tagging.List(deployed.Lab, Tags.Node)) : null,
            },
            count,
            cancellationToken
        );
    }

    /// <summary>
    /// Launches nodes of the definition, one after another: what runs when one fails is there, each is told when it is, and the next run
    /// makes the rest.
    /// </summary>
    /// <exception cref="LabException">AWS does not launch one, or one cannot be launched, before any is.</exception>
    public static async Task<IReadOnlyList<NodeInstance>> LaunchAsync(
        AwsClients aws,
        DeployedLab deployed,
        IReadOnlyList<NodeDefinition> nodes,
        CancellationToken cancellationToken,
        string? userData = null,
        Action<NodeInstance>? tell = null
    )
    {
        DemandPossible(deployed, nodes);
        List<NodeInstance> launched = [];
        foreach (var node in nodes)
        {
            launched.Add(await LaunchAsync(aws, deployed, node, cancellationToken, userData));
            tell?.Invoke(launched[^1]);
        }

        return launched;
    }

    /// <summary>Launches a node of the definition: its type, its disks and its address, which is the same wherever it runs.</summary>
    /// <exception cref="LabException">AWS does not launch it.</exception>
    public static async Task<NodeInstance> LaunchAsync(
        AwsClients aws,
        DeployedLab deployed,
        NodeDefinition node,
        CancellationToken cancellationToken,
        string? userData = null
    )
    {
        var lab = deployed.Lab;
        var launch = lab.MachineOf(node).Launch;
        List<Tag> tags = [.. Tagging.List(lab, Tags.Node).Where(tag => tag.Key != Tags.ConsoleName)];
        tags.AddRange([new(Tags.ConsoleName, Tagging.ConsoleName(lab, node.Name)), new(Tags.NodeName, node.Name)]);
        if (NodeUserData.Digest(lab, node, userData) is { } boot)
        {
            tags.Add(new(Tags.NodeBoot, boot));
        }

        var launched = await RunAsync(
            aws,
            lab,
            new RunInstancesRequest
            {
                LaunchTemplate = new() { LaunchTemplateId = TemplateOf(deployed), Version = Default },
                // The template's is that of further nodes.
                ImageId = launch.Architecture == NodeLaunch.Further(lab).Architecture ? null : deployed.Surroundings.Images[launch.Architecture]!.Id,
                InstanceType = InstanceType.FindValue(launch.InstanceType),
                UserData = Encoded(userData ?? NodeUserData.Script(lab, node)),
                InstanceMarketOptions = Options(launch.Market),
                NetworkInterfaces = await InterfacesAsync(aws, deployed, launch, cancellationToken),
                BlockDeviceMappings =
                [
                    .. NodeTemplate
                        .Disks(lab, launch)
                        .Select(disk => new BlockDeviceMapping
                        {
                            DeviceName = disk.Device,
                            Ebs = new()
                            {
                                VolumeType = VolumeType.Gp3,
                                VolumeSize = disk.Gib,
                                DeleteOnTermination = true,
                            },
                        }),
                ],
                TagSpecifications = Specify(launch.Market, tags),
            },
            count: 1,
            cancellationToken
        );
        return launched[0];
    }

    /// <exception cref="LabException">There is nothing yet to launch nodes from.</exception>
    public static void DemandTemplate(DeployedLab deployed) => TemplateOf(deployed);

    /// <exception cref="LabException">A node of the definition cannot be launched.</exception>
    public static void DemandPossible(DeployedLab deployed, IEnumerable<NodeDefinition> nodes)
    {
        var lab = deployed.Lab;
        if (nodes.Select(node => Obstacle(lab, node) ?? WithoutSubnet(deployed, node)).OfType<string>().ToList() is { Count: > 0 } obstacles)
        {
            throw new LabException($"{string.Join('\n', obstacles)}\nNothing was launched.");
        }
    }

    /// <summary>Why a node of the definition cannot be launched; null where it can.</summary>
    public static string? Obstacle(LabDefinition lab, NodeDefinition node)
    {
        var launch = lab.MachineOf(node).Launch;
        return launch.PrivateAddress is { } address && lab.PrivateSubnetOf(launch.Zone) is { } subnet && NetworkDesign.IsKept(subnet, address)
            ? $"{node.Name}: AWS keeps the first addresses of {subnet}, {address} among them. Give the node another, here or with launch.privateAddress; the first free one is {NetworkDesign.FirstFree(subnet)}."
            : null;
    }

    private static string? WithoutSubnet(DeployedLab deployed, NodeDefinition node) =>
        deployed.Lab.MachineOf(node).Launch.Zone is var zone && SubnetOf(deployed, zone) is null ? $"{node.Name}: {NoSubnet(zone)}" : null;

    private static string? SubnetOf(DeployedLab deployed, string zone) => deployed.IdOf(SubnetPlace.PrivateId(deployed.Lab, zone));

    private static string NoSubnet(string zone) => $"{zone} has no private subnet yet. Run: {DeployCommand.Line("apply")}";

    /// <summary>Spot capacity is asked for once: a request that stays would launch further nodes by itself.</summary>
    private static InstanceMarketOptionsRequest? Options(Market market) =>
        market == Market.Spot
            ? new()
            {
                MarketType = MarketType.Spot,
                SpotOptions = new() { SpotInstanceType = SpotInstanceType.OneTime, InstanceInterruptionBehavior = InstanceInterruptionBehavior.Terminate },
            }
            : null;

    /// <summary>What a launch makes, with its tags. The request for spot capacity is a thing of its own, which nobody pays.</summary>
    private static List<TagSpecification> Specify(Market market, List<Tag> tags)
    {
        ResourceType[] types = [ResourceType.Instance, ResourceType.Volume, ResourceType.NetworkInterface];
        return
        [
            .. types
                .Concat(market == Market.Spot ? [ResourceType.SpotInstancesRequest] : [])
                .Select(type => new TagSpecification { ResourceType = type, Tags = tags }),
        ];
    }

    private static string? Encoded(string? userData) => userData is null ? null : DeploymentFiles.Base64(userData);

    private static string TemplateOf(DeployedLab deployed) =>
        deployed.IdOf("template/node")
        ?? throw new LabException($"There is no launch template {deployed.Lab.Launch.Template} yet. Run: {DeployCommand.Line("apply")}");

    /// <summary>A lost answer is not repeated blindly: what is there is counted.</summary>
    private static async Task<IReadOnlyList<NodeInstance>> RunAsync(
        AwsClients aws,
        LabDefinition lab,
        RunInstancesRequest request,
        int count,
        CancellationToken cancellationToken
    )
    {
        var before = (await FindAsync(aws, lab, cancellationToken)).Select(node => node.Id).ToHashSet();
        var token = Guid.NewGuid().ToString();
        List<NodeInstance> started = [];
        for (var attempt = 0; attempt < 6 && started.Count < count; attempt++)
        {
            try
            {
                (request.MinCount, request.MaxCount) = (count - started.Count, count - started.Count);
                request.ClientToken = $"{token}-{started.Count}";
                await aws.Ec2Writes.RunInstancesAsync(request, cancellationToken);
            }
            catch (Exception e)
                when (!cancellationToken.IsCancellationRequested && (AwsErrors.IsAmbiguous(e) || AwsErrors.IsThrottle(e) || AwsErrors.IsNotYet(e))) { }

            started = await NewAsync(aws, lab, before, count, cancellationToken);
        }

        return started.Count >= count ? started : throw new LabException($"AWS launched {started.Count} of {count} nodes. See: {DeployCommand.Line("nodes")}");
    }

    /// <summary>The nodes that were not there before, once there are as many as asked for, or AWS has had its time to show them.</summary>
    private static async Task<List<NodeInstance>> NewAsync(
        AwsClients aws,
        LabDefinition lab,
        HashSet<string> before,
        int count,
        CancellationToken cancellationToken
    )
    {
        var deadline = aws.Time.GetUtcNow() + aws.Target.Timing.Settle;
        while (true)
        {
            var asked = aws.Time.GetUtcNow();
            List<NodeInstance> started = [.. (await FindAsync(aws, lab, cancellationToken)).Where(node => !before.Contains(node.Id))];
            if (started.Count >= count || asked > deadline)
            {
                return started;
            }

            await Task.Delay(aws.Target.Timing.Poll, cancellationToken);
        }
    }

    /// <summary>
    /// The template's interfaces, said again: with the node's address and the subnet of its zone, and for moto 5.2, which does not take them
    /// from the template.
    /// </summary>
    /// <exception cref="LabException">The subnet of its zone is not there.</exception>
    private static async Task<List<InstanceNetworkInterfaceSpecification>> InterfacesAsync(
        AwsClients aws,
        DeployedLab deployed,
        NodeLaunch launch,
        CancellationToken cancellationToken
    )
    {
        var subnet = SubnetOf(deployed, launch.Zone) ?? throw new LabException(NoSubnet(launch.Zone));
        var template = TemplateOf(deployed);
        var version = await aws
            .Ec2.Paginators.DescribeLaunchTemplateVersions(new DescribeLaunchTemplateVersionsRequest { LaunchTemplateId = template, Versions = [Default] })
            .LaunchTemplateVersions.SingleAsync(cancellationToken);
        return
        [
            .. version.LaunchTemplateData.NetworkInterfaces.Select(one => new InstanceNetworkInterfaceSpecification
            {
                DeviceIndex = one.DeviceIndex,
                PrivateIpAddress = launch.PrivateAddress?.ToString(),
                SubnetId = subnet,
                Groups = one.Groups,
                AssociatePublicIpAddress = one.AssociatePublicIpAddress,
                DeleteOnTermination = one.DeleteOnTermination,
            }),
        ];
    }

    /// <summary>Stops nodes, whose disks stay and are paid, and waits until they are stopped.</summary>
    /// <exception cref="LabException">One cannot be stopped.</exception>
    public static Task StopAsync(AwsClients aws, LabDefinition lab, IReadOnlyList<NodeInstance> nodes, CancellationToken cancellationToken)
    {
        if (nodes.Where(node => node.IsSpot).Select(node => node.Name ?? node.Id).ToList() is { Count: > 0 } spot)
        {
            throw new LabException(
                $"AWS does not stop spot instances and keep their disks: {string.Join(", ", spot)}. Terminate them: {DeployCommand.Line($"terminate {string.Join(' ', spot)}")}\nNothing was stopped."
            );
        }

        var ids = nodes.Select(node => node.Id).ToHashSet();
        return ChangeAsync(
            aws,
            lab,
            node => ids.Contains(node.Id) && node.State != InstanceStateName.Stopped,
            "stopped",
            left => aws.Ec2Writes.StopInstancesAsync(new StopInstancesRequest { InstanceIds = left }, cancellationToken),
            cancellationToken
        );
    }

    /// <summary>Starts stopped nodes and waits until they run. They have the disks and the addresses that they had.</summary>
    public static Task StartAsync(AwsClients aws, LabDefinition lab, IReadOnlyList<string> ids, CancellationToken cancellationToken) =>
        ChangeAsync(
            aws,
            lab,
            node => ids.Contains(node.Id) && node.State != InstanceStateName.Running,
            "running",
            left => aws.Ec2Writes.StartInstancesAsync(new StartInstancesRequest { InstanceIds = left }, cancellationToken),
            cancellationToken
        );

    /// <summary>Terminates nodes and waits until they are gone.</summary>
    public static Task TerminateAsync(AwsClients aws, LabDefinition lab, IReadOnlyList<string> ids, CancellationToken cancellationToken) =>
        ChangeAsync(
            aws,
            lab,
            node => ids.Contains(node.Id),
            "terminated",
            left => aws.Ec2Writes.TerminateInstancesAsync(new TerminateInstancesRequest { InstanceIds = left }, cancellationToken),
            cancellationToken
        );

    /// <summary>Asks until no node is left to change. AWS answers a call that comes again, or too early, with what is wrong with it.</summary>
    private static async Task ChangeAsync(
        AwsClients aws,
        LabDefinition lab,
        Func<NodeInstance, bool> isLeft,
        string state,
        Func<List<string>, Task> change,
        CancellationToken cancellationToken
    )
    {
        var deadline = aws.Time.GetUtcNow() + aws.Target.Timing.Patience;
        while ((await FindAsync(aws, lab, cancellationToken)).Where(isLeft).ToList() is { Count: > 0 } left)
        {
            if (aws.Time.GetUtcNow() > deadline)
            {
                throw new LabException(
                    $"Nodes are still not {state}: {string.Join(", ", left.Select(node => $"{node.Id} ({node.State})"))}. See: {DeployCommand.Line("nodes")}"
                );
            }

            try
            {
                await change([.. left.Select(node => node.Id)]);
            }
            catch (Exception e)
                when (!cancellationToken.IsCancellationRequested
                    && (AwsErrors.IsAmbiguous(e) || AwsErrors.IsThrottle(e) || AwsErrors.IsGone(e) || AwsErrors.IsNotInState(e))
                ) { }

            await Task.Delay(aws.Target.Timing.Poll, cancellationToken);
        }
    }
}
