using System.Net;
using System.Text.RegularExpressions;
using Lab.Model.Definition;
using Lab.Model.Services;

namespace Lab.Emulation.Machines;

/// <summary>
/// Finds real machines in dnsmasq's log. As ProxyDHCP it acknowledges no lease: it says <c>PXE(eth0) MAC proxy</c> for who is answered and
/// <c>proxy-ignored</c> for who is not. What kind of machine asks stands in the lines before, of the same transaction.
/// </summary>
/// <param name="served">The architectures for which there is a network boot program.</param>
/// <param name="neighbours">Who has an address that dnsmasq has not leased.</param>
public sealed partial class HomeDhcpReader(IReadOnlyList<Architecture> served, Func<IPAddress, MacAddress?> neighbours)
{
    private readonly DnsmasqReader _dnsmasq = new(neighbours);
    private string _vendorClass = "";
    private bool _isIpxe;

    /// <summary>True where there is firmware for Raspberry Pis that boot by their own network boot.</summary>
    public bool ServesRaspberryPis { get; init; }

    /// <summary>What a line says about which machine; null for most lines. A U-Boot that is ignored is told of as a machine of the lab, which it may be.</summary>
    public Sighting? Read(string line)
    {
        if (Begins().IsMatch(line))
        {
            (_vendorClass, _isIpxe) = ("", false);
        }
        else if (VendorClass().Match(line) is { Success: true } vendor)
        {
            _vendorClass = vendor.Groups["class"].Value;
        }
        else if (BootProgram().IsMatch(line))
        {
            _isIpxe = true;
        }
        else if (Ignored().Match(line) is { Success: true } ignored && MacAddress.TryParse(ignored.Groups["mac"].Value, out var unknown))
        {
            // A telephone that asks for an address is nobody's business.
            return AsksForBoot
                ? new Sighting(unknown, IsUBoot ? Diagnosis.AsksAsUBoot(_vendorClass) : null) { BeginsBoot = IsUBoot, VendorClass = _vendorClass }
                : null;
        }
        else if (Proxied().Match(line) is { Success: true } proxied && MacAddress.TryParse(proxied.Groups["mac"].Value, out var mac))
        {
            return Asked(mac, new Observation(BootStage.Dhcp, ObservationKind.Reached, Dnsmasq.Name, proxied.Groups["text"].Value));
        }
        else if (_dnsmasq.Read(line) is { } seen)
        {
            return seen.Observation is { Stage: BootStage.Dhcp, Kind: ObservationKind.Reached }
                ? Asked(seen.Machine, seen.Observation)
                : new Sighting(seen.Machine, seen.Observation);
        }

        return null;
    }

    private bool AsksForBoot =>
        IsUBoot
        || _vendorClass.StartsWith(BootClient.PxeClass, StringComparison.Ordinal)
        || _vendorClass.StartsWith(BootClient.HttpClass, StringComparison.Ordinal);

    private bool IsUBoot => _vendorClass.StartsWith(BootClient.UBootClass, StringComparison.Ordinal);

    private Sighting Asked(MacAddress machine, Observation observation)
    {
        if (!AsksForBoot)
        {
            // The system that was booted has its lease, or has had it renewed.
            return new Sighting(machine, observation with { Stage = BootStage.Lease });
        }

        var architecture = ClientArchitecture.OfVendorClass(_vendorClass);
        var isPi = !_isIpxe && RaspberryPi.IsRom(machine, architecture);
        var isServed = isPi
            ? ServesRaspberryPis
            : _isIpxe || architecture is not { } number || served.SelectMany(BootClient.Of).SelectMany(client => client.Numbers).Contains(number);
        return new Sighting(
            machine,
            isServed
                ? observation
                : observation with
                {
                    Kind = ObservationKind.Failed,
                    Asker = isPi ? AskingFirmware.RaspberryPi : AskingFirmware.Other,
                    Text = $"{observation.Text}: {(isPi ? RaspberryPi.OwnBoot : ClientArchitecture.Name(architecture))} ({_vendorClass})",
                }
        )
        {
            BeginsBoot = !_isIpxe,
            VendorClass = _vendorClass,
        };
    }

    [GeneratedRegex(DnsmasqReader.Dhcp + @"available DHCP (range|subnet): .*\z")]
    private static partial Regex Begins();

    [GeneratedRegex(DnsmasqReader.Dhcp + @"vendor class: (?<class>.*)\z")]
    private static partial Regex VendorClass();

    [GeneratedRegex(DnsmasqReader.Dhcp + @"user class: iPXE\z")]
    private static partial Regex BootProgram();

    [GeneratedRegex(DnsmasqReader.Dhcp + @"(?<text>PXE\(\S+\) ([\d.]+ )?(?<mac>[0-9a-f:]{17}) proxy)\z")]
    private static partial Regex Proxied();

    [GeneratedRegex(
        DnsmasqReader.Dhcp + @"(PXE\(\S+\) ([\d.]+ )?(?<mac>[0-9a-f:]{17}) proxy-ignored|DHCPDISCOVER\(\S+\) ([\d.]+ )?(?<mac>[0-9a-f:]{17}) ignored)\z"
    )]
    private static partial Regex Ignored();
}
