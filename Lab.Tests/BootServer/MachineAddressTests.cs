using System.Net;
using System.Net.Sockets;
using System.Text;
using Lab.BootServer.CommandLine;
using Lab.Model;

namespace Lab.Tests.BootServer;

/// <summary>A machine's configuration holds its secrets: it is for the machine, and for the host of the server.</summary>
public sealed class MachineAddressTests
{
    private const string Mac = "52:54:00:89:d8:10";

    [Theory]
    [InlineData("/generic", "127.0.0.3", "404")]
    [InlineData("/ignition", "127.0.0.3", "404")]
    [InlineData("/metadata", "127.0.0.3", "404")]
    [InlineData("/metadata", "127.0.0.2", "200")]
    [InlineData("/metadata", "127.0.0.1", "200")]
    [InlineData("/ipxe", "127.0.0.3", "200")]
    public async Task It_is_for_who_asks_from_the_machines_address(string path, string from, string status)
    {
        await using var server = await BootServerUnderTest.StartAsync(options =>
            options with
            {
                MachineAddresses = new Dictionary<string, IPAddress> { [Mac] = IPAddress.Parse("127.0.0.2") },
            }
        );
        var answer = await AskAsync(server.Address, IPAddress.Parse(from), $"{path}?mac={Mac.Replace(':', '-').ToUpperInvariant()}");
        Assert.Equal(status, answer.Split(' ')[1]);

        // Lines are written beside the answers, in their order: the refusal of another request comes after all of this one's.
        var other = IPAddress.Parse("127.0.0.4");
        await AskAsync(server.Address, other, $"/generic?mac={Mac}");
        await Eventually.TrueAsync(() => server.Log.Contains($"{other} is not the address of {Mac}", StringComparison.Ordinal), "a refusal in the log");
        Assert.Equal(status == "404", server.Log.Contains($"{from} is not the address of {Mac}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Of_a_machine_that_is_not_listed_it_is_for_whoever_asks_as_with_matchbox()
    {
        await using var server = await BootServerUnderTest.StartAsync();
        Assert.Equal("200", (await AskAsync(server.Address, IPAddress.Parse("127.0.0.3"), $"/metadata?mac={Mac}")).Split(' ')[1]);
    }

    [Theory]
    [InlineData("52:54:00:13:00:01")]
    [InlineData("52:54:00:13:00:01=here")]
    [InlineData("nobody=10.20.13.11")]
    [InlineData("52:54:00:13:00:01=10.20.13.11,52-54-00-13-00-01=10.20.13.12")]
    public void What_is_not_an_address_of_a_machine_is_refused(string text)
    {
        var flags = BootServerFlags.Create();
        flags.Parse(["-data-path", BootServerUnderTest.Fixtures, "-assets-path=", "-machine-addresses", text]);
        Assert.Contains("-machine-addresses: ", Assert.Throws<LabException>(() => BootServerOptions.From(flags)).Message, StringComparison.Ordinal);
    }

    private static async Task<string> AskAsync(IPEndPoint server, IPAddress from, string target)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(from, 0));
        await socket.ConnectAsync(server, TestContext.Current.CancellationToken);
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes($"GET {target} HTTP/1.1\r\nHost: boot\r\nConnection: close\r\n\r\n"),
            TestContext.Current.CancellationToken
        );
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }
}
