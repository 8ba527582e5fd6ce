using System.Net;
using System.Text.RegularExpressions;
using Lab.Model.Definition;
using Lab.Model.Services;

namespace Lab.Emulation.Machines;

/// <summary>
/// Finds the stages in dnsmasq's log. Its TFTP lines name addresses only; the acknowledged leases say whose they are.
/// </summary>
public sealed partial class DnsmasqReader
{
    private readonly Dictionary<IPAddress, MacAddress> _leases = [];

    /// <summary>What a line says about which machine; null for most lines.</summary>
    public (MacAddress Machine, Observation Observation)? Read(string line)
    {
        if (Acknowledged().Match(line) is { Success: true } ack)
        {
            var mac = MacAddress.Parse(ack.Groups["mac"].Value);
            _leases[IPAddress.Parse(ack.Groups["address"].Value)] = mac;
            return (mac, Say(BootStage.Dhcp, ObservationKind.Reached, ack));
        }

        if (Refused().Match(line) is { Success: true } refused)
        {
            return (MacAddress.Parse(refused.Groups["mac"].Value), Say(BootStage.Dhcp, ObservationKind.Trouble, refused));
        }

        return Tftp(Sent().Match(line), ObservationKind.Reached) ?? Tftp(NotFound().Match(line), ObservationKind.Trouble);
    }

    /// <summary>iPXE asks for a settings script too; only the program that the firmware loads is a stage.</summary>
    private (MacAddress, Observation)? Tftp(Match match, ObservationKind kind) =>
        match.Success && Path.GetFileName(match.Groups["file"].Value) == Dnsmasq.NetworkBootProgram
        && _leases.TryGetValue(IPAddress.Parse(match.Groups["address"].Value), out var mac)
            ? (mac, Say(BootStage.Tftp, kind, match))
            : null;

    private static Observation Say(BootStage stage, ObservationKind kind, Match match) => new(stage, kind, Dnsmasq.Name, match.Value);

    [GeneratedRegex(@"DHCPACK\(\S+\) (?<address>[\d.]+) (?<mac>[0-9a-f:]{17}).*")]
    private static partial Regex Acknowledged();

    [GeneratedRegex(@"DHCP(DISCOVER|REQUEST|NAK)\(\S+\) ([\d.]+ )?(?<mac>[0-9a-f:]{17}) (no address|address|wrong|not using|ignored|static lease|lease not).*")]
    private static partial Regex Refused();

    [GeneratedRegex(@"sent (?<file>\S+) to (?<address>[\d.]+)")]
    private static partial Regex Sent();

    [GeneratedRegex(@"file (?<file>\S+) not found for (?<address>[\d.]+)")]
    private static partial Regex NotFound();
}
