using System.Xml.Linq;
using Amazon.Runtime;
using Lab.Deployment.Aws.Protocols;

namespace Lab.Deployment.Aws;

/// <summary>The calls of IAM that are needed (https://docs.aws.amazon.com/IAM/latest/APIReference).</summary>
internal sealed class IamApi(ProtocolClient reads, ProtocolClient writes)
{
    /// <summary>The roles of an instance profile; null where there is no such profile.</summary>
    public async Task<IReadOnlyList<string>?> ProfileRolesAsync(string profile, CancellationToken cancellationToken) =>
        await FindAsync(new ProtocolRequest("GetInstanceProfile").With("InstanceProfileName", profile), cancellationToken) is { } answer
            ? [.. answer.List("Roles").Select(role => role.Text("RoleName")!)]
            : null;

    /// <summary>True when there is such a role.</summary>
    public async Task<bool> HasRoleAsync(string role, CancellationToken cancellationToken) =>
        await FindAsync(new ProtocolRequest("GetRole").With("RoleName", role), cancellationToken) is not null;

    /// <summary>The document of a role's inline policy; null where there is none.</summary>
    public async Task<string?> RolePolicyAsync(string role, string policy, CancellationToken cancellationToken) =>
        await FindAsync(new ProtocolRequest("GetRolePolicy").With("RoleName", role).With("PolicyName", policy), cancellationToken) is { } answer
        && answer.Descendants().FirstOrDefault(element => element.Name.LocalName == "PolicyDocument")?.Value is { } document
            ? Uri.UnescapeDataString(document)
            : null;

    public Task PutRolePolicyAsync(string role, string policy, string document, CancellationToken cancellationToken) =>
        writes.CallAsync(
            new ProtocolRequest("PutRolePolicy").With("RoleName", role).With("PolicyName", policy).With("PolicyDocument", document),
            cancellationToken
        );

    public Task DeleteRolePolicyAsync(string role, string policy, CancellationToken cancellationToken) =>
        writes.CallAsync(new ProtocolRequest("DeleteRolePolicy").With("RoleName", role).With("PolicyName", policy), cancellationToken);

    /// <summary>Creates a role that EC2 instances may have.</summary>
    public Task CreateRoleAsync(string role, IEnumerable<KeyValuePair<string, string>> tags, CancellationToken cancellationToken) =>
        writes.CallAsync(
            Tagged(
                new ProtocolRequest("CreateRole")
                    .With("RoleName", role)
                    .With(
                        "AssumeRolePolicyDocument",
                        """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}"""
                    ),
                tags
            ),
            cancellationToken
        );

    public Task DeleteRoleAsync(string role, CancellationToken cancellationToken) =>
        writes.CallAsync(new ProtocolRequest("DeleteRole").With("RoleName", role), cancellationToken);

    public Task CreateProfileAsync(string profile, IEnumerable<KeyValuePair<string, string>> tags, CancellationToken cancellationToken) =>
        writes.CallAsync(Tagged(new ProtocolRequest("CreateInstanceProfile").With("InstanceProfileName", profile), tags), cancellationToken);

    public Task AddRoleAsync(string profile, string role, CancellationToken cancellationToken) =>
        writes.CallAsync(new ProtocolRequest("AddRoleToInstanceProfile").With("InstanceProfileName", profile).With("RoleName", role), cancellationToken);

    public Task RemoveRoleAsync(string profile, string role, CancellationToken cancellationToken) =>
        writes.CallAsync(new ProtocolRequest("RemoveRoleFromInstanceProfile").With("InstanceProfileName", profile).With("RoleName", role), cancellationToken);

    public Task DeleteProfileAsync(string profile, CancellationToken cancellationToken) =>
        writes.CallAsync(new ProtocolRequest("DeleteInstanceProfile").With("InstanceProfileName", profile), cancellationToken);

    private async Task<XElement?> FindAsync(ProtocolRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return XElement.Parse(await reads.CallAsync(request, cancellationToken));
        }
        catch (AmazonServiceException e) when (AwsErrors.IsGone(e))
        {
            return null;
        }
    }

    private static ProtocolRequest Tagged(ProtocolRequest request, IEnumerable<KeyValuePair<string, string>> tags)
    {
        foreach (var (index, (key, value)) in tags.Index())
        {
            request.With($"Tags.member.{index + 1}.Key", key).With($"Tags.member.{index + 1}.Value", value);
        }

        return request;
    }
}
