using Amazon.EC2.Model;
using Amazon.Runtime;
using Lab.Deployment.Aws;
using Lab.Model.Definition;

namespace Lab.Deployment.Resources;

/// <summary>The lab's version of an adopted bastion's launch template: all that the bastion had, in the lab's network.</summary>
internal sealed class AdoptedTemplate(LabDefinition lab, AdoptedBastion adopted, Resource subnet, SecurityGroup group, IReadOnlyList<Resource> needs)
    : Resource("template/bastion", "launch template version", [subnet, group, .. needs])
{
    private AdoptedBastion _adopted = adopted;

    public override string? Irreplaceable => AdoptedBastion.Irreplaceable(lab);

    public override async Task<Found?> FindAsync(AwsClients aws, CancellationToken cancellationToken)
    {
        _adopted = await AdoptedBastion.ReadAsync(aws, lab, _adopted.Group, cancellationToken);
        return new Found(_adopted.TemplateId, TemplateData.Flatten(TemplateData.ToRequest(_adopted.Latest.LaunchTemplateData)))
        {
            IsForeign = aws.Target.IsLocal ? _adopted.Current is null : !_adopted.LabVersions.Any(),
            Handles = new Dictionary<string, string> { ["version"] = $"{_adopted.Latest.VersionNumber}" },
        };
    }

    public override Fields Desired(World world) => TemplateData.Flatten(Data(world));

    public override Task CreateAsync(AwsClients aws, World world, CancellationToken cancellationToken) =>
        throw new NotSupportedException("An adopted template is there.");

    public override Task UpdateAsync(AwsClients aws, World world, Found found, IReadOnlyList<FieldChange> changes, CancellationToken cancellationToken) =>
        aws.Ec2Writes.CreateLaunchTemplateVersionAsync(
            new CreateLaunchTemplateVersionRequest
            {
                LaunchTemplateId = found.Id,
                LaunchTemplateData = Data(world),
                VersionDescription = _adopted.Original(subnet, world).Describe(lab),
            },
            cancellationToken
        );

    /// <summary>Removes the lab's versions. An emulator that cannot gets a version with the bastion's own content instead.</summary>
    public override async Task DeleteAsync(AwsClients aws, Found found, CancellationToken cancellationToken)
    {
        try
        {
            await aws.Ec2Writes.DeleteLaunchTemplateVersionsAsync(
                new DeleteLaunchTemplateVersionsRequest { LaunchTemplateId = found.Id, Versions = [.. _adopted.LabVersions] },
                cancellationToken
            );
        }
        catch (AmazonServiceException) when (aws.Target.IsLocal && _adopted.Current is not null)
        {
            // moto 5.2 does not know this call.
            var own = _adopted.OwnVersion;
            await aws.Ec2Writes.CreateLaunchTemplateVersionAsync(
                new CreateLaunchTemplateVersionRequest
                {
                    LaunchTemplateId = found.Id,
                    LaunchTemplateData = _adopted.Data(own),
                    VersionDescription = _adopted.Versions.First(version => version.VersionNumber == own).VersionDescription,
                },
                cancellationToken
            );
        }
    }

    private RequestLaunchTemplateData Data(World world)
    {
        return BastionTemplate.Move(lab, _adopted.Data(_adopted.Original(subnet, world).Version), world.Ref(subnet), world.Ref(group));
    }
}
