using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Lab.Model.Definition;

/// <summary>A global IPv6 address, or the prefix of a home network. Text form: address, slash, length in canonical spelling.</summary>
public readonly record struct HomeAddress(IPAddress Address, int PrefixLength)
{
    /// <summary>The form accepted in <c>lab.yaml</c>.</summary>
    public const string Pattern = "^[0-9a-fA-F:]+(/\\d{1,3})?$";

    /// <summary>Reads <c>2001:db8::7</c>, which means that one address, or <c>2001:db8::/64</c>.</summary>
    /// <exception cref="FormatException">The text is no such address.</exception>
    public static HomeAddress Parse(string text)
    {
        var (address, length) = text.Split('/') switch
        {
            [var only] => (only, 128),
            [var first, var second] when int.TryParse(second, NumberStyles.None, CultureInfo.InvariantCulture, out var bits) => (first, bits),
            _ => ("", 0),
        };
        if (
            !IPAddress.TryParse(address, out var parsed)
            || parsed.AddressFamily != AddressFamily.InterNetworkV6
            || parsed.ScopeId != 0
            || length is < 48 or > 128
        )
        {
            throw new FormatException($"'{text}' is not an IPv6 address");
        }

        if ((parsed.GetAddressBytes()[0] & 0xe0) != 0x20)
        {
            throw new FormatException($"'{text}' is not a global IPv6 address (2000::/3), so AWS never sees it");
        }

        return IPNetwork.TryParse($"{parsed}/{length}", out var network) && network.BaseAddress.Equals(parsed)
            ? new HomeAddress(parsed, length)
            : throw new FormatException($"'{text}' has bits after its prefix");
    }

    /// <inheritdoc />
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Address}/{PrefixLength}");
}
