using System.Text.Json;
using System.Text.Json.Serialization;
using Lab.BootServer.Http;
using Lab.BootServer.Telemetry;
using Lab.Model.Services;

namespace Lab.BootServer.Routing;

/// <summary>What the telemetry socket serves: <c>/events</c>, health and metrics as on the main address, and the boots that it is told of.</summary>
internal sealed class TelemetryEndpoint(RequestFeed feed, BootTable boots, StatusAnswers status, CancellationToken stopping)
{
    public Task HandleAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "";
        return path == "/events" ? StreamAsync(context)
            : path.StartsWith(BootTable.Path, StringComparison.Ordinal) ? TakeBootAsync(context, path[BootTable.Path.Length..])
            : ResponseWriter.WriteAsync(
                context,
                new Exchange(context.Request.Method, path, new BootQuery("")),
                status.For(path) ?? Answer.NotFound("no such endpoint")
            );
    }

    private Task TakeBootAsync(HttpContext context, string mac)
    {
        context.Response.StatusCode =
            !HttpMethods.IsPut(context.Request.Method) ? StatusCodes.Status405MethodNotAllowed
            : boots.Add(mac, context.Request.Headers.TraceParent) ? StatusCodes.Status204NoContent
            : StatusCodes.Status400BadRequest;
        return Task.CompletedTask;
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
