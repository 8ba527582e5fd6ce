using System.Runtime.CompilerServices;
using System.Text.Json;
using Lab.Emulation.Linux;
using Lab.Model.Services;

namespace Lab.Emulation.Services;

/// <summary>The stream of what the boot server answers, read from its telemetry socket.</summary>
public static class BootRequests
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(50);

    /// <summary>The boot server's telemetry socket.</summary>
    public static string SocketPath(LabFolder lab) => lab.Socket("boot-server/events");

    /// <summary>
    /// All requests, live, until cancelled. Connects again whenever the boot server was started anew; it then begins with what it has
    /// answered since its start, so nothing is missed.
    /// </summary>
    public static async IAsyncEnumerable<BootRequest> ReadAsync(LabFolder lab, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var client = new HttpClient(UnixSocket.HttpHandler(SocketPath(lab))) { Timeout = Timeout.InfiniteTimeSpan };
        while (!cancellationToken.IsCancellationRequested)
        {
            using var reader = await OpenAsync(client, cancellationToken);
            while (reader is not null && await ReadLineAsync(reader, cancellationToken) is { } line)
            {
                if (TryParse(line) is { } request)
                {
                    yield return request;
                }
            }

            await Task.Delay(RetryPause, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>The request in a line; null for one that is none, as the last line of a boot server that was killed while it wrote.</summary>
    internal static BootRequest? TryParse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<BootRequest>(line, JsonSerializerOptions.Web);
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            return null;
        }
    }

    private static async Task<StreamReader?> OpenAsync(HttpClient client, CancellationToken cancellationToken)
    {
        try
        {
            return new StreamReader(await client.GetStreamAsync("http://boot-server/events", cancellationToken));
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return null;
        }
    }

    private static async Task<string?> ReadLineAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        try
        {
            return await reader.ReadLineAsync(cancellationToken);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            return null;
        }
    }
}
