using System.Net;
using CliWrap;
using CliWrap.Buffered;
using Lab.Emulation.Linux;
using Lab.Emulation.Network.Isolation;

namespace Lab.Emulation.Network;

/// <summary>
/// What no machine of the LAN can say: that it has the bastion's address. From the bastion come DHCP, boot files and images, and who takes
/// its address by ARP gives the others what they boot. A switch of a home does not keep anybody from that; a lab does, where it has nftables.
/// </summary>
internal static class LanFilter
{
    /// <summary>Drops, on the bridge, ARP in the bastion's name that does not come from the bastion's plug.</summary>
    /// <returns>Why that cannot be done here; null when it is done. A lab runs without, as a home does.</returns>
    public static async Task<string?> ApplyAsync(INamespaces namespaces, IPAddress bastion, string bridge, string plug, CancellationToken cancellationToken)
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
                        }
                    }

                    """
                )
            )
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(cancellationToken);
        return result.IsSuccess ? null : $"nft: {result.StandardError.Split('\n')[0].Trim()}";
    }
}
