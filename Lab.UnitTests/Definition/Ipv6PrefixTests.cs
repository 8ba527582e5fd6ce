using System.Net;
using Lab.Model.Definition;

namespace Lab.UnitTests.Definition;

/// <summary>The IPv6 of a home: what is read, and the addresses in it.</summary>
public sealed class Ipv6PrefixTests
{
    [Theory]
    [InlineData("fd00:10:20:13::/64", "fd00:10:20:13::/64")]
    [InlineData("FD00:0:0:1:0::/64", "fd00:0:0:1::/64")]
    [InlineData("2001:db8:0:7::/64", "2001:db8:0:7::/64")]
    public void A_prefix_has_one_spelling(string text, string canonical) => Assert.Equal(canonical, Ipv6Prefix.Parse(text).ToString());

    [Theory]
    [InlineData("10.20.13.0/24", "10.20.13.140", "fd00:10:20:13::140")]
    [InlineData("10.20.13.128/28", "10.20.13.140", "fd00:10:20:13::140")]
    [InlineData("10.20.0.0/20", "10.20.13.140", "fd00:10:20:13::13:140")]
    [InlineData("10.20.0.0/17", "10.20.0.9", "fd00:10:20:13::9")]
    public void A_host_of_Labs_has_the_digits_of_its_IPv4_address(string subnet, string address, string expected) =>
        Assert.Equal(IPAddress.Parse(expected), Prefix.AddressOf(IPAddress.Parse(address), IPNetwork.Parse(subnet)));

    [Theory]
    [InlineData("52:54:00:13:00:01", "fd00:10:20:13:5054:ff:fe13:1")]
    [InlineData("fe:ff:ff:00:00:00", "fd00:10:20:13:fcff:ffff:fe00:0")]
    public void A_machine_makes_its_address_of_its_MAC(string mac, string expected) =>
        Assert.Equal(IPAddress.Parse(expected), Prefix.AddressOf(MacAddress.Parse(mac)));

    private static readonly Ipv6Prefix Prefix = Ipv6Prefix.Parse("fd00:10:20:13::/64");
}
