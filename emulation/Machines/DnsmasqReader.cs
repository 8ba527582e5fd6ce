using System.Net;
using System.Text.RegularExpressions;
using Lab.Model.Definition;
using Lab.Model.Services;

namespace Lab.Emulation.Machines;

/// <summary>
/// Finds the stages in dnsmasq's log. Its TFTP lines name addresses only; the acknowledged leases say whose they are. Lines hold text that
/// guests choose, such as file names and vendor classes: a pattern begins with dnsmasq's own prefix, ends where the line ends, and never
/// matches in the middle.
/// </summary>
/// <param name="neighbours">Who has an address that dnsmasq has not leased; null where it leases all.</param>
public sealed partial class DnsmasqReader(Func<IPAddress, MacAddress?>? neighbours = null)
{
    /// <summary>The time is there in a log file, and missing where dnsmasq writes to a terminal or a container's log.</summary>
    private const string Time = @"\A([A-Z][a-z]{2} [ \d]\d [\d:]{8} )?";

    /// <summary>With <c>log-dhcp</c> the transaction's number comes first.</summary>
    internal const string Dhcp = Time + @"dnsmasq-dhcp(\[\d+\])?: (\d+ )?";

    private const string Transfer = Time + @"dnsmasq-tftp(\[\d+\])?: ";

    private readonly Dictionary<IPAddress, MacAddress> _leases = [];

    /// <summary>Whose log it is.</summary>
    public string Source { get; init; } = Dnsmasq.Name;

    /// <summary>True for a server beside Lab's: that it offers an address tells that the machine has asked.</summary>
    public bool TellsOffers { get; init; }

    /// <summary>Who has an address; null where that is not known.</summary>
    public MacAddress? HolderOf(IPAddress address) => _leases.TryGetValue(address, out var mac) ? mac : neighbours?.Invoke(address);

    /// <summary>True for an address that is known to be another machine's, or not this one's.</summary>
    public bool IsForeign(MacAddress machine, IPAddress address) =>
        _leases.TryGetValue(address, out var holder) ? holder != machine : _leases.ContainsValue(machine);

    /// <summary>What a line says about which machine; null for most lines.</summary>
    public (MacAddress Machine, Observation Observation)? Read(string line)
    {
        if (
            Acknowledged().Match(line) is { Success: true } ack
            && MacAddress.TryParse(ack.Groups["mac"].Value, out var mac)
            && IPAddress.TryParse(ack.Groups["address"].Value, out var address)
        )
        {
            _leases[address] = mac;
            return (mac, Say(BootStage.Dhcp, ObservationKind.Reached, ack));
        }

        if (Refused().Match(line) is { Success: true } refused && MacAddress.TryParse(refused.Groups["mac"].Value, out var refusedMac))
        {
            return (refusedMac, Say(BootStage.Dhcp, ObservationKind.Trouble, refused));
        }

        if (TellsOffers && Offered().Match(line) is { Success: true } offered && MacAddress.TryParse(offered.Groups["mac"].Value, out var asking))
        {
            return (asking, Say(BootStage.Dhcp, ObservationKind.Trouble, offered));
        }

        return Tftp(Sent().Match(line), ObservationKind.Reached) ?? Tftp(NotFound().Match(line), ObservationKind.Trouble);
    }

    /// <summary>iPXE asks for a settings script too; only the program that the firmware loads is a stage.</summary>
    private (MacAddress, Observation)? Tftp(Match match, ObservationKind kind) =>
        match.Success
        && BootClient.IsProgram(Path.GetFileName(match.Groups["file"].Value))
        && IPAddress.TryParse(match.Groups["address"].Value, out var address)
        && HolderOf(address) is { } mac
            ? (mac, Say(BootStage.Tftp, kind, match))
            : null;

    private Observation Say(BootStage stage, ObservationKind kind, Match match) => new(stage, kind, Source, match.Groups["text"].Value);

    [GeneratedRegex(Dhcp + @"(?<text>DHCPACK\(\S+\) (?<address>[\d.]+) (?<mac>[0-9a-f:]{17})( .*)?)\z")]
    private static partial Regex Acknowledged();

    [GeneratedRegex(
        Dhcp
            + @"(?<text>DHCP(DISCOVER|REQUEST|NAK)\(\S+\) ([\d.]+ )?(?<mac>[0-9a-f:]{17}) (no address|address|wrong|not using|ignored|static lease|lease not).*)\z"
    )]
    private static partial Regex Refused();

    [GeneratedRegex(Dhcp + @"(?<text>DHCPOFFER\(\S+\) [\d.]+ (?<mac>[0-9a-f:]{17}))\s*\z")]
    private static partial Regex Offered();

    [GeneratedRegex(Transfer + @"(?<text>sent (?<file>.+) to (?<address>[\d.]+))\z")]
    private static partial Regex Sent();

    [GeneratedRegex(Transfer + @"(?<text>file (?<file>.+) not found for (?<address>[\d.]+))\z")]
    private static partial Regex NotFound();
}
