using Amazon.EC2;
using Amazon.EC2.Model;
using Lab.Deployment.Aws;
using Lab.Model.Definition;
using Ec2Group = Amazon.EC2.Model.SecurityGroup;

namespace Lab.Deployment.Resources;

/// <summary>A security group; its rules are a resource of their own, because the two groups name each other.</summary>
/// <param name="lab">The lab.</param>
/// <param name="vpc">Its VPC.</param>
/// <param name="name">The specification's name: <c>bastion-sg</c> or <c>talos-nodes-sg</c>.</param>
/// <param name="description">Cannot be changed on AWS.</param>
internal sealed class SecurityGroup(LabDefinition lab, Resource vpc, string name, string description) : Resource($"group/{name}", "security group", vpc)
{
    /// <summary>The group's name.</summary>
    public string Name { get; } = name;

    public override IReadOnlyCollection<string> Immutable => ["name", "vpc"];

    public override async Task<Found?> FindAsync(AwsClients aws, CancellationToken cancellationToken) =>
        await ReadAsync(aws, cancellationToken) is { } group ? ToFound(group) : null;

    /// <summary>The group with its rules; null where there is none.</summary>
    public Task<Ec2Group?> ReadAsync(AwsClients aws, CancellationToken cancellationToken) =>
        Tagging.FindAsync<Ec2Group>(
            aws,
            lab,
            Id,
            group => group.Tags,
            group => group.GroupId,
            filters => aws.Ec2.Paginators.DescribeSecurityGroups(new DescribeSecurityGroupsRequest { Filters = filters }).SecurityGroups,
            cancellationToken
        );

    public override Fields Desired(World world) =>
        new()
        {
            ["name"] = Name,
            ["vpc"] = world.Ref(vpc),
            [Tagging.NameField] = Tagging.ConsoleName(lab, Id),
        };

    public override Task CreateAsync(AwsClients aws, World world, CancellationToken cancellationToken) =>
        aws.Ec2Writes.CreateSecurityGroupAsync(
            new CreateSecurityGroupRequest
            {
                GroupName = Name,
                Description = description,
                VpcId = world.Ref(vpc),
                TagSpecifications = Tagging.Specify(lab, Id, ResourceType.SecurityGroup),
            },
            cancellationToken
        );

    public override Task UpdateAsync(AwsClients aws, World world, Found found, IReadOnlyList<FieldChange> changes, CancellationToken cancellationToken) =>
        Tagging.UpdateNameAsync(aws, lab, this, found, changes, cancellationToken);

    public override Task DeleteAsync(AwsClients aws, Found found, CancellationToken cancellationToken) =>
        aws.Ec2Writes.DeleteSecurityGroupAsync(new DeleteSecurityGroupRequest { GroupId = found.Id }, cancellationToken);

    private static Found ToFound(Ec2Group group)
    {
        var fields = new Fields { ["name"] = group.GroupName, ["vpc"] = group.VpcId };
        fields.AddName(group.Tags);
        return new Found(group.GroupId, fields);
    }
}
