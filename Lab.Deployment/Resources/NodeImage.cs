using Amazon.EC2.Model;
using Lab.Deployment.Aws;
using Lab.Model.Definition;
using Lab.Model.Rendering;

namespace Lab.Deployment.Resources;

/// <summary>The image that nodes are launched from.</summary>
/// <param name="Id">The AMI.</param>
/// <param name="Name">Its name.</param>
/// <param name="Created">When it was made, as AWS writes it.</param>
/// <param name="IsStandIn">True for an image of an emulator that is none.</param>
internal sealed record NodeImage(string Id, string Name, string Created, bool IsStandIn)
{
    private const string State = "available";

    /// <summary>The newest of the publisher's.</summary>
    public static async Task<NodeImage?> FindAsync(AwsClients aws, NodeImages wanted, CancellationToken cancellationToken)
    {
        var official = NewestAsync(
            aws,
            new() { Owners = [wanted.Publisher], Filters = [.. Runnable(wanted.Architecture), new("name", [wanted.Names])] },
            cancellationToken,
            wanted
        );
        return aws.Target.IsLocal ? await EmulatedImages.FindAsync(aws, wanted, official, cancellationToken)
            : await official is { } image && IsOfficial(image, wanted) ? new NodeImage(image.ImageId, image.Name, image.CreationDate, IsStandIn: false)
            : null;
    }

    /// <summary>What a node of an architecture can run, as a filter.</summary>
    public static IEnumerable<Filter> Runnable(Architecture architecture) => [new("architecture", [architecture.OnAws()]), new("state", [State])];

    /// <summary>The newest of those that an answer holds.</summary>
    public static async Task<Image?> NewestAsync(
        AwsClients aws,
        DescribeImagesRequest request,
        CancellationToken cancellationToken,
        NodeImages? wanted = null
    ) =>
        (await aws.Ec2.Paginators.DescribeImages(request).Images.ToListAsync(cancellationToken))
            .Where(image => wanted?.IsOne(image.Name) != false)
            .OrderByDescending(image => image.CreationDate, StringComparer.Ordinal)
            .ThenBy(image => image.ImageId, StringComparer.Ordinal)
            .FirstOrDefault();

    /// <summary>What was asked for is looked at in the answer too: whatever answers in AWS's place may not heed a filter.</summary>
    private static bool IsOfficial(Image image, NodeImages wanted) =>
        image.OwnerId == wanted.Publisher && image.Architecture == wanted.Architecture.OnAws() && image.State == State;
}
