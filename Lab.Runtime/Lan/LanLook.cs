using System.Net;
using Lab.Emulation.Network;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Services;

namespace Lab.Runtime.Lan;

/// <summary>What the DHCP servers that are on a network already mean for a lab that is about to serve there.</summary>
internal static class LanLook
{
    /// <summary>What to say to the user, a line each.</summary>
    /// <param name="lan">The network, and what Lab is to do there.</param>
    /// <param name="offers">What other servers have answered to a machine that boots from the network.</param>
    /// <exception cref="LabException">Lab would get in the way of one of them.</exception>
    public static IEnumerable<string> Judge(HomeLan lan, IReadOnlyList<DhcpOffer> offers)
    {
        if (lan.Dhcp == HomeDhcp.Full && offers.Count > 0)
        {
            throw new LabException(
                $"""
                {string.Join(
                    "; ",
                    offers.Select(Describe)
                )}. With dhcp: full Lab would give addresses beside it, and machines of this network would get wrong ones. Nothing was served.
                Use dhcp: proxy, with which it keeps the addresses, or switch it off first.
                """
            );
        }

        return [.. Each(lan, offers), .. Several(offers) is { } several ? new[] { several } : []];
    }

    private static IEnumerable<string> Each(HomeLan lan, IReadOnlyList<DhcpOffer> offers) =>
        offers.Count == 0
            ? lan.Dhcp == HomeDhcp.Full
                ? []
                :
                [
                    $"No DHCP server answers on {lan.Interface}: machines get no address, and do not boot, until one does. Where there is to be none, use dhcp: full.",
                ]
            : offers.Select(offer => offer.BootFile is not null && lan.Dhcp == HomeDhcp.Proxy ? $"{Describe(offer)}. {Race}" : $"{Describe(offer)}.");

    /// <summary>What to say where several servers give addresses; null where one does.</summary>
    private static string? Several(IReadOnlyList<DhcpOffer> offers) =>
        offers.Count < 2
            ? null
            : $"{offers.Count} DHCP servers answer here ({string.Join(", ", offers.Select(offer => offer.Server))}): from which of them a machine has its address is a race. Keep one, and switch the others off.";

    /// <summary>What to say where no time server answers.</summary>
    /// <param name="server">Where one should.</param>
    public static string NoTime(IPAddress server) =>
        $"No time server answers at {server} (UDP port 123). A Talos that has its configuration waits for the time before it serves: without it no certificate is valid.";

    private const string Race =
        "It names a boot file too: whose answer a machine takes is a race. Remove the boot file there, or use dhcp: off and let it name Lab's.";

    private static string Describe(DhcpOffer offer) =>
        $"DHCP server {offer.Server} answers here, {(offer.BootFile is { } file ? $"with boot file {VisibleText.Of(file)}" : "without a boot file")}";
}
