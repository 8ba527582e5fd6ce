using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Lab.Deployer.Verification;
using Lab.Model;
using Lab.Model.Definition;

namespace Lab.Deployer.Aws;

/// <summary>Finds an AWS emulator, or runs one for the length of a command.</summary>
internal sealed class Emulator : IAsyncDisposable
{
    private const string Program = "moto_server";
    private static readonly Uri Usual = new("http://127.0.0.1:4566");
    private static readonly TimeSpan StartTime = TimeSpan.FromSeconds(60);

    private readonly Process? _process;

    private Emulator(Uri endpoint, Process? process) => (Endpoint, _process) = (endpoint, process);

    /// <summary>Where it answers.</summary>
    public Uri Endpoint { get; }

    /// <summary>The emulator of an option, of <c>AWS_ENDPOINT_URL</c>, of the lab that runs on this machine, or at the usual place.</summary>
    /// <exception cref="LabException">None answers.</exception>
    public static async Task<Emulator> FindAsync(string? option, LabDefinition lab, CancellationToken cancellationToken)
    {
        var text = option ?? Environment.GetEnvironmentVariable("AWS_ENDPOINT_URL");
        text = string.IsNullOrEmpty(text) ? RunningLab.Find(lab)?.Emulator : text;
        if (!Uri.TryCreate(string.IsNullOrEmpty(text) ? Usual.ToString() : text, UriKind.Absolute, out var endpoint) || endpoint.Scheme is not ("http" or "https"))
        {
            throw new LabException($"'{text}' is not the address of an AWS emulator; expected one like {Usual}");
        }

        return await AnswersAsync(endpoint, TimeSpan.FromSeconds(3), cancellationToken)
            ? new Emulator(endpoint, null)
            : throw new LabException($"No AWS emulator answers at {endpoint}. Run the lab (dotnet run --project Lab.AppHost), or start one (moto_server -p {Usual.Port}), or name one with --endpoint, or add --emulator to try without one that lasts.");
    }

    /// <summary>Starts moto on a free port; it forgets everything when the command ends.</summary>
    /// <exception cref="LabException">It is not installed, or does not start.</exception>
    public static async Task<Emulator> StartAsync(CancellationToken cancellationToken)
    {
        var endpoint = new Uri($"http://127.0.0.1:{FreePort()}");
        Process process;
        try
        {
            process = Process.Start(new ProcessStartInfo(Program, ["--host", "127.0.0.1", "--port", $"{endpoint.Port}"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new LabException($"{Program} is not on the PATH. Install it with: pip install 'moto[server]'", inner: e);
        }

        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var emulator = new Emulator(endpoint, process);
        if (!await AnswersAsync(endpoint, StartTime, cancellationToken))
        {
            await emulator.DisposeAsync();
            throw new LabException($"{Program} did not start within {StartTime.TotalSeconds:0} seconds. Try it by hand: {Program} -p {endpoint.Port}");
        }

        return emulator;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process?.Dispose();
    }

    private static async Task<bool> AnswersAsync(Uri endpoint, TimeSpan patience, CancellationToken cancellationToken)
    {
        var begun = Stopwatch.GetTimestamp();
        do
        {
            try
            {
                using var connection = new TcpClient();
                using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                deadline.CancelAfter(patience);
                await connection.ConnectAsync(endpoint.Host, endpoint.Port, deadline.Token);
                return true;
            }
            catch (SocketException) when (patience >= StartTime)
            {
                await Task.Delay(50, cancellationToken);
            }
            catch (Exception e) when (e is SocketException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                return false;
            }
        }
        while (Stopwatch.GetElapsedTime(begun) < patience);
        return false;
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
