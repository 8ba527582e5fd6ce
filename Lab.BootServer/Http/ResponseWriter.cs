using System.Text;

namespace Lab.BootServer.Http;

/// <summary>Puts answers on the wire and notes in the exchange what was sent.</summary>
internal static class ResponseWriter
{
    /// <summary>Sends an answer that is in memory.</summary>
    public static Task WriteAsync(HttpContext context, Exchange exchange, Answer answer)
    {
        exchange.Reason = answer.Reason;
        exchange.LeavesToDisk = answer.LeavesToDisk;
        exchange.Body = answer.Body;
        if (answer.IsContent)
        {
            var plan = ContentPlan.For(exchange.Method, context.Request.Headers, answer.Body.Length, null, answer.ContentType!);
            return WriteAsync(context, exchange, plan, modified: null, new MemoryBody(answer.Body));
        }

        var response = context.Response;
        Start(response, exchange, answer.Status, answer.ContentType, answer.Body.Length);
        if (answer.NoSniff)
        {
            response.Headers.XContentTypeOptions = "nosniff";
        }

        if (answer.Location is not null)
        {
            response.Headers.Location = answer.Location;
        }

        return SendAsync(context, exchange, answer.Body);
    }

    /// <summary>Sends what a plan says of a body.</summary>
    public static async Task WriteAsync(HttpContext context, Exchange exchange, ContentPlan plan, DateTimeOffset? modified, IBody body)
    {
        var response = context.Response;
        Start(response, exchange, plan.Status, plan.ContentType, plan.Length);
        if (modified is not null && plan.ErrorBody is null)
        {
            response.Headers.LastModified = modified.Value.UtcDateTime.ToString("R");
        }

        if (plan.ContentRange is not null)
        {
            response.Headers.ContentRange = plan.ContentRange;
        }

        if (plan.ErrorBody is not null)
        {
            exchange.Reason = plan.ErrorBody.TrimEnd();
            response.Headers.XContentTypeOptions = "nosniff";
            await SendAsync(context, exchange, Encoding.ASCII.GetBytes(plan.ErrorBody));
            return;
        }

        if (plan.Length is null)
        {
            return;
        }

        response.Headers.AcceptRanges = "bytes";
        if (!exchange.IsHead)
        {
            await SendPartsAsync(context, exchange, plan, body);
        }
    }

    private static void Start(HttpResponse response, Exchange exchange, int status, string? contentType, long? length)
    {
        exchange.Status = status;
        response.StatusCode = status;

        // What has no body by nature says nothing of its length to HEAD either.
        response.ContentLength =
            length > 0 || !(exchange.IsHead || status == StatusCodes.Status304NotModified) ? length ?? 0
            : status == StatusCodes.Status200OK ? 0
            : null;
        if (contentType is not null)
        {
            response.ContentType = contentType;
        }
    }

    private static async Task SendPartsAsync(HttpContext context, Exchange exchange, ContentPlan plan, IBody body)
    {
        foreach (var (before, range) in plan.Parts)
        {
            await SendAsync(context, exchange, before);
            await body.SendAsync(context, exchange, range);
        }

        await SendAsync(context, exchange, plan.After);
    }

    private static Task SendAsync(HttpContext context, Exchange exchange, ReadOnlyMemory<byte> bytes)
    {
        if (exchange.IsHead || bytes.IsEmpty)
        {
            return Task.CompletedTask;
        }

        exchange.BytesSent += bytes.Length;
        return context.Response.BodyWriter.WriteAsync(bytes).AsTask();
    }
}

/// <summary>Something whose parts can be sent.</summary>
internal interface IBody
{
    /// <summary>Sends a part and adds what was sent to the exchange.</summary>
    Task SendAsync(HttpContext context, Exchange exchange, ByteRange range);
}

/// <summary>A body in memory.</summary>
internal sealed class MemoryBody(ReadOnlyMemory<byte> bytes) : IBody
{
    public Task SendAsync(HttpContext context, Exchange exchange, ByteRange range)
    {
        exchange.BytesSent += range.Length;
        return context.Response.BodyWriter.WriteAsync(bytes.Slice((int)range.Start, (int)range.Length)).AsTask();
    }
}
