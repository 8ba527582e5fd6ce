using Amazon.EC2.Model;

namespace Lab.Emulation.Aws.MotoQuirks;

/// <summary>What moto's descriptions mean where AWS would not answer so.</summary>
internal static class MotoAnswers
{
    /// <summary>The route table that a subnet is associated with; null for none. moto allows two, of which the last one counts.</summary>
    public static RouteTable? TableOf(Subnet subnet, IReadOnlyList<RouteTable> tables) =>
        tables.LastOrDefault(table => (table.Associations ?? []).Any(one => one.SubnetId == subnet.SubnetId));

    /// <summary>The egress-only gateways of a VPC: moto heeds no filter.</summary>
    public static IEnumerable<EgressOnlyInternetGateway> Of(IEnumerable<EgressOnlyInternetGateway>? all, string vpc) =>
        (all ?? []).Where(gateway => gateway.Attachments?.Any(one => one.VpcId == vpc) == true);

    /// <summary>The attachment of an interface; null for none. moto leaves interfaces attached to instances that are terminated.</summary>
    /// <param name="one">The interface.</param>
    /// <param name="alive">Instances that are not terminated.</param>
    public static NetworkInterfaceAttachment? AttachmentOf(NetworkInterface one, IReadOnlySet<string> alive) =>
        one.Attachment is { InstanceId: { } instance } attachment && alive.Contains(instance) ? attachment : null;

    /// <summary>How an instance's metadata is served. moto takes nothing of it from a launch template, whose word counts where the instance has only what is usual.</summary>
    /// <param name="instance">What the instance has; null for nothing.</param>
    /// <param name="template">What its launch template says; null without one.</param>
    public static (bool TokenRequired, int HopLimit, bool Enabled) Metadata(
        InstanceMetadataOptionsResponse? instance,
        LaunchTemplateInstanceMetadataOptions? template
    ) =>
        (
            instance?.HttpTokens?.Value == "required" || template?.HttpTokens?.Value == "required",
            instance?.HttpPutResponseHopLimit is > 1 and var hops ? hops : template?.HttpPutResponseHopLimit ?? 1,
            instance?.HttpEndpoint?.Value != "disabled" && template?.HttpEndpoint?.Value != "disabled"
        );
}
