using System.Diagnostics;
using System.Net;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Lab.Tests.BootServer;

/// <summary>The server as a program.</summary>
public sealed partial class ProcessTests : IDisposable
{
    private readonly List<Process> _started = [];

    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "Lab.BootServer.dll");

    [Fact]
    public async Task It_prints_where_it_listens_answers_and_ends_on_SIGTERM()
    {
        var process = Start("-address=127.0.0.1:0", $"-data-path={BootServerUnderTest.Fixtures}/data", $"--assets-path={BootServerUnderTest.Fixtures}/assets");
        var address = await AddressAsync(process);
        Assert.Equal(200, (await RawHttp.SendAsync(address, "/ipxe")).Status);
        Assert.Equal(0, Kill(process.Id, 15));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
    }

    [Theory]
    [InlineData("-version", 0)]
    [InlineData("-help", 0)]
    [InlineData("-h", 0)]
    [InlineData("-nope", 2)]
    [InlineData("-data-path=/nowhere", 1)]
    public async Task It_ends_with_the_exit_codes_of_the_original(string argument, int exitCode)
    {
        var process = Start(argument);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(exitCode, process.ExitCode);
        Assert.Matches(
            argument switch
            {
                "-version" => "^[0-9]+\\.[0-9]+\\.[0-9]+\n$",
                "-data-path=/nowhere" => "^time=\"[^\"]+\" level=fatal msg=\"A valid -data-path is required\"\n$",
                _ => "Usage of matchbox:\n",
            },
            output + error
        );
    }

    [Fact]
    public async Task An_address_in_use_is_said_so()
    {
        using var holder = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        holder.Start();
        var process = Start($"-address={holder.LocalEndpoint}", $"-data-path={BootServerUnderTest.Fixtures}/data", "-assets-path=");
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1, process.ExitCode);
        Assert.Contains("level=fatal msg=\"failed to start listening: ", error, StringComparison.Ordinal);
        Assert.Contains("address already in use", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_an_endpoint_it_exports_a_span_that_names_the_machine()
    {
        using var collector = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        collector.Start();
        var process = Start(
            new Dictionary<string, string?>
            {
                ["OTEL_EXPORTER_OTLP_ENDPOINT"] = $"http://{collector.LocalEndpoint}",
                ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
                ["OTEL_BSP_SCHEDULE_DELAY"] = "100",
            },
            "-address=127.0.0.1:0",
            $"-data-path={BootServerUnderTest.Fixtures}/data",
            "-assets-path="
        );
        var address = await AddressAsync(process);
        Assert.Equal(200, (await RawHttp.SendAsync(address, "/ipxe?mac=52-54-00-89-d8-10")).Status);
        Assert.Contains("52:54:00:89:d8:10", await FirstSpanAsync(collector), StringComparison.Ordinal);
    }

    /// <summary>Leaves no server behind when a test fails.</summary>
    public void Dispose()
    {
        foreach (var process in _started)
        {
            if (!process.HasExited)
            {
                process.Kill();
            }

            process.Dispose();
        }
    }

    private Process Start(params string[] arguments) => Start(new Dictionary<string, string?>(), arguments);

    private Process Start(IReadOnlyDictionary<string, string?> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Program, .. arguments]) { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        _started.Add(process);
        return process;
    }

    /// <summary>The first request to a collector that carries spans.</summary>
    private static async Task<string> FirstSpanAsync(System.Net.Sockets.TcpListener collector)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        timeout.CancelAfter(TimeSpan.FromMinutes(3));
        while (true)
        {
            using var client = await collector.AcceptTcpClientAsync(timeout.Token);
            var request = await ReadAsync(client.GetStream(), timeout.Token);
            if (request.StartsWith("POST /v1/traces ", StringComparison.Ordinal))
            {
                return request;
            }
        }
    }

    private static async Task<string> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var request = "";
        var buffer = new byte[64 * 1024];
        while (!request.Contains("\r\n\r\n", StringComparison.Ordinal) || request.Length < HeaderEnd(request) + ContentLength(request))
        {
            var count = await stream.ReadAsync(buffer, cancellationToken);
            Assert.True(count > 0, "the exporter hung up");
            request += System.Text.Encoding.Latin1.GetString(buffer, 0, count);
        }

        return request;
    }

    private static int HeaderEnd(string request) => request.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4;

    private static int ContentLength(string request) =>
        int.Parse(ContentLengthHeader().Match(request).Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);

    [GeneratedRegex("Content-Length: ([0-9]+)", RegexOptions.IgnoreCase)]
    private static partial Regex ContentLengthHeader();

    private static async Task<IPEndPoint> AddressAsync(Process process)
    {
        while (await process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (Listening().Match(line) is { Success: true } match)
            {
                return IPEndPoint.Parse(match.Groups[1].Value);
            }
        }

        throw new InvalidOperationException("The server ended before it listened.");
    }

    [GeneratedRegex("msg=\"Listening on ([^\"]+)\"")]
    private static partial Regex Listening();

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
