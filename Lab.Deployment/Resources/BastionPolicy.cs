using System.Text.Json.Nodes;
using Lab.Deployment.Aws;
using Lab.Model.Definition;
using Lab.Model.Rendering;

namespace Lab.Deployment.Resources;

/// <summary>The inline policy by which the bastion's role may attach the interface with the static address.</summary>
/// <param name="lab">The lab.</param>
/// <param name="role">Name of the role.</param>
/// <param name="own">The role, where the lab makes it.</param>
internal sealed class BastionPolicy(LabDefinition lab, string role, BastionRole? own) : Resource("policy/bastion", "IAM role policy", own is null ? [] : [own])
{
    private readonly string _name = Tags.BastionPolicy(lab);

    public override async Task<Found?> FindAsync(AwsClients aws, CancellationToken cancellationToken) =>
        await aws.Iam.RolePolicyAsync(role, _name, cancellationToken) is { } document ? new Found(_name, Describe(document)) : null;

    public override Fields Desired(World world) => Describe(IamPolicies.Bastion(lab));

    public override Task CreateAsync(AwsClients aws, World world, CancellationToken cancellationToken) => PutAsync(aws, cancellationToken);

    public override Task UpdateAsync(AwsClients aws, World world, Found found, IReadOnlyList<FieldChange> changes, CancellationToken cancellationToken) =>
        PutAsync(aws, cancellationToken);

    public override Task DeleteAsync(AwsClients aws, Found found, CancellationToken cancellationToken) =>
        aws.Iam.DeleteRolePolicyAsync(role, _name, cancellationToken);

    private Task PutAsync(AwsClients aws, CancellationToken cancellationToken) =>
        aws.Iam.PutRolePolicyAsync(role, _name, JsonNode.Parse(IamPolicies.Bastion(lab))!.ToJsonString(), cancellationToken);

    /// <summary>A field for each statement.</summary>
    private Fields Describe(string document)
    {
        var fields = new Fields { ["role"] = role };
        foreach (var (index, statement) in (JsonNode.Parse(document)!["Statement"] as JsonArray ?? []).Index())
        {
            fields[$"statement {statement?["Sid"] ?? index}"] = statement?.ToJsonString() ?? "";
        }

        return fields;
    }
}
