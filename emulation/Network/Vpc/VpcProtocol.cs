namespace Lab.Emulation.Network.Vpc;

/// <summary>Protocols as security groups name them.</summary>
public static class VpcProtocol
{
    /// <summary>Every protocol.</summary>
    public const string All = "-1";

    /// <summary>The name of a protocol that has one; another's number stays: <c>6</c> is <c>tcp</c>.</summary>
    public static string Name(string protocol) =>
        protocol.ToLowerInvariant() switch
        {
            "1" => "icmp",
            "6" => "tcp",
            "17" => "udp",
            "58" or "ipv6-icmp" => "icmpv6",
            "all" => All,
            var other => other,
        };

    /// <summary>True for a protocol with ports.</summary>
    public static bool HasPorts(string protocol) => Name(protocol) is "tcp" or "udp";
}
