using System.Text.RegularExpressions;
using Amazon.EC2.Model;
using Lab.Deployer.Aws;
using Lab.Model;
using Lab.Model.Definition;

namespace Lab.Deployer.Resources;

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
    /// <summary>The newest version: the lab's, while the group is adopted.</summary>
    public LaunchTemplateVersion Latest => Versions[^1];

    /// <summary>The lab's version that is in force; null for none.</summary>
    public TemplateRecord? Current => TemplateRecord.Read(Lab, Latest);

    /// <summary>The lab's newest record, also where somebody has added a version after it; null for none.</summary>
    public TemplateRecord? Last => Versions.Select(version => TemplateRecord.Read(Lab, version)).LastOrDefault(record => record is not null);

    /// <summary>The numbers of the lab's versions.</summary>
    public IEnumerable<string> LabVersions => Versions.Where(version => TemplateRecord.Read(Lab, version) is not null).Select(version => $"{version.VersionNumber}");

    /// <summary>The version with the bastion's own content: the one the group launches or, where that is the lab's, what it was made from.</summary>
    public long OwnVersion => Current?.Version ?? (Versions.FirstOrDefault(IsLaunched) is not { } launched ? Latest.VersionNumber!.Value : TemplateRecord.Read(Lab, launched)?.Version ?? launched.VersionNumber!.Value);

    /// <summary>What the bastion was: from the record, or as it is now.</summary>
    /// <exception cref="LabException">The lab has moved the group, but the record of it is gone.</exception>
    public TemplateRecord Original(string? labSubnet)
    {
        if (Current is { } current)
        {
            return current;
        }

        return labSubnet is null || !Group.Subnets.Contains(labSubnet) ? new TemplateRecord(OwnVersion, Group.TemplateVersion!, Group.Subnets)
            : Last is not null ? Last with { Version = OwnVersion }
            : throw new LabException($"Group {Group.Name} is in the lab's subnet {labSubnet}, but no version of its launch template {TemplateId} tells where it was. Move it where it belongs by hand, then run again.");
    }

    /// <summary>The content of a version, in the form of a request.</summary>
    public RequestLaunchTemplateData Data(long version) => TemplateData.ToRequest(
        Versions.FirstOrDefault(candidate => candidate.VersionNumber == version)?.LaunchTemplateData
        ?? throw new LabException($"Launch template {TemplateId} of group {Group.Name} has lost its version {version}, which the lab's own is made from. Create a version with the bastion's own content, then run again."));

    private bool IsLaunched(LaunchTemplateVersion version) => Group.TemplateVersion switch
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
            throw new LabException($"Group {group.Name} has no launch template of its own (a launch configuration or a mixed-instances policy), so the lab cannot adopt it. Give it a launch template.");
        }

        List<LaunchTemplateVersion> versions = [];
        string? next = null;
        do
        {
            var answer = await aws.Ec2.DescribeLaunchTemplateVersionsAsync(new DescribeLaunchTemplateVersionsRequest { LaunchTemplateId = template, NextToken = next }, cancellationToken);
            versions.AddRange(answer.LaunchTemplateVersions);
            next = answer.NextToken;
        }
        while (!string.IsNullOrEmpty(next));

        return new AdoptedBastion(lab, group, template, [.. versions.OrderBy(version => version.VersionNumber)]);
    }
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
            ? new TemplateRecord(long.Parse(match.Groups["version"].Value, System.Globalization.CultureInfo.InvariantCulture), match.Groups["group"].Value, match.Groups["subnets"].Value.Split(' '))
            : null;

    [GeneratedRegex(@"\Alab (?<lab>\S+): from version (?<version>\d+), group (?<group>\S+), subnets (?<subnets>.+)\z")]
    private static partial Regex Form();
}
