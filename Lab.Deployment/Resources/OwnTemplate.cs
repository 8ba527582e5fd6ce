using Amazon.EC2;
using Amazon.EC2.Model;
using Lab.Deployment.Aws;
using Lab.Model.Definition;

namespace Lab.Deployment.Resources;

/// <summary>A launch template of the lab's own: the nodes', or that of a bastion that the lab creates. A change is a new default version.</summary>
/// <param name="lab">The lab.</param>
/// <param name="id">Its name in the lab.</param>
/// <param name="name">Its name on AWS.</param>
/// <param name="data">Its content.</param>
/// <param name="needs">What the content names.</param>
internal sealed class OwnTemplate(LabDefinition lab, string id, string name, Func<World, RequestLaunchTemplateData> data, IReadOnlyList<Resource> needs)
    : Resource(id, "launch template", needs)
{
    private const string DefaultVersion = "default version";
    private const string Latest = "$Latest";

    /// <summary>Its name on AWS.</summary>
    public string Name { get; } = name;

    public override IReadOnlyCollection<string> Immutable => ["name"];

    public override async Task<Found?> FindAsync(AwsClients aws, CancellationToken cancellationToken)
    {
        var template = await Tagging.FindAsync<LaunchTemplate>(
            aws,
            lab,
            Id,
            found => found.Tags,
            found => found.LaunchTemplateId,
            filters => aws.Ec2.Paginators.DescribeLaunchTemplates(new DescribeLaunchTemplatesRequest { Filters = filters }).LaunchTemplates,
            cancellationToken
        );
        if (template is null)
        {
            return null;
        }

        var latest = await aws
            .Ec2.Paginators.DescribeLaunchTemplateVersions(
                new DescribeLaunchTemplateVersionsRequest { LaunchTemplateId = template.LaunchTemplateId, Versions = [Latest] }
            )
            .LaunchTemplateVersions.SingleAsync(cancellationToken);
        var fields = TemplateData.Flatten(TemplateData.ToRequest(latest.LaunchTemplateData));
        fields["name"] = template.LaunchTemplateName;
        fields[DefaultVersion] = template.DefaultVersionNumber == latest.VersionNumber ? "the latest" : $"{template.DefaultVersionNumber}";
        fields.AddName(template.Tags);
        return new Found(template.LaunchTemplateId, fields) { Handles = new Dictionary<string, string> { ["version"] = $"{latest.VersionNumber}" } };
    }

    public override Fields Desired(World world)
    {
        var fields = TemplateData.Flatten(data(world));
        fields["name"] = Name;
        fields[DefaultVersion] = "the latest";
        fields[Tagging.NameField] = Tagging.ConsoleName(lab, Id);
        return fields;
    }

    public override Task CreateAsync(AwsClients aws, World world, CancellationToken cancellationToken) =>
        aws.Ec2Writes.CreateLaunchTemplateAsync(
            new CreateLaunchTemplateRequest
            {
                LaunchTemplateName = Name,
                LaunchTemplateData = data(world),
                TagSpecifications = Tagging.Specify(lab, Id, ResourceType.LaunchTemplate),
            },
            cancellationToken
        );

    public override async Task UpdateAsync(AwsClients aws, World world, Found found, IReadOnlyList<FieldChange> changes, CancellationToken cancellationToken)
    {
        var version = found.Handles["version"];
        if (changes.Any(change => change.Name is not (DefaultVersion or Tagging.NameField)))
        {
            var answer = await aws.Ec2Writes.CreateLaunchTemplateVersionAsync(
                new CreateLaunchTemplateVersionRequest { LaunchTemplateId = found.Id, LaunchTemplateData = data(world) },
                cancellationToken
            );
            version = $"{answer.LaunchTemplateVersion.VersionNumber}";
        }

        await aws.Ec2Writes.ModifyLaunchTemplateAsync(
            new ModifyLaunchTemplateRequest { LaunchTemplateId = found.Id, DefaultVersion = version },
            cancellationToken
        );
        await Tagging.UpdateNameAsync(aws, lab, this, found, changes, cancellationToken);
    }

    public override Task DeleteAsync(AwsClients aws, Found found, CancellationToken cancellationToken) =>
        aws.Ec2Writes.DeleteLaunchTemplateAsync(new DeleteLaunchTemplateRequest { LaunchTemplateId = found.Id }, cancellationToken);
}
