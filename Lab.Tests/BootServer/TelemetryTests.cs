using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text.Json;
using Lab.BootServer.Telemetry;
using Lab.Emulation.Linux;
using Lab.Model.Services;

namespace Lab.Tests.BootServer;

/// <summary>The stream of requests that the boot timeline is drawn from.</summary>
public sealed class TelemetryTests
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    [Fact]
    public async Task A_whole_boot_is_attributed_to_its_machine_stage_by_stage()
    {
        await using var server = await BootServerUnderTest.StartAsync();
        server.WriteAsset("a.xz", "initrd");
        server.WriteAsset("conf/52-54-00-89-d8-10.yaml", "config");
        await server.GetAsync("/boot.ipxe");
        await server.GetAsync("/ipxe?mac=52-54-00-89-d8-10");
        await server.GetAsync("/assets/vmlinuz");
        await server.GetAsync("/assets/a.xz");
        await server.GetAsync("/assets/conf/52-54-00-89-d8-10.yaml");
        await server.GetAsync("/generic?mac=52-54-00-89-d8-10&foo=x");
        await server.GetAsync("/metadata?mac=52-54-00-89-d8-10");
        await server.GetAsync("/assets/plain.txt");

        var events = await ReadAsync(server, count: 8);
        Assert.Equal(
            [
                BootRequestStage.Script,
                BootRequestStage.Script,
                BootRequestStage.Kernel,
                BootRequestStage.Initrd,
                BootRequestStage.Config,
                BootRequestStage.Config,
                BootRequestStage.Metadata,
                BootRequestStage.Other,
            ],
            events.Select(request => request.Stage)
        );
        Assert.Null(events[0].Mac);
        Assert.All(events.Skip(1), request => Assert.Equal("52:54:00:89:d8:10", request.Mac));
        Assert.Equal(("127.0.0.1", "GET", "/assets/vmlinuz", "", 200, 4100L), Describe(events[2]));
        Assert.All(events, request => Assert.True(request is { Reason: null, DurationMs: > 0 }));

        // Configurations that are files are shown too.
        Assert.Equal("config", events[4].Exchange?.Body);
    }

    [Theory]
    [InlineData("/ipxe?p=missing", "No profile named: nowhere")]
    [InlineData("/generic?p=missing", "No profile named: nowhere")]
    [InlineData("/generic?p=nogeneric", "No generic template named: absent.tmpl")]
    [InlineData("/ignition?p=butane", "node.yaml is a Butane config, which this server does not translate: name a .ign file")]
    [InlineData("/assets/nope", "no such asset")]
    [InlineData("/nope", "no such endpoint")]
    public async Task An_error_says_why(string target, string reason)
    {
        await using var server = await BootServerUnderTest.StartAsync();
        await server.GetAsync(target);
        var request = Assert.Single(await ReadAsync(server, count: 1));
        Assert.Equal((404, reason), (request.Status, request.Reason));
    }

    [Fact]
    public async Task Without_a_matching_group_that_is_the_reason()
    {
        await using var server = await BootServerUnderTest.StartAsync(empty: true);
        await server.GetAsync("/ipxe");
        Assert.Equal("No matching group", Assert.Single(await ReadAsync(server, count: 1)).Reason);
    }

    [Fact]
    public async Task A_reader_sees_what_happens_while_it_reads()
    {
        await using var server = await BootServerUnderTest.StartAsync();
        using var reader = await OpenAsync(server);
        Assert.Contains("200 OK", await reader.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        await server.GetAsync("/ipxe?live=1");
        Assert.Equal("live=1", (await NextAsync(reader)).Query);
    }

    [Theory]
    [InlineData("/boots/52:54:00:89:d8:10", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", 204)]
    [InlineData("/boots/52-54-00-89-d8-10", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", 204)]
    [InlineData("/boots/52:54:00:89:d8", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", 400)]
    [InlineData("/boots/52:54:00:89:d8:10", "00-nothing-of-that-sort-01", 400)]
    [InlineData("/boots/52:54:00:89:d8:10", null, 400)]
    public async Task Whoever_switches_machines_on_names_the_trace_of_the_boot(string path, string? trace, int status)
    {
        await using var server = await BootServerUnderTest.StartAsync();
        using var spans = new SpansOf(BootTelemetry.Name);
        using var client = new HttpClient(UnixSocket.HttpHandler(server.TelemetrySocket));
        using var put = new HttpRequestMessage(HttpMethod.Put, $"http://boot-server{path}");
        put.Headers.TryAddWithoutValidation("traceparent", trace);

        using var answer = await client.SendAsync(put, TestContext.Current.CancellationToken);
        await server.GetAsync("/ipxe?mac=52-54-00-89-d8-10");
        await server.GetAsync("/ipxe?mac=52-54-00-89-d8-11");

        Assert.Equal(status, (int)answer.StatusCode);
        var own = spans.All.Where(span => span.GetTagItem("lab.node.mac") is "52:54:00:89:d8:10").Select(span => span.TraceId.ToHexString());
        Assert.Equal(status == 204, own.Contains("0af7651916cd43dd8448eb211c80319c"));
        Assert.DoesNotContain(
            spans.All,
            span => span.GetTagItem("lab.node.mac") is "52:54:00:89:d8:11" && span.TraceId.ToHexString() == "0af7651916cd43dd8448eb211c80319c"
        );
    }

    [Fact]
    public async Task A_reader_that_does_not_read_is_told_what_it_has_missed()
    {
        var feed = new RequestFeed(TimeProvider.System);
        await using var reader = feed.ReadAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        feed.Publish(Request(0));
        Assert.True(await reader.MoveNextAsync());
        for (var number = 1; number <= RequestFeed.Capacity + 10; number++)
        {
            feed.Publish(Request(number));
        }

        await reader.MoveNextAsync();
        Assert.Equal((0, "10 requests dropped: this reader is too slow"), (reader.Current.Status, reader.Current.Reason));
        await reader.MoveNextAsync();
        Assert.Equal("/11", reader.Current.Path);
    }

    [Fact]
    public async Task A_late_reader_gets_the_last_requests_from_memory()
    {
        var feed = new RequestFeed(TimeProvider.System);
        for (var number = 0; number < RequestFeed.Capacity + 5; number++)
        {
            feed.Publish(Request(number));
        }

        await foreach (var request in feed.ReadAsync(TestContext.Current.CancellationToken))
        {
            Assert.Equal("/5", request.Path);
            return;
        }
    }

    [Fact]
    public async Task Health_and_metrics_are_served_on_both_sides()
    {
        await using var server = await BootServerUnderTest.StartAsync();
        await server.GetAsync("/ipxe");
        Assert.Equal("ok\n", (await server.GetAsync("/healthz")).Text);
        var metrics = (await server.GetAsync("/metrics")).Text;
        Assert.Contains("lab_boot_request_duration_seconds_count{stage=\"script\",status=\"200\"} 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains("ok", await ReadAllAsync(server, "/healthz"), StringComparison.Ordinal);
        Assert.Contains("lab_boot_groups", await ReadAllAsync(server, "/metrics"), StringComparison.Ordinal);
        Assert.Contains("404", await ReadAllAsync(server, "/ipxe"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_no_socket_is_not_removed_to_make_room_for_one()
    {
        var file = Path.GetTempFileName();
        await Assert.ThrowsAsync<Lab.Model.LabException>(() => BootServerUnderTest.StartAsync(options => options with { TelemetrySocket = file }));
        Assert.True(File.Exists(file));
        File.Delete(file);
    }

    [Fact]
    public async Task A_client_can_make_no_line_of_metadata_and_no_line_of_the_log()
    {
        await using var server = await BootServerUnderTest.StartAsync();
        var answer = await server.GetAsync("/metadata?x=1%0AEVIL=1&%0AEVIL=2&mac=%0Aevil");
        Assert.DoesNotContain(answer.Text.Split('\n'), line => line.StartsWith("EVIL", StringComparison.Ordinal));
        Assert.Contains("REQUEST_QUERY_X=1%0AEVIL=1\n", answer.Text, StringComparison.Ordinal);
        await server.GetAsync("/assets/a%0Atime=evil");
        await Eventually.TrueAsync(() => server.Log.Contains("evil", StringComparison.Ordinal), "the request is logged");
        Assert.DoesNotContain(server.Log.Split('\n'), line => line.StartsWith("time=evil", StringComparison.Ordinal));
    }

    private static (string Remote, string Method, string Path, string Query, int Status, long Bytes) Describe(BootRequest request) =>
        (request.Remote, request.Method, request.Path, request.Query, request.Status, request.Bytes);

    private static BootRequest Request(int number) =>
        new()
        {
            Time = DateTimeOffset.UnixEpoch,
            Remote = "127.0.0.1",
            Method = "GET",
            Path = $"/{number}",
            Status = 200,
            Bytes = 1,
            DurationMs = 1,
            Stage = BootRequestStage.Other,
        };

    private static async Task<List<BootRequest>> ReadAsync(BootServerUnderTest server, int count)
    {
        using var reader = await OpenAsync(server);
        List<BootRequest> requests = [];
        while (requests.Count < count)
        {
            requests.Add(await NextAsync(reader));
        }

        return requests;
    }

    private static async Task<BootRequest> NextAsync(StreamReader reader)
    {
        while (true)
        {
            var line = await reader.ReadLineAsync(TestContext.Current.CancellationToken);
            Assert.NotNull(line);
            if (line.StartsWith('{'))
            {
                return JsonSerializer.Deserialize<BootRequest>(line, Json)!;
            }
        }
    }

    private static async Task<string> ReadAllAsync(BootServerUnderTest server, string path)
    {
        using var reader = await OpenAsync(server, path);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<StreamReader> OpenAsync(BootServerUnderTest server, string path = "/events")
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(server.TelemetrySocket), TestContext.Current.CancellationToken);
        var stream = new NetworkStream(socket, ownsSocket: true);
        await stream.WriteAsync(
            System.Text.Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: lab\r\nConnection: close\r\n\r\n"),
            TestContext.Current.CancellationToken
        );
        return new StreamReader(stream);
    }

    /// <summary>Keeps the spans of a source: of every server in this process, whichever test has started it.</summary>
    private sealed class SpansOf : IDisposable
    {
        private readonly ConcurrentQueue<Activity> _ended = new();
        private readonly ActivityListener _listener;

        public SpansOf(string source)
        {
            _listener = new ActivityListener
            {
                ShouldListenTo = one => one.Name == source,
                Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
                ActivityStopped = _ended.Enqueue,
            };
            ActivitySource.AddActivityListener(_listener);
        }

        public IReadOnlyList<Activity> All => [.. _ended];

        public void Dispose() => _listener.Dispose();
    }
}
