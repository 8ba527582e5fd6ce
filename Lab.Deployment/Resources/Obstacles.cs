using Amazon.EC2.Model;
using Lab.Deployment.Aws;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Network;

namespace Lab.Deployment.Resources;

/// <summary>What would keep a lab from working, or would harm what is not the lab's: looked for while planning, before the first write.</summary>
/// <param name="aws">The clients.</param>
/// <param name="lab">The lab.</param>
internal sealed class Obstacles(AwsClients aws, LabDefinition lab)
{
    private const string Latest = "$Latest";

    /// <summary>Looks for all of them.</summary>
    public async Task<IReadOnlyList<string>> FindAsync(Surroundings surroundings, CancellationToken cancellationToken)
    {
        var node = NodeTemplateAsync(cancellationToken);
        var strays = ExistingNetwork.StraysAsync(aws, lab, surroundings.Existing, cancellationToken);
        var bastion = surroundings.Adopted is { } adopted
            ? BastionAsync(adopted, surroundings.Existing, cancellationToken)
            : Task.FromResult<IReadOnlyList<string>>([]);
        var network = surroundings.Existing is { } existing ? NetworkAsync(existing, cancellationToken) : Task.FromResult<IReadOnlyList<string>>([]);
        return [.. await strays, .. await network, .. await bastion, .. await node];
    }

    /// <summary>The nodes in subnets that would go: AWS keeps a subnet as long as something is in it.</summary>
    /// <param name="going">The subnets.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public async Task<IReadOnlyList<string>> NodesInAsync(IReadOnlyList<Found> going, CancellationToken cancellationToken)
    {
        var nodes = going.Count == 0 ? [] : await NodeInstances.FindAsync(aws, lab, cancellationToken);
        return
        [
            .. going
                .Select(subnet => (subnet.Id, Nodes: nodes.Where(node => node.Subnet == subnet.Id).Select(node => node.Name ?? node.Id).ToList()))
                .Where(subnet => subnet.Nodes.Count > 0)
                .Select(subnet =>
                    $"{subnet.Id} goes, or is made anew, and has nodes: {string.Join(", ", subnet.Nodes)}. Terminate them first: {DeployCommand.Line($"terminate {string.Join(' ', subnet.Nodes)}")}"
                ),
        ];
    }

    /// <summary>What an existing network has already of what the lab would make in it.</summary>
    private async Task<IReadOnlyList<string>> NetworkAsync(ExistingNetwork existing, CancellationToken cancellationToken)
    {
        var groups = await aws
            .Ec2.Paginators.DescribeSecurityGroups(
                new DescribeSecurityGroupsRequest
                {
                    Filters = [new("vpc-id", [existing.Vpc.VpcId]), new("group-name", [NetworkDesign.BastionGroup, NetworkDesign.NodesGroup])],
                }
            )
            .SecurityGroups.ToListAsync(cancellationToken);
        var address = lab.Bastion.Address.ToString();
        var interfaces = await aws
            .Ec2.Paginators.DescribeNetworkInterfaces(
                new DescribeNetworkInterfacesRequest
                {
                    Filters = [new("subnet-id", [existing.Private.SubnetId]), new("addresses.private-ip-address", [address])],
                }
            )
            .NetworkInterfaces.ToListAsync(cancellationToken);
        return
        [
            .. existing.Problems(),
            .. groups
                .Where(group => group.VpcId == existing.Vpc.VpcId && group.GroupName is NetworkDesign.BastionGroup or NetworkDesign.NodesGroup)
                .Where(group => !Tagging.IsOf(lab, group.Tags))
                .Select(group =>
                    $"network.existing.vpc: {group.VpcId} has a security group {group.GroupName} already ({group.GroupId}), which is not this lab's, and a VPC has one of a name. Rename that one, or remove it."
                ),
            .. interfaces
                .Where(found => found.SubnetId == existing.Private.SubnetId && !Tagging.IsOf(lab, found.TagSet))
                .Where(found => found.PrivateIpAddresses?.Any(taken => taken.PrivateIpAddress == address) == true)
                .Select(found =>
                    $"bastion.address: {address} is taken in {found.SubnetId}, by {found.NetworkInterfaceId}{(string.IsNullOrEmpty(found.Description) ? "" : $" ({found.Description})")}. Choose another address."
                ),
        ];
    }

