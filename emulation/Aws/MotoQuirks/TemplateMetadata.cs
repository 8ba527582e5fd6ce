using Amazon.EC2;
using Amazon.EC2.Model;

namespace Lab.Emulation.Aws.MotoQuirks;

/// <summary>What launch templates say about instance metadata, which moto takes into no instance. Each version is asked for once.</summary>
internal sealed class TemplateMetadata(IAmazonEC2 ec2)
{
    private readonly Dictionary<string, LaunchTemplateInstanceMetadataOptions?> _known = [];

    /// <summary>What a version of a template says; null for nothing, and for a template that was removed since.</summary>
    public async Task<LaunchTemplateInstanceMetadataOptions?> ReadAsync(string template, string version, CancellationToken cancellationToken)
    {
        if (!_known.TryGetValue($"{template} {version}", out var options))
        {
            // All of them: a template that was removed since is no error.
            var answer = await ec2.DescribeLaunchTemplatesAsync(new DescribeLaunchTemplatesRequest(), cancellationToken);
            var versions =
                answer.LaunchTemplates?.Any(one => one.LaunchTemplateId == template) == true
                    ? (
                        await ec2.DescribeLaunchTemplateVersionsAsync(
                            new DescribeLaunchTemplateVersionsRequest { LaunchTemplateId = template, Versions = [version] },
                            cancellationToken
                        )
                    ).LaunchTemplateVersions
                    : [];
            _known[$"{template} {version}"] = options = versions?.FirstOrDefault()?.LaunchTemplateData.MetadataOptions;
        }

        return options;
    }
}
