using System.Net;
using Lab.BootServer;
using Lab.BootServer.CommandLine;
using Lab.BootServer.Logging;

namespace Lab.Tests.BootServer;

/// <summary>A real server on a free loopback port, with a data and an assets directory of its own.</summary>
internal sealed class BootServerUnderTest : IAsyncDisposable
{
    private readonly string _directory;
    private readonly BootServerHost _host;
    private readonly LogrusLog _log;
    private readonly StringWriter _lines;

    private BootServerUnderTest(string directory, BootServerHost host, LogrusLog log, StringWriter lines) =>
        (_directory, _host, _log, _lines) = (directory, host, log, lines);

    /// <summary>The fixture directory of the tests.</summary>
    public static string Fixtures { get; } = Path.Combine(AppContext.BaseDirectory, "BootServer", "fixtures");

    public IPEndPoint Address { get; private init; } = new(IPAddress.Loopback, 0);

    public string Data => Path.Combine(_directory, "data");

    public string Assets => Path.Combine(_directory, "assets");

    public string TelemetrySocket => Path.Combine(_directory, "telemetry.sock");

    /// <summary>What the server has logged so far.</summary>
    public string Log
    {
        get
        {
            lock (_lines)
            {
                return _lines.ToString();
            }
        }
    }

    /// <summary>Starts a server with a copy of the fixtures.</summary>
    /// <param name="change">Changes options.</param>
    /// <param name="empty">Without the fixtures' files.</param>
    public static async Task<BootServerUnderTest> StartAsync(Func<BootServerOptions, BootServerOptions>? change = null, bool empty = false)
    {
        var directory = Directory.CreateTempSubdirectory("lab-boot-").FullName;
        foreach (var name in new[] { "data", "assets" })
        {
            Directory.CreateDirectory(Path.Combine(directory, name));
            if (!empty)
            {
                Copy(Path.Combine(Fixtures, name), Path.Combine(directory, name));
            }
        }

        var options = new BootServerOptions
        {
            Address = "127.0.0.1:0",
            Endpoints = [new IPEndPoint(IPAddress.Loopback, 0)],
            DataPath = Path.Combine(directory, "data"),
            AssetsPath = Path.Combine(directory, "assets"),
            TelemetrySocket = Path.Combine(directory, "telemetry.sock"),
        };
        var lines = new StringWriter();
        var log = new LogrusLog(LogrusLevel.Info, TextWriter.Synchronized(lines), TimeProvider.System);
        var host = await BootServerHost.StartAsync(change?.Invoke(options) ?? options, log, CancellationToken.None);
        return new BootServerUnderTest(directory, host, log, lines) { Address = IPEndPoint.Parse(new Uri(host.Addresses[0]).Authority) };
    }

    public Task<RawAnswer> GetAsync(string target, string headers = "") => RawHttp.SendAsync(Address, target, headers: headers);

    /// <summary>Begins to stop, as on SIGTERM.</summary>
    public Task StopAsync() => _host.StopAsync(Xunit.TestContext.Current.CancellationToken);

    public void WriteData(string path, string content) => Write(Path.Combine(Data, path), content);

    public void WriteAsset(string path, string content) => Write(Path.Combine(Assets, path), content);

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _log.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private static void Write(string path, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
    }

    private static void Copy(string source, string target)
    {
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(target, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
            File.SetLastWriteTimeUtc(copy, new DateTime(2020, 1, 2, 3, 4, 5, 700, DateTimeKind.Utc));
        }
    }
}
