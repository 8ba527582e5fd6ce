using System.Diagnostics;
using Lab.Emulation.Linux;
using Lab.Emulation.Services;

namespace Lab.Runtime.Telemetry;

/// <summary>Tells the boot server which trace a machine's boot is, so that what it answers that machine stands in it.</summary>
/// <param name="folder">The lab's files.</param>
internal sealed class BootTraces(LabFolder folder) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly HttpClient _client = new(UnixSocket.HttpHandler(BootRequests.SocketPath(folder))) { Timeout = Patience };
    private Task _telling = Task.CompletedTask;

    /// <summary>Tells it, one after another. A boot server that does not take it traces for itself.</summary>
    /// <param name="mac">The machine's MAC.</param>
    /// <param name="trace">The boot.</param>
    public void Tell(string mac, ActivityContext trace) => _telling = TellAsync(_telling, mac, trace);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _telling;
        _client.Dispose();
    }

    private async Task TellAsync(Task before, string mac, ActivityContext trace)
    {
        await before;
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Put, $"http://boot-server/boots/{mac}");
            request.Headers.Add("traceparent", $"00-{trace.TraceId}-{trace.SpanId}-01");
            using var answer = await _client.SendAsync(request);
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            // It does not run now, and is told again when it does; or it is another program than Lab's own.
        }
    }
}