    private async Task<IReadOnlyList<string>> NodeTemplateAsync(CancellationToken cancellationToken)
    {
        var templates = await aws
            .Ec2.Paginators.DescribeLaunchTemplates(new DescribeLaunchTemplatesRequest { Filters = [new("launch-template-name", [lab.Launch.Template])] })
            .LaunchTemplates.ToListAsync(cancellationToken);
        return
        [
            .. templates
                .Where(template => template.LaunchTemplateName == lab.Launch.Template && !Tagging.IsOf(lab, template.Tags))
                .Select(template =>
                    $"launch.template: there is a launch template {template.LaunchTemplateName} already ({template.LaunchTemplateId}), which is not this lab's. Choose another name."
                ),
        ];
    }

    private async Task<IReadOnlyList<string>> BastionAsync(AdoptedBastion adopted, ExistingNetwork? existing, CancellationToken cancellationToken)
    {
        var group = adopted.Group;
        List<string> found = [];
        if (TemplateRecord.LabOf(adopted.Latest) is { } owner && owner != lab.Name)
        {
            found.Add(
                $"Group {group.Name} is adopted by the lab {owner}, or this lab had that name then. Give it back first: lab-deploy destroy, with name: {owner} in that lab's definition."
            );
        }

        if (group.Suspended.FirstOrDefault(process => process is "Launch" or "Terminate") is { } suspended)
        {
            found.Add(
                $"Group {group.Name}: the process {suspended} is suspended, so that no bastion would start in the lab. Resume it: aws autoscaling resume-processes --auto-scaling-group-name {group.Name} --scaling-processes {suspended}"
            );
        }

        if (group.Balanced.Count > 0 && (existing is null || !group.Subnets.All(existing.Subnets.Contains)))
        {
            found.Add(
                $"Group {group.Name}: its instances are put behind {string.Join(", ", group.Balanced)}, which are in another VPC than the lab's. AWS would start no bastion there. Detach them first."
            );
        }

        found.AddRange(Interfaces(adopted));
        var others = (await aws.AutoScaling.GroupsAsync(cancellationToken)).Where(other =>
            other.Name != group.Name && other.Templates.Contains((adopted.TemplateId, Latest))
        );
        found.AddRange(
            others.Select(other =>
                $"Group {other.Name} launches the version {Latest} of the same launch template {adopted.TemplateId} as the bastion's group {group.Name}: the lab's subnet and user data would come to its instances too. Give one of the two groups a template of its own, or {other.Name} a version by its number."
            )
        );
        return found;
    }

    /// <summary>What a template ties to the network that it was made for, and that the lab cannot move.</summary>
    private static IEnumerable<string> Interfaces(AdoptedBastion adopted)
    {
        var interfaces = adopted.Data(adopted.OwnVersion).NetworkInterfaces ?? [];
        foreach (var (index, one) in interfaces.Index())
        {
            var where = $"Launch template {adopted.TemplateId} of group {adopted.Group.Name}, network interface {index}:";
            if (one.NetworkInterfaceId is { } existing)
            {
                yield return $"{where} it is the existing interface {existing}, which cannot come into the lab's VPC. Let the template make the interface.";
            }
            else if (interfaces.Count > 1 && one.DeviceIndex is > 0)
            {
                yield return $"{where} a further interface ({one.SubnetId ?? "without subnet"}) cannot be in another VPC than the first, and the lab has one of its own for the bastion. Take it out.";
            }
        }
    }
}
