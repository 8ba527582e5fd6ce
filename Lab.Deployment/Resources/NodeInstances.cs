using Amazon.EC2;
using Amazon.EC2.Model;
using Lab.Deployment.Aws;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Rendering;

namespace Lab.Deployment.Resources;

/// <summary>A launched node.</summary>
internal sealed record NodeInstance(string Id, string State, string? PrivateIp, string? PublicIp, DateTime? Launched);

/// <summary>The nodes that were launched by hand. They are no part of the plan: only these verbs start and end them.</summary>
internal static class NodeInstances
{
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
                )),
        ];
    }

    /// <summary>Launches nodes from the template. A lost answer is not repeated blindly: what is there is counted.</summary>
    /// <exception cref="LabException">AWS does not launch them.</exception>
    public static async Task<IReadOnlyList<NodeInstance>> LaunchAsync(
        AwsClients aws,
        LabDefinition lab,
        string template,
        int count,
        CancellationToken cancellationToken,
        string? userData = null
    )
    {
        var before = (await FindAsync(aws, lab, cancellationToken)).Select(node => node.Id).ToHashSet();
        var token = Guid.NewGuid().ToString();
        List<NodeInstance> started = [];
        for (var attempt = 0; attempt < 6 && started.Count < count; attempt++)
        {
            try
            {
                await aws.Ec2Writes.RunInstancesAsync(
                    new RunInstancesRequest
                    {
                        LaunchTemplate = new LaunchTemplateSpecification { LaunchTemplateId = template, Version = "$Default" },
                        MinCount = count - started.Count,
                        MaxCount = count - started.Count,
                        NetworkInterfaces = aws.Target.IsLocal ? await InterfacesAsync(aws, template, cancellationToken) : null,
                        UserData = userData is null ? null : DeploymentFiles.Base64(userData),
                        ClientToken = $"{token}-{started.Count}",
                    },
                    cancellationToken
                );
            }
            catch (Exception e)
                when (!cancellationToken.IsCancellationRequested && (AwsErrors.IsAmbiguous(e) || AwsErrors.IsThrottle(e) || AwsErrors.IsNotYet(e))) { }

            started = await NewAsync(aws, lab, before, count, cancellationToken);
        }

        return started.Count >= count ? started : throw new LabException($"AWS launched {started.Count} of {count} nodes. See: lab-deploy nodes");
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

    /// <summary>The template's interfaces, said again: moto 5.2 does not take them from the template.</summary>
    private static async Task<List<InstanceNetworkInterfaceSpecification>> InterfacesAsync(AwsClients aws, string template, CancellationToken cancellationToken)
    {
        var version = await aws
            .Ec2.Paginators.DescribeLaunchTemplateVersions(new DescribeLaunchTemplateVersionsRequest { LaunchTemplateId = template, Versions = ["$Default"] })
            .LaunchTemplateVersions.SingleAsync(cancellationToken);
        return
        [
            .. version.LaunchTemplateData.NetworkInterfaces.Select(one => new InstanceNetworkInterfaceSpecification
            {
                DeviceIndex = one.DeviceIndex,
                SubnetId = one.SubnetId,
                Groups = one.Groups,
                AssociatePublicIpAddress = one.AssociatePublicIpAddress,
                DeleteOnTermination = one.DeleteOnTermination,
            }),
        ];
    }

    /// <summary>Terminates nodes and waits until they are gone.</summary>
    public static async Task TerminateAsync(AwsClients aws, LabDefinition lab, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        var deadline = aws.Time.GetUtcNow() + aws.Target.Timing.Patience;
        while ((await FindAsync(aws, lab, cancellationToken)).Where(node => ids.Contains(node.Id)).ToList() is { Count: > 0 } left)
        {
            if (aws.Time.GetUtcNow() > deadline)
            {
                throw new LabException(
                    $"Nodes are still not terminated: {string.Join(", ", left.Select(node => $"{node.Id} ({node.State})"))}. See: lab-deploy nodes"
                );
            }

            try
            {
                await aws.Ec2Writes.TerminateInstancesAsync(
                    new TerminateInstancesRequest { InstanceIds = [.. left.Select(node => node.Id)] },
                    cancellationToken
                );
            }
            catch (Exception e)
                when (!cancellationToken.IsCancellationRequested && (AwsErrors.IsAmbiguous(e) || AwsErrors.IsThrottle(e) || AwsErrors.IsGone(e))) { }

            await Task.Delay(aws.Target.Timing.Poll, cancellationToken);
        }
    }
}
