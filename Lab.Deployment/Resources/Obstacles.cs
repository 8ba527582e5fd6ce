using Amazon.EC2.Model;
using Lab.Deployment.Aws;
using Lab.Model.Definition;

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
        var bastion = surroundings.Adopted is { } adopted ? BastionAsync(adopted, cancellationToken) : Task.FromResult<IReadOnlyList<string>>([]);
        return [.. await bastion, .. await node];
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

    private async Task<IReadOnlyList<string>> BastionAsync(AdoptedBastion adopted, CancellationToken cancellationToken)
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

        if (group.Balanced.Count > 0)
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
