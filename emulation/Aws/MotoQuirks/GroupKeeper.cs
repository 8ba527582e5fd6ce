using Amazon.EC2;
using Amazon.EC2.Model;
using Lab.Emulation.Network.Vpc;

namespace Lab.Emulation.Aws.MotoQuirks;

/// <summary>
/// Does what Auto Scaling does and moto 5.2 does not: a group that shall have an instance gets one, as its launch template says. moto
/// fails to launch from a template's second version, and what it launches from the first has neither the template's security groups
/// nor an IPv6 address.
/// </summary>
/// <param name="account">Where the emulator is.</param>
/// <param name="say">Gets what was done.</param>
internal sealed class GroupKeeper(EmulatedAccount account, Action<string> say) : IDisposable
{
    private readonly ScalingApi _scaling = new(account);
    private readonly IAmazonEC2 _ec2 = account.CreateClient();

    /// <summary>Looks at the groups of a VPC, and launches or mends where there is need.</summary>
    /// <returns>True when something was changed.</returns>
    public async Task<bool> KeepAsync(VpcState vpc, CancellationToken cancellationToken)
    {
        var changed = false;
        var groups = await _scaling.GroupsAsync(cancellationToken);
        foreach (var group in groups.Where(group => group.TemplateId.Length > 0 && group.Subnets.Any(subnet => vpc.Subnets.Any(known => known.Id == subnet))))
        {
            var members = vpc.Instances.Where(instance => instance.State is "pending" or "running" && group.Instances.Contains(instance.Id)).ToList();
            if (members.Count < group.Desired)
            {
                await LaunchAsync(group, cancellationToken);
                changed = true;
            }
            else if (members.FirstOrDefault(member => !vpc.Interfaces.Any(one => one.InstanceId == member.Id)) is null)
            {
                changed |= await MendAsync(vpc, group, members, cancellationToken);
            }
        }

        return changed;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _scaling.Dispose();
        _ec2.Dispose();
    }

    private async Task LaunchAsync(ScalingGroup group, CancellationToken cancellationToken)
    {
        var template = await TemplateAsync(group, cancellationToken);
        var primary = template.NetworkInterfaces?.FirstOrDefault(one => one.DeviceIndex is null or 0);
        var answer = await _ec2.RunInstancesAsync(
            new RunInstancesRequest
            {
                LaunchTemplate = new LaunchTemplateSpecification { LaunchTemplateId = group.TemplateId, Version = group.TemplateVersion },
                MinCount = 1,
                MaxCount = 1,
                NetworkInterfaces =
                [
                    new()
                    {
                        DeviceIndex = 0,
                        SubnetId = group.Subnets[0],
                        Groups = primary?.Groups,
                        AssociatePublicIpAddress = primary?.AssociatePublicIpAddress,
                        DeleteOnTermination = true,
                    },
                ],
                TagSpecifications = [new() { ResourceType = ResourceType.Instance, Tags = [.. group.Tags.Select(tag => new Tag(tag.Key, tag.Value))] }],
            },
            cancellationToken
        );
        var instance = answer.Reservation.Instances[0];
        await _scaling.AttachAsync(group.Name, instance.InstanceId, cancellationToken);
        say($"Group {group.Name} launches {instance.InstanceId}.");
    }

    /// <summary>Gives the first interface what the template says: moto takes groups and IPv6 addresses from nowhere.</summary>
    private async Task<bool> MendAsync(VpcState vpc, ScalingGroup group, List<VpcInstance> members, CancellationToken cancellationToken)
    {
        var changed = false;
        foreach (var one in vpc.Interfaces.Where(one => one.DeviceIndex == 0 && members.Any(member => member.Id == one.InstanceId)))
        {
            var subnet = vpc.Subnets.First(subnet => subnet.Id == one.SubnetId);
            var primary = (await TemplateAsync(group, cancellationToken)).NetworkInterfaces?.FirstOrDefault(wanted => wanted.DeviceIndex is null or 0);
            if (primary?.Groups is { Count: > 0 } groups && !groups.Order().SequenceEqual(one.SecurityGroupIds.Order()))
            {
                await _ec2.ModifyNetworkInterfaceAttributeAsync(
                    new ModifyNetworkInterfaceAttributeRequest { NetworkInterfaceId = one.Id, Groups = groups },
                    cancellationToken
                );
                changed = true;
            }

            if (
                primary?.Ipv6AddressCount > 0
                && subnet.Ipv6 is not null
                && one.Addresses.All(address => address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork)
            )
            {
                await _ec2.AssignIpv6AddressesAsync(new AssignIpv6AddressesRequest { NetworkInterfaceId = one.Id, Ipv6AddressCount = 1 }, cancellationToken);
                changed = true;
            }
        }

        return changed;
    }

    private async Task<ResponseLaunchTemplateData> TemplateAsync(ScalingGroup group, CancellationToken cancellationToken)
    {
        var answer = await _ec2.DescribeLaunchTemplateVersionsAsync(
            new DescribeLaunchTemplateVersionsRequest { LaunchTemplateId = group.TemplateId, Versions = [group.TemplateVersion] },
            cancellationToken
        );
        return answer.LaunchTemplateVersions[0].LaunchTemplateData;
    }
}
