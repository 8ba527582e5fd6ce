using System.Net;
using System.Net.Sockets;
using System.Text;
using Lab.Registries;

namespace Lab.Tests.Model.Registries;

/// <summary>A server of the internet that sends us elsewhere. Names resolve as a test says; every connection ends at a server of this test.</summary>
public sealed class UpstreamClientTests : IDisposable
{
    private readonly TcpListener _server = new(IPAddress.Loopback, 0);
    private readonly List<IPAddress> _connected = [];

    public UpstreamClientTests() => _server.Start();

    [Theory]
    [InlineData("http://127.0.0.1/secret")]
    [InlineData("http://169.254.169.254/latest/meta-data/")]
    [InlineData("http://[::1]/secret")]
    [InlineData("http://[::ffff:127.0.0.1]/secret")]
    [InlineData("http://[fd00:ec2::254]/latest/meta-data/")]
    [InlineData("http://10.0.0.1/secret")]
    [InlineData("http://name-of-this-machine.example/secret")]
    [InlineData("file:///etc/passwd")]
    public async Task A_redirect_off_the_internet_is_not_followed(string location)
    {
        var serving = ServeAsync(location);

        await Assert.ThrowsAsync<HttpRequestException>(async () => await GetAsync("http://registry.example/v2/"));

        await serving;
        Assert.Equal([IPAddress.Parse("203.0.113.1")], _connected);
    }

    [Fact]
    public async Task A_redirect_on_the_internet_is_followed_without_the_token()
    {
        var serving = ServeAsync("http://other.example/blob", null);

        using var answer = await GetAsync("http://registry.example/v2/");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var requests = await serving;
        Assert.Contains("Authorization: Bearer secret", requests[0], StringComparison.Ordinal);
        Assert.DoesNotContain("secret", requests[1], StringComparison.Ordinal);
    }

    public void Dispose() => _server.Dispose();

    private Task<HttpResponseMessage> GetAsync(string url)
    {
        var client = new UpstreamClient(
            new Uri("http://registry.example/"),
            (name, _) =>
                Task.FromResult<IPAddress[]>(
                    name switch
                    {
                        "registry.example" => [IPAddress.Parse("203.0.113.1")],
                        "other.example" => [IPAddress.Parse("203.0.113.2")],
                        _ => [IPAddress.Loopback],
                    }
                ),
            async (end, cancellationToken) =>
            {
                _connected.Add(end.Address);
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(_server.LocalEndpoint, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            }
        );
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer secret");
        return client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>Answers a connection for each location: with a redirect there, or with 200 for null.</summary>
    private async Task<IReadOnlyList<string>> ServeAsync(params string?[] locations)
    {
        var requests = new List<string>();
        foreach (var location in locations)
        {
            using var client = await _server.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
            var buffer = new byte[4096];
            requests.Add(Encoding.ASCII.GetString(buffer, 0, await client.GetStream().ReadAsync(buffer, TestContext.Current.CancellationToken)));
            var answer = location is null ? "HTTP/1.1 200 OK\r\n" : $"HTTP/1.1 302 Found\r\nLocation: {location}\r\n";
            await client
                .GetStream()
                .WriteAsync(Encoding.ASCII.GetBytes($"{answer}Content-Length: 0\r\nConnection: close\r\n\r\n"), TestContext.Current.CancellationToken);
        }

        return requests;
    }
}
