using System.Net;
using System.Net.Sockets;
using System.Text;
using Lab.Deployment.Tunnels;

namespace Lab.Tests.Deployer;

/// <summary>The proxy by which programs reach the nodes of a cluster on AWS.</summary>
public sealed class ConnectProxyTests : IAsyncDisposable
{
    private readonly TcpListener _machine = new(IPAddress.Loopback, 0);
    private readonly ConnectProxy _proxy;

    public ConnectProxyTests()
    {
        _machine.Start();
        _proxy = new(
            new Tunnel(
                new Dictionary<DnsEndPoint, EndPoint>
                {
                    [new("10.20.13.11", 50000)] = _machine.LocalEndpoint,
                    [new("10.20.13.12", 50000)] = new UnixDomainSocketEndPoint("/nonexistent/lab"),
                }
            )
        );
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_leads_to_the_tunnel_in_both_directions_until_both_have_said_all()
    {
        using var client = await ConnectAsync();
        var stream = client.GetStream();
        await AskAsync(client, "10.20.13.11:50000", Password);
        using var machine = await _machine.AcceptTcpClientAsync(Token);
        Assert.Equal("HTTP/1.1 200 Connection established", await LineAsync(client.GetStream()));
        Assert.Equal("", await LineAsync(client.GetStream()));

        // More than fits on the way, and an end of one direction only.
        var much = new byte[1 << 20];
        Random.Shared.NextBytes(much);
        var sending = Task.Run(
            async () =>
            {
                await stream.WriteAsync(much, Token);
                client.Client.Shutdown(SocketShutdown.Send);
            },
            Token
        );
        using var got = new MemoryStream();
        await machine.GetStream().CopyToAsync(got, Token);
        await sending;
        Assert.Equal(much, got.ToArray());
        await machine.GetStream().WriteAsync("answer\r\n"u8.ToArray(), Token);
        machine.Close();
        Assert.Equal("answer", await LineAsync(stream));
        Assert.Equal(0, await stream.ReadAsync(new byte[1], Token));
    }

    [Theory]
    [InlineData("10.20.13.12:50000", "502")]
    [InlineData("10.20.13.11", "405")]
    [InlineData("10.20.13.11:fifty", "400")]
    public async Task What_cannot_be_is_refused_with_its_status(string target, string status)
    {
        using var client = await ConnectAsync();
        await AskAsync(client, target, Password);
        Assert.StartsWith($"HTTP/1.1 {status} ", await LineAsync(client.GetStream()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_does_not_know_the_password_gets_nowhere()
    {
        foreach (var password in new[] { "", "lab:", "lab:0123456789abcdef0123456789abcdef", Password[..^1] })
        {
            using var client = await ConnectAsync();
            await AskAsync(client, "10.20.13.11:50000", password);
            Assert.StartsWith("HTTP/1.1 407 ", await LineAsync(client.GetStream()), StringComparison.Ordinal);
            Assert.Contains("Proxy-Authenticate: Basic", await LineAsync(client.GetStream()), StringComparison.Ordinal);
        }

        Assert.False(_machine.Pending());
    }

    [Fact]
    public async Task What_is_not_the_tunnels_goes_its_usual_way()
    {
        using var client = await ConnectAsync();
        await AskAsync(client, _machine.LocalEndpoint.ToString()!, Password);
        using var machine = await _machine.AcceptTcpClientAsync(Token);
        Assert.StartsWith("HTTP/1.1 200 ", await LineAsync(client.GetStream()), StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        await _proxy.DisposeAsync();
        _machine.Dispose();
    }

    private string Password => _proxy.Address.UserInfo;

    private async Task<TcpClient> ConnectAsync()
    {
        var client = new TcpClient();
        await client.ConnectAsync(_proxy.Address.Host, _proxy.Address.Port, Token);
        return client;
    }

    private static async Task AskAsync(TcpClient client, string target, string password) =>
        await client
            .GetStream()
            .WriteAsync(
                Encoding.ASCII.GetBytes(
                    $"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\nProxy-Authorization: Basic {Convert.ToBase64String(Encoding.ASCII.GetBytes(password))}\r\n\r\n"
                ),
                Token
            );

    private static async Task<string> LineAsync(NetworkStream stream)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (await stream.ReadAsync(one, Token) == 1 && one[0] != '\n')
        {
            line.Append((char)one[0]);
        }

        return line.ToString().TrimEnd('\r');
    }

    private sealed class Tunnel(IReadOnlyDictionary<DnsEndPoint, EndPoint> ends) : ITunnel
    {
        public IReadOnlyDictionary<DnsEndPoint, EndPoint> Ends => ends;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
