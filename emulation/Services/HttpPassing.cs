using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Lab.Emulation.Services;

/// <summary>What the program does on both sides of a cache: passes answers on, and says in the registry API's words why it cannot.</summary>
internal static class HttpPassing
{
    /// <summary>Seconds after which a client may ask again.</summary>
    public const int RetryAfterSeconds = 5;

    /// <summary>Headers of one connection, not of what it carries (RFC 9110, 7.6.1).</summary>
    private static readonly HashSet<string> OfConnection = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection",
        "Keep-Alive",
        "Proxy-Connection",
        "TE",
        "Trailer",
        "Transfer-Encoding",
        "Upgrade",
    };

    /// <summary>Whether a header says something about one connection only.</summary>
    public static bool IsOfConnection(string name) => OfConnection.Contains(name);

    /// <summary>Passes the headers of a request on; those of a body where the new request has one.</summary>
    public static void CopyHeaders(HttpRequest from, HttpRequestMessage to)
    {
        foreach (var (name, values) in from.Headers.Where(header => !IsOfConnection(header.Key)))
        {
            _ =
                to.Headers.TryAddWithoutValidation(name, values.OfType<string>())
                || to.Content?.Headers.TryAddWithoutValidation(name, values.OfType<string>()) == true;
        }
    }

    /// <summary>Passes status and headers on.</summary>
    public static void CopyHeaders(HttpResponseMessage from, HttpResponse to)
    {
        to.StatusCode = (int)from.StatusCode;
        foreach (var (name, values) in from.Headers.Concat(from.Content.Headers).Where(header => !IsOfConnection(header.Key)))
        {
            to.Headers[name] = values.ToArray();
        }
    }

    /// <summary>
    /// Answers with an error of the registry API (https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes).
    /// When the answer has begun, the connection is broken: an answer that ends as if it were whole would be taken for whole.
    /// </summary>
    public static async Task FailAsync(HttpContext context, int status, string code, string message, string? retryAfter = null)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }

        context.Response.Clear();
        context.Response.StatusCode = status;
        if (status >= StatusCodes.Status500InternalServerError)
        {
            context.Response.Headers.RetryAfter = retryAfter ?? RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
        }

        await context.Response.WriteAsJsonAsync(new { errors = new[] { new { code, message } } }, context.RequestAborted);
    }
}
