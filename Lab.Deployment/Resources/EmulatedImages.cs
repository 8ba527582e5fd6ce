using Amazon.EC2.Model;
using Lab.Deployment.Aws;
using Lab.Model.Rendering;

namespace Lab.Deployment.Resources;

/// <summary>What stands for the nodes' image on an emulator, which knows none of the publisher's.</summary>
internal static class EmulatedImages
{
    /// <summary>An emulator without any image has no machines that could start from one: its name is enough for a template.</summary>
    private static readonly NodeImage None = new("ami-00000000000000000", "none", "", IsStandIn: true);

    /// <summary>The image that a lab which runs as a VPC has registered, else the official one where the emulator has it, else any that a machine could run.</summary>
    public static async Task<NodeImage> FindAsync(AwsClients aws, NodeImages wanted, Task<Image?> official, CancellationToken cancellationToken)
    {
        // moto forgets owner and architecture of what is registered.
        var registered = NodeImage.NewestAsync(aws, new() { Filters = [new("name", [wanted.Names])] }, cancellationToken, wanted);

        // Only a few others are asked for: moto takes seconds to list them all.
        var other = NodeImage.NewestAsync(
            aws,
            new() { Filters = [.. NodeImage.Runnable(wanted.Architecture), new("name", ["al20*-ami-20*"])] },
            cancellationToken
        );
        await Task.WhenAll(registered, other, official);
        return await registered is { } rehearsed ? Of(rehearsed, isStandIn: true)
            : await official is { } real ? Of(real, isStandIn: false)
            : await other is { } any ? Of(any, isStandIn: true)
            : await NodeImage.NewestAsync(aws, new() { Filters = [.. NodeImage.Runnable(wanted.Architecture)] }, cancellationToken) is { } last
                ? Of(last, isStandIn: true)
            : None;
    }

    private static NodeImage Of(Image image, bool isStandIn) => new(image.ImageId, image.Name, image.CreationDate, isStandIn);
}
