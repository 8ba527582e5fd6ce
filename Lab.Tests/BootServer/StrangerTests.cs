using System.Net;
using System.Net.Sockets;
using Lab.BootServer;

namespace Lab.Tests.BootServer;

/// <summary>A client that wants to take the server from the others.</summary>
public sealed class StrangerTests
{
    private const string Costly = "{{range .wide}}{{range $.wide}}{{range $.wide}}x{{end}}{{end}}{{end}}";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_template_that_doubles_a_text_is_not_found_and_the_log_says_why()
    {
        await using var server = await BootServerUnderTest.StartAsync(empty: true);
        Write(server, "{{$x := \"0123456789\"}}" + string.Concat(Enumerable.Repeat("{{$x = printf \"%s%s\" $x $x}}", 26)) + "{{$x}}");
        var answer = await server.GetAsync("/generic");
        Assert.Equal((404, "404 page not found\n"), (answer.Status, answer.Text));
        await Eventually.TrueAsync(
            () => server.Log.Contains("error rendering template: generic/t: line 1: takes too much: more than", StringComparison.Ordinal),
            "the reason is logged"
        );
    }

    [Fact]
    public async Task Costly_templates_for_clients_that_leave_keep_no_other_request_waiting()
    {
        await using var server = await BootServerUnderTest.StartAsync(empty: true);
        Write(server, Costly);
        List<TcpClient> clients = [];
        for (var i = 0; i < 50; i++)
        {
            var client = new TcpClient();
            clients.Add(client);
            await client.ConnectAsync(server.Address, Token);
            await client.GetStream().WriteAsync("GET /generic HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray(), Token);
        }

        Assert.Equal(200, (await server.GetAsync("/healthz")).Status);
        Assert.Equal(200, (await server.GetAsync("/boot.ipxe")).Status);
        clients.ForEach(client => client.Dispose());
        var metrics = "";
        for (var attempt = 0; attempt < 500 && !metrics.Contains("status=\"499\"", StringComparison.Ordinal); attempt++)
        {
            metrics = (await server.GetAsync("/metrics")).Text;
        }

        Assert.Contains("status=\"499\"", metrics, StringComparison.Ordinal);
        Assert.DoesNotContain("this is a bug", server.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_thousand_clients_that_send_headers_slowly_keep_nobody_waiting()
    {
        await using var server = await BootServerUnderTest.StartAsync();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var connected = new List<Socket>();
        for (var i = 0; i < 2000; i++)
        {
            try
            {
                connected.Add(await ConnectAsync(server.Address));
            }
            catch (SocketException)
            {
                // One more than a client's share, closed before it was noticed to be open.
            }
        }

        Assert.True(connected.Count >= BootServerLimits.ConnectionsOfOneClient);
        var slow = connected.Select(socket => SendSlowlyAsync(socket, ended.Token)).ToList();
        for (var request = 0; request < 20; request++)
        {
            Assert.Equal(200, (await server.GetAsync("/healthz")).Status);
            Assert.Equal(200, (await server.GetAsync("/boot.ipxe")).Status);
        }

        await ended.CancelAsync();
        await Task.WhenAll(slow);
    }

    [Fact]
    public async Task A_client_that_opens_more_connections_than_its_share_loses_those_and_no_others()
    {
        await using var server = await BootServerUnderTest.StartAsync();
        List<Socket> open = [];
        for (var i = 0; i < BootServerLimits.ConnectionsOfOneClient; i++)
        {
            open.Add(await ConnectAsync(server.Address));
        }

        // Each has been accepted once one behind it is answered.
        Assert.Equal(200, await StatusAsync(open[^1]));
        Assert.Null(await StatusOfNewAsync(server.Address));

        Assert.Equal(200, (await server.GetAsync("/healthz")).Status);
        Assert.Equal(200, await StatusAsync(open[0]));
        open.ForEach(socket => socket.Dispose());
        int? again = null;
        for (var attempt = 0; attempt < 500 && again is null; attempt++)
        {
            again = await StatusOfNewAsync(server.Address);
        }

        Assert.Equal(200, again);
    }

    /// <summary>Null when the server has closed the connection, which it may do before this side knows that it is open.</summary>
    private static async Task<int?> StatusOfNewAsync(IPEndPoint server)
    {
        try
        {
            using var socket = await ConnectAsync(server);
            return await StatusAsync(socket);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
            return null;
        }
    }

    /// <summary>From another address than that of the tests' other clients.</summary>
    private static async Task<Socket> ConnectAsync(IPEndPoint server)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.2"), 0));
        await socket.ConnectAsync(server, Token);
        return socket;
    }

    /// <summary>Null when the server has closed the connection.</summary>
    private static async Task<int?> StatusAsync(Socket socket)
    {
        try
        {
            await socket.SendAsync("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray(), Token);
            var bytes = new byte[4096];
            var length = await socket.ReceiveAsync(bytes, Token);
            return length == 0
                ? null
                : int.Parse(System.Text.Encoding.ASCII.GetString(bytes, 0, length).Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
        }
        catch (SocketException)
        {
            return null;
        }
    }

    private static void Write(BootServerUnderTest server, string template)
    {
        var wide = string.Join(',', Enumerable.Range(0, 1000));
        server.WriteData("groups/g.json", $$"""{"id":"g","profile":"p","metadata":{"wide":[{{wide}}]} }""");
        server.WriteData("profiles/p.json", """{"id":"p","generic_id":"t"}""");
        server.WriteData("generic/t", template);
    }

    /// <summary>A header that never ends, a piece at a time.</summary>
    private static async Task SendSlowlyAsync(Socket connected, CancellationToken cancellationToken)
    {
        using var socket = connected;
        try
        {
            await socket.SendAsync("GET /ipxe HTTP/1.1\r\nHost: x\r\nA: "u8.ToArray(), cancellationToken);
            while (true)
            {
                await socket.SendAsync("b"u8.ToArray(), cancellationToken);
                await Task.Delay(1000, cancellationToken);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException)
        {
            // The test has ended, or the server has closed the connection: it need not wait for everybody.
        }
    }
}
