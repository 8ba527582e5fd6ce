using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Lab.Deployment.Verification;
using Lab.Model;
using Lab.Model.Definition;

namespace Lab.Deployer.Commands;

/// <summary>Finds an AWS emulator, or runs one for the length of a command.</summary>
internal sealed partial class Emulator : IAsyncDisposable
{
    private const string Program = "moto_server";
    private static readonly Uri Usual = new("http://127.0.0.1:4566");
    private static readonly TimeSpan StartTime = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

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
        if (
            !Uri.TryCreate(string.IsNullOrEmpty(text) ? Usual.ToString() : text, UriKind.Absolute, out var endpoint)
            || endpoint.Scheme is not ("http" or "https")
        )
        {
            throw new LabException($"'{text}' is not the address of an AWS emulator; expected one like {Usual}");
        }

        return await AnswersAsync(endpoint, cancellationToken)
            ? new Emulator(endpoint, null)
            : throw new LabException(
                $"No AWS emulator answers at {endpoint}. Run the lab ({LabCommand.Line("up")}), or start one (moto_server -p {Usual.Port}), or name one with --endpoint, or add --emulator to try without one that lasts."
            );
    }

    /// <summary>Starts moto on a port that the system gives it; it forgets everything when the command ends.</summary>
    /// <exception cref="LabException">It is not installed, or does not start.</exception>
    public static async Task<Emulator> StartAsync(CancellationToken cancellationToken)
    {
        var process = new Process
        {
            StartInfo = new ProcessStartInfo(Program, ["--host", "127.0.0.1", "--port", "0"]) { RedirectStandardOutput = true, RedirectStandardError = true },
        };
        var address = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        var said = new ConcurrentQueue<string>();
        void Read(string? line)
        {
            if (line is not null && Address().Match(line) is { Success: true } match)
            {
                address.TrySetResult(new Uri(match.Value));
            }
            else if (line is not null && !address.Task.IsCompleted)
            {
                said.Enqueue(line);
            }
        }

        process.OutputDataReceived += (_, line) => Read(line.Data);
        process.ErrorDataReceived += (_, line) => Read(line.Data);
        await Console.Error.WriteLineAsync($"Starting an AWS emulator ({Program}) for this command, which takes some seconds.");
        try
        {
            process.Start();
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            process.Dispose();
            throw new LabException($"{Program} is not on the PATH. Install it with: pip install 'moto[server]'", inner: e);
        }

        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await Task.WhenAny(address.Task, process.WaitForExitAsync(cancellationToken)).WaitAsync(StartTime, cancellationToken);
            return address.Task.IsCompleted
                ? new Emulator(await address.Task, process)
                : throw new LabException($"{Program} ended with exit code {process.ExitCode}: {VisibleText.Of(said.LastOrDefault() ?? "it said nothing")}");
        }
        catch (TimeoutException e)
        {
            await EndAsync(process);
            throw new LabException($"{Program} did not start within {StartTime.TotalSeconds:0} seconds. Try it by hand: {Program} -p {Usual.Port}", inner: e);
        }
        catch
        {
            await EndAsync(process);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await EndAsync(_process);
        }
    }

    private static async Task EndAsync(Process process)
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }

        process.Dispose();
    }

    private static async Task<bool> AnswersAsync(Uri endpoint, CancellationToken cancellationToken)
    {
        try
        {
            using var connection = new TcpClient();
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            deadline.CancelAfter(Patience);
            await connection.ConnectAsync(endpoint.Host, endpoint.Port, deadline.Token);
            return true;
        }
        catch (Exception e) when (e is SocketException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+")]
    private static partial Regex Address();
}
