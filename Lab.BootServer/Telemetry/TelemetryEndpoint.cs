using System.Text.Json;
using System.Text.Json.Serialization;
using Lab.BootServer.Http;
using Lab.Model.Services;

namespace Lab.BootServer.Telemetry;

/// <summary>What the telemetry socket serves: <c>/events</c>, and health and metrics as on the main address.</summary>
internal sealed class TelemetryEndpoint(RequestFeed feed, StatusAnswers status, CancellationToken stopping)
{
    public Task HandleAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "";
        return path == "/events"
            ? StreamAsync(context)
            : ResponseWriter.WriteAsync(
                context, new Exchange(context.Request.Method, path, new BootQuery("")), status.For(path) ?? Answer.NotFound("no such endpoint"));
    }

    private async Task StreamAsync(HttpContext context)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        context.Response.ContentType = "application/x-ndjson";
        try
        {
            await context.Response.Body.FlushAsync(ending.Token);
            await foreach (var request in feed.ReadAsync(ending.Token))
            {
                var line = JsonSerializer.SerializeToUtf8Bytes(request, BootRequestJson.Default.BootRequest);
                await context.Response.Body.WriteAsync(line, ending.Token);
                await context.Response.Body.WriteAsync("\n"u8.ToArray(), ending.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The reader has gone, or the server stops: the stream just ends.
        }
    }
}

/// <summary>How <see cref="BootRequest"/> is written, without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(BootRequest))]
internal sealed partial class BootRequestJson : JsonSerializerContext;
