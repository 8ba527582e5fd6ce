using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Lab.Tests.Deployer;

/// <summary>A moto_server of the test's own, on a free port.</summary>
public sealed class Moto : IAsyncLifetime
{
    private static readonly TimeSpan StartTime = TimeSpan.FromSeconds(30);
    private readonly HttpClient _client = new();
    private Process? _process;

    public Uri Endpoint { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Endpoint = new Uri($"http://127.0.0.1:{FreePort()}");
        _process = Process.Start(new ProcessStartInfo("moto_server", ["--host", "127.0.0.1", "--port", $"{Endpoint.Port}"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        var begun = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                await ResetAsync();
                return;
            }
            catch (HttpRequestException) when (Stopwatch.GetElapsedTime(begun) < StartTime)
            {
                await Task.Delay(50);
            }
        }
    }

    /// <summary>Makes the account empty.</summary>
    public async Task ResetAsync() => (await _client.PostAsync(new Uri(Endpoint, "/moto-api/reset"), null)).EnsureSuccessStatusCode();

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        if (_process is { HasExited: false })
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process?.Dispose();
    }

    internal static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
