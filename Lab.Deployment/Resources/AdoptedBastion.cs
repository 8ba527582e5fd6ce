using System.Text.RegularExpressions;
using Amazon.EC2.Model;
using Lab.Deployment.Aws;
using Lab.Model;
using Lab.Model.Definition;

namespace Lab.Deployment.Resources;

/// <summary>
/// A bastion group that was there before the lab, and what it was. The record of that is the description of the template version that
/// the lab adds: it comes with the first change and goes with the last, and no other tool rewrites it.
/// </summary>
/// <param name="Group">The group as it is.</param>
/// <param name="TemplateId">Its launch template.</param>
/// <param name="Versions">All versions, oldest first.</param>
/// <param name="Lab">The lab.</param>
internal sealed partial record AdoptedBastion(LabDefinition Lab, ScalingGroup Group, string TemplateId, IReadOnlyList<LaunchTemplateVersion> Versions)
{
    private static readonly IReadOnlyDictionary<string, string> EmptyTags = new Dictionary<string, string>();

    /// <summary>Why what the bastion's group is in cannot be made anew under it, and what to do.</summary>
    public static string Irreplaceable(LabDefinition lab) =>
        $"the bastion's group {lab.Bastion.Group} is adopted and in it. Give the group back first, then deploy anew: {DeployCommand.Line("destroy")}; {DeployCommand.Line("apply")}";

    /// <summary>The newest version: the lab's, while the group is adopted.</summary>
    public LaunchTemplateVersion Latest => Versions[^1];

    /// <summary>The lab's version that is in force; null for none.</summary>
    public TemplateRecord? Current => TemplateRecord.Read(Lab, Latest);

    /// <summary>The lab's newest record, also where somebody has added a version after it; null for none.</summary>
    public TemplateRecord? Last => Versions.Select(version => TemplateRecord.Read(Lab, version)).LastOrDefault(record => record is not null);

    /// <summary>The numbers of the lab's versions.</summary>
    public IEnumerable<string> LabVersions =>
        Versions.Where(version => TemplateRecord.Read(Lab, version) is not null).Select(version => $"{version.VersionNumber}");

    /// <summary>The version with the bastion's own content: the one the group launches or, where that is the lab's, what it was made from.</summary>
    public long OwnVersion =>
        Current?.Version
        ?? (
            Versions.FirstOrDefault(IsLaunched) is not { } launched
                ? Latest.VersionNumber!.Value
                : TemplateRecord.Read(Lab, launched)?.Version ?? launched.VersionNumber!.Value
        );

    /// <summary>What the bastion was: from the record, or as it is now.</summary>
    /// <exception cref="LabException">The lab has moved the group, but the record of it is gone.</exception>
    public TemplateRecord Original(Resource subnet, World world)
    {
        if (Current is { } current)
        {
            return current;
        }

        // In a subnet that the lab uses and did not make, the group may have been before.
        var labSubnet = subnet.IsExisting ? null : world[subnet]?.Id;
        return labSubnet is null || !Group.Subnets.Contains(labSubnet) ? new TemplateRecord(OwnVersion, Group.TemplateVersion!, Group.Subnets)
            : Last is not null ? Last with { Version = OwnVersion }
            : throw new LabException(
                $"Group {Group.Name} is in the lab's subnet {labSubnet}, but no version of its launch template {TemplateId} says where it was before. Move it back by hand, then run again."
            );
    }

    /// <summary>The content of a version, in the form of a request.</summary>
    public RequestLaunchTemplateData Data(long version) =>
        TemplateData.ToRequest(
            Versions.FirstOrDefault(candidate => candidate.VersionNumber == version)?.LaunchTemplateData
                ?? throw new LabException(
                    $"Launch template {TemplateId} of group {Group.Name} has lost its version {version}, which the lab's own is made from. Create a version with the bastion's own content, then run again."
                )
        );

