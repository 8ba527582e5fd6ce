using System.Net;
using Lab.Emulation.Network;

namespace Lab.UnitTests.Emulation;

/// <summary>Where a machine of the lab gets to through this machine.</summary>
public sealed class InternetAccessTests
{
    [Theory]
    [InlineData("198.51.100.7", true)]
    [InlineData("192.168.1.1", true)]
    [InlineData("10.20.14.1", true)]
    [InlineData("10.20.13.1", false)]
    [InlineData("192.168.1.20", false)]
    [InlineData("127.0.0.1", false)]
    [InlineData("127.8.8.8", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("224.0.0.251", false)]
    [InlineData("255.255.255.255", false)]
    public void This_machine_its_metadata_and_the_lab_are_no_internet(string address, bool leads) =>
        Assert.Equal(
            leads,
            InternetAccess.Leads(IPAddress.Parse(address), IPNetwork.Parse("10.20.13.0/24"), [IPAddress.Parse("192.168.1.20"), IPAddress.IPv6Loopback])
        );
}
