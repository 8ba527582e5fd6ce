using Amazon.EC2;
using Amazon.EC2.Model;
using Lab.Deployment.Aws;
using Lab.Model.Definition;
using Lab.Model.Rendering;

namespace Lab.Deployment.Resources;

/// <summary>
/// The interface that holds the bastion's static address, in the private subnet. The bastion of the day attaches it to itself. It
/// forwards for the nodes where the egress design says so.
/// </summary>
internal sealed class BastionInterface(LabDefinition lab, Resource subnet, SecurityGroup group)
    : Resource(Tags.BastionInterface, "network interface", subnet, group)
{
    public override IReadOnlyCollection<string> Immutable => ["address", "subnet"];

    public override async Task<Found?> FindAsync(AwsClients aws, CancellationToken cancellationToken)
    {
        var answer = await aws
            .Ec2.Paginators.DescribeNetworkInterfaces(new DescribeNetworkInterfacesRequest { Filters = Tagging.Filter(lab, Id) })
            .NetworkInterfaces.ToListAsync(cancellationToken);
        if (Tagging.Single(answer, found => found.TagSet, lab, Id, found => found.NetworkInterfaceId) is not { } found)
        {
            return null;
        }

        var fields = new Fields
        {
            ["address"] = found.PrivateIpAddress,
            ["subnet"] = found.SubnetId,
            ["groups"] = string.Join(' ', (found.Groups ?? []).Select(member => member.GroupId).Order(StringComparer.Ordinal)),
            ["forwards"] = found.SourceDestCheck == false ? "yes" : "no",
        };
        fields.AddName(found.TagSet);
        return new Found(found.NetworkInterfaceId, fields)
        {
            Handles = found.Attachment?.AttachmentId is { } attachment ? new Dictionary<string, string> { ["attachment"] = attachment } : [],
        };
    }

    public override Fields Desired(World world) =>
        new()
        {
            ["address"] = lab.Bastion.Address.ToString(),
            ["subnet"] = world.Ref(subnet),
            ["groups"] = world.Ref(group),
            ["forwards"] = lab.Network.Egress == Egress.Bastion ? "yes" : "no",
            [Tagging.NameField] = Tagging.ConsoleName(lab, Id),
        };

    public override Task CreateAsync(AwsClients aws, World world, CancellationToken cancellationToken) =>
        aws.Ec2Writes.CreateNetworkInterfaceAsync(
            new CreateNetworkInterfaceRequest
            {
                SubnetId = world.Ref(subnet),
                PrivateIpAddress = lab.Bastion.Address.ToString(),
                Groups = [world.Ref(group)],
                Description = $"Static address of the bastion of lab {lab.Name}",
                TagSpecifications = Tagging.Specify(lab, Id, ResourceType.NetworkInterface),
            },
            cancellationToken
        );

    public override async Task UpdateAsync(AwsClients aws, World world, Found found, IReadOnlyList<FieldChange> changes, CancellationToken cancellationToken)
    {
        if (changes.Any(change => change.Name == "groups"))
        {
            await aws.Ec2Writes.ModifyNetworkInterfaceAttributeAsync(
                new ModifyNetworkInterfaceAttributeRequest { NetworkInterfaceId = found.Id, Groups = [world.Ref(group)] },
                cancellationToken
            );
        }

        if (changes.Any(change => change.Name == "forwards"))
        {
            await aws.Ec2Writes.ModifyNetworkInterfaceAttributeAsync(
                new ModifyNetworkInterfaceAttributeRequest { NetworkInterfaceId = found.Id, SourceDestCheck = lab.Network.Egress != Egress.Bastion },
                cancellationToken
            );
        }

        await Tagging.UpdateNameAsync(aws, lab, this, found, changes, cancellationToken);
    }

    public override async Task DeleteAsync(AwsClients aws, Found found, CancellationToken cancellationToken)
    {
        if (found.Handles.TryGetValue("attachment", out var attachment))
        {
            await aws.Ec2Writes.DetachNetworkInterfaceAsync(new DetachNetworkInterfaceRequest { AttachmentId = attachment, Force = true }, cancellationToken);
        }

        await aws.Ec2Writes.DeleteNetworkInterfaceAsync(new DeleteNetworkInterfaceRequest { NetworkInterfaceId = found.Id }, cancellationToken);
    }
}