    private bool IsLaunched(LaunchTemplateVersion version) =>
        Group.TemplateVersion switch
        {
            "$Latest" => version == Latest,
            "$Default" => version.DefaultVersion == true,
            var number => $"{version.VersionNumber}" == number,
        };

    /// <summary>Reads the group's template.</summary>
    public static async Task<AdoptedBastion> ReadAsync(AwsClients aws, LabDefinition lab, ScalingGroup group, CancellationToken cancellationToken)
    {
        if (group.TemplateId is not { } template)
        {
            throw new LabException(
                $"Group {group.Name} has no launch template of its own (a launch configuration or a mixed-instances policy), so the lab cannot adopt it. Give it a launch template."
            );
        }

        return new AdoptedBastion(lab, group, template, await VersionsAsync(aws, template, cancellationToken));
    }

    /// <summary>
    /// What is left of an adopted bastion whose group was deleted by hand: a launch template with a version of the lab. The group is as it
    /// was before the lab.
    /// </summary>
    public static async Task<AdoptedBastion?> FindLeftoverAsync(AwsClients aws, LabDefinition lab, CancellationToken cancellationToken)
    {
        var templates = aws.Ec2.Paginators.DescribeLaunchTemplates(new DescribeLaunchTemplatesRequest()).LaunchTemplates;
        await foreach (var template in templates.Where(template => !Tagging.IsOf(lab, template.Tags)).WithCancellation(cancellationToken))
        {
            var versions = await VersionsAsync(aws, template.LaunchTemplateId, cancellationToken);
            if (versions.Select(version => TemplateRecord.Read(lab, version)).LastOrDefault(record => record is not null) is { } record)
            {
                var group = new ScalingGroup(lab.Bastion.Group, 0, 0, 0, record.Subnets, template.LaunchTemplateId, record.GroupVersion, [], EmptyTags);
                return new AdoptedBastion(lab, group, template.LaunchTemplateId, versions);
            }
        }

        return null;
    }

    private static async Task<IReadOnlyList<LaunchTemplateVersion>> VersionsAsync(AwsClients aws, string template, CancellationToken cancellationToken) =>
        await aws
            .Ec2.Paginators.DescribeLaunchTemplateVersions(new DescribeLaunchTemplateVersionsRequest { LaunchTemplateId = template })
            .LaunchTemplateVersions.OrderBy(version => version.VersionNumber)
            .ToListAsync(cancellationToken);
}

/// <summary>What an adopted bastion was.</summary>
/// <param name="Version">The template version that the lab's is made from.</param>
/// <param name="GroupVersion">The version that the group named: a number, <c>$Latest</c> or <c>$Default</c>.</param>
/// <param name="Subnets">The group's subnets.</param>
internal sealed partial record TemplateRecord(long Version, string GroupVersion, IReadOnlyList<string> Subnets)
{
    /// <summary>The record as a version's description; AWS keeps 255 characters.</summary>
    public string Describe(LabDefinition lab) => $"lab {lab.Name}: from version {Version}, group {GroupVersion}, subnets {string.Join(' ', Subnets)}";

    /// <summary>The record in a version's description; null for a version that is not this lab's.</summary>
    public static TemplateRecord? Read(LabDefinition lab, LaunchTemplateVersion version) =>
        Form().Match(version.VersionDescription ?? "") is { Success: true } match && match.Groups["lab"].Value == lab.Name
            ? new TemplateRecord(
                long.Parse(match.Groups["version"].Value, System.Globalization.CultureInfo.InvariantCulture),
                match.Groups["group"].Value,
                match.Groups["subnets"].Value.Split(' ')
            )
            : null;

    /// <summary>The lab, any, whose version it is; null for none's.</summary>
    public static string? LabOf(LaunchTemplateVersion version) =>
        Form().Match(version.VersionDescription ?? "") is { Success: true } match ? match.Groups["lab"].Value : null;

    [GeneratedRegex(@"\Alab (?<lab>\S+): from version (?<version>\d+), group (?<group>\S+), subnets (?<subnets>.+)\z")]
    private static partial Regex Form();
}
