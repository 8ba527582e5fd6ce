using System.Text.Json;
using System.Text.Json.Nodes;
using Lab.Deployment.Aws.Protocols;

namespace Lab.Deployment.Aws;

/// <summary>A resource that this account shares.</summary>
/// <param name="Resource">Its ARN.</param>
/// <param name="Name">The name of the share.</param>
internal sealed record ResourceShare(string Resource, string? Name);

/// <summary>The calls of AWS Resource Access Manager that are needed (https://docs.aws.amazon.com/ram/latest/APIReference).</summary>
internal sealed class ResourceSharesApi(ProtocolClient reads)
{
    /// <summary>What this account shares, or is about to.</summary>
    public async Task<IReadOnlyList<ResourceShare>> SharedAsync(CancellationToken cancellationToken)
    {
        List<ResourceShare> all = [];
        string? next = null;
        do
        {
            var body = new JsonObject { ["associationType"] = "RESOURCE" };
            if (next is not null)
            {
                body["nextToken"] = next;
            }

            using var answer = JsonDocument.Parse(
                await reads.CallAsync(new ProtocolRequest("GetResourceShareAssociations") { Json = body.ToJsonString() }, cancellationToken)
            );
            all.AddRange(
                answer
                    .RootElement.GetProperty("resourceShareAssociations")
                    .EnumerateArray()
                    .Where(share => Text(share, "status") is not ("DISASSOCIATED" or "FAILED"))
                    .Select(share => new ResourceShare(Text(share, "associatedEntity") ?? "", Text(share, "resourceShareName")))
            );
            next = Text(answer.RootElement, "nextToken");
        } while (!string.IsNullOrEmpty(next));
        return all;
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
