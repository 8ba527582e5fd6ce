using System.Text;

namespace Lab.Tests.BootServer;

/// <summary>Many machines, and clients that mean no good.</summary>
public sealed class LoadTests
{
    [Fact]
    public async Task Five_hundred_machines_boot_at_once_and_none_fails()
    {
        await using var server = await BootServerUnderTest.StartAsync(empty: true);
        const int machines = 500;
        for (var machine = 0; machine < machines; machine++)
        {
            server.WriteData(
                $"groups/m{machine}.json",
                $$"""{"id":"m{{machine}}","profile":"p","selector":{"mac":"{{Mac(machine)}}"},"metadata":{"name":"m{{machine}}"} }"""
            );
        }

        server.WriteData("profiles/p.json", """{"id":"p","boot":{"kernel":"/assets/kernel","initrd":["/assets/initrd"]},"generic_id":"config"}""");
        server.WriteData("generic/config", "name: {{.name}}\n");
        server.WriteAsset("kernel", new string('k', 300_000));
        server.WriteAsset("initrd", new string('i', 500_000));
        await Task.WhenAll(Enumerable.Range(0, machines).Select(machine => Task.Run(() => BootAsync(server, machine))));
    }

    [Fact]
    public async Task Clients_that_send_nothing_keep_nobody_waiting()
    {
        await using var server = await BootServerUnderTest.StartAsync();
        List<System.Net.Sockets.TcpClient> silent = [];
        for (var i = 0; i < 300; i++)
        {
            var client = new System.Net.Sockets.TcpClient();
            silent.Add(client);
            await client.ConnectAsync(server.Address, TestContext.Current.CancellationToken);
            await client.GetStream().WriteAsync("GET /ipxe HT"u8.ToArray(), TestContext.Current.CancellationToken);
        }

        Assert.Equal(200, (await server.GetAsync("/ipxe")).Status);
        silent.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task A_client_that_goes_away_in_the_middle_is_reported_as_gone()
    {
        await using var server = await BootServerUnderTest.StartAsync();
        await using (var file = File.Create(Path.Combine(server.Assets, "large")))
        {
            file.SetLength(200 * 1024 * 1024);
        }

        using (var client = new System.Net.Sockets.TcpClient())
        {
            await client.ConnectAsync(server.Address, TestContext.Current.CancellationToken);
            await client.GetStream().WriteAsync("GET /assets/large HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
            await client.GetStream().ReadExactlyAsync(new byte[1000], TestContext.Current.CancellationToken);
        }

        var metrics = "";
        for (var attempt = 0; attempt < 500 && !metrics.Contains("status=\"499\"", StringComparison.Ordinal); attempt++)
        {
            metrics = (await server.GetAsync("/metrics")).Text;
        }

        Assert.Contains("status=\"499\"", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_under_way_is_finished_before_the_server_stops()
    {
        await using var server = await BootServerUnderTest.StartAsync();
        const int size = 64 * 1024 * 1024;
        await using (var file = File.Create(Path.Combine(server.Assets, "large")))
        {
            file.SetLength(size);
        }

        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(server.Address, TestContext.Current.CancellationToken);
        var stream = client.GetStream();
        await stream.WriteAsync("GET /assets/large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        await stream.ReadExactlyAsync(new byte[1000], TestContext.Current.CancellationToken);
        var stopping = server.StopAsync();
        var rest = new MemoryStream();
        await stream.CopyToAsync(rest, TestContext.Current.CancellationToken);
        await stopping;
        Assert.InRange(rest.Length + 1000, size, size + 1000);
    }

    private static async Task BootAsync(BootServerUnderTest server, int machine)
    {
        var mac = Mac(machine).Replace(':', '-');
        Assert.Equal(132, (await server.GetAsync("/boot.ipxe")).Body.Length);
        Assert.Equal("#!ipxe\nkernel /assets/kernel\ninitrd /assets/initrd\nboot\n", (await server.GetAsync($"/ipxe?mac={mac}")).Text);
        Assert.Equal(300_000, (await server.GetAsync("/assets/kernel")).Body.Length);
        Assert.Equal(500_000, (await server.GetAsync("/assets/initrd")).Body.Length);
        Assert.Equal($"name: m{machine}\n", Encoding.UTF8.GetString((await server.GetAsync($"/generic?mac={mac}")).Body));
    }

    private static string Mac(int machine) => $"52:54:00:00:{machine >> 8:x2}:{machine & 255:x2}";
}
