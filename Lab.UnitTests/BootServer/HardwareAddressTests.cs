using Lab.BootServer.Data;

namespace Lab.UnitTests.BootServer;

public sealed class HardwareAddressTests
{
    [Theory]
    [InlineData("52:54:00:89:D8:10", "52:54:00:89:d8:10")]
    [InlineData("52-54-00-89-d8-10", "52:54:00:89:d8:10")]
    [InlineData("5254.0089.d810", "52:54:00:89:d8:10")]
    [InlineData("02:00:5e:10:00:00:00:01", "02:00:5e:10:00:00:00:01")]
    [InlineData("0200.5e10.0000.0001", "02:00:5e:10:00:00:00:01")]
    [InlineData("00:00:00:00:fe:80:00:00:00:00:00:00:02:00:5e:10:00:00:00:01", "00:00:00:00:fe:80:00:00:00:00:00:00:02:00:5e:10:00:00:00:01")]
    public void Every_form_that_Go_reads_becomes_lower_case_with_colons(string text, string normal) => Assert.Equal(normal, HardwareAddress.Normalize(text));

    [Theory]
    [InlineData("")]
    [InlineData("52540089d810")]
    [InlineData("52:54:00:89:d8")]
    [InlineData("52:54:00:89:d8:10:11")]
    [InlineData("52:54-00:89:d8:10")]
    [InlineData("52:54:00:89:d8:1g")]
    [InlineData("52:54:00:89:d8:10:")]
    [InlineData("5254:0089:d810")]
    [InlineData("5254.0089-d810")]
    public void Anything_else_is_none(string text) => Assert.Null(HardwareAddress.Normalize(text));
}
