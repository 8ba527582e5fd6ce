using System.Net;
using CliWrap;
using CliWrap.Buffered;
using Lab.Emulation.Linux;
using Lab.Emulation.Network.Isolation;

namespace Lab.Emulation.Network;

/// <summary>
/// What no machine of the LAN can say: that it has the bastion's address. From the bastion come DHCP, boot files and images, and who takes
/// its address by ARP, or by neighbour discovery, gives the others what they boot. A switch of a home does not keep anybody from that; a lab does, where it has nftables.
/// </summary>
internal static class LanFilter
{
    /// <summary>Drops, on the bridge, ARP and neighbour discovery in the bastion's name that do not come from the bastion's plug.</summary>
    /// <param name="namespaces">The lab's hosts.</param>
    /// <param name="bastion">The bastion's address.</param>
    /// <param name="ipv6">Its IPv6 address; null for none.</param>
    /// <param name="bridge">The bridge.</param>
    /// <param name="plug">The bastion's plug.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>Why that cannot be done here; null when it is done. A lab runs without, as a home does.</returns>
    public static async Task<string?> ApplyAsync(
        INamespaces namespaces,
        IPAddress bastion,
        IPAddress? ipv6,
        string bridge,
        string plug,
        CancellationToken cancellationToken
    )
    {
        if (ProgramRequirement.OnPath("nft") is not { } nft)
        {
            return "there is no nft";
        }

        var result = await namespaces
            .WrapIn(LabHost.Lan, nft, ["-f", "-"])
            .WithStandardInputPipe(
                PipeSource.FromString(
                    $$"""
                    table bridge {{bridge}} {
                        chain machines {
                            type filter hook prerouting priority filter; policy accept;
                            iifname != "{{plug}}" arp saddr ip {{bastion}} counter drop
                            {{(ipv6 is null ? "" : Discovery(ipv6, plug))}}
                        }
                    }

                    """
                )
            )
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(cancellationToken);
        return result.IsSuccess ? null : $"nft: {result.StandardError.Split('\n')[0].Trim()}";
    }

    /// <summary>The sender of a solicitation, and what an advertisement is about (its target, RFC 4861, 4.4: behind 8 bytes).</summary>
    private static string Discovery(IPAddress ipv6, string plug) =>
        $"""iifname != "{plug}" ip6 saddr {ipv6} counter drop; iifname != "{plug}" icmpv6 type nd-neighbor-advert @th,64,128 0x{Convert.ToHexStringLower(ipv6.GetAddressBytes())} counter drop""";
}
