using System.Text;
using Lab.BootServer.Http;
using Lab.Model;
using Lab.Model.Services;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Lab.BootServer.Telemetry;

/// <summary>What a machine asked and what it got, for people: headers that matter, a small body, no secrets.</summary>
internal static class ExchangeText
{
    private static readonly string[] RequestHeaders = [HeaderNames.Host, HeaderNames.UserAgent, HeaderNames.Range, HeaderNames.IfModifiedSince];

    private static readonly string[] AnswerHeaders =
    [
        HeaderNames.ContentType,
        HeaderNames.ContentLength,
        HeaderNames.ContentRange,
        HeaderNames.LastModified,
        HeaderNames.Location,
    ];

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>A request that was answered.</summary>
    public static HttpExchange Of(HttpContext context, Exchange exchange)
    {
        var query = exchange.Query.Raw.Length > 0 ? $"?{exchange.Query.Raw}" : "";
        return new HttpExchange(
            SecretText.Hide(Lines($"{exchange.Method} {exchange.Path}{query} {context.Request.Protocol}", context.Request.Headers, RequestHeaders)),
            SecretText.Hide(Lines(StatusLine(exchange), context.Response.Headers, AnswerHeaders)),
            Body(exchange.Body.Span)
        );
    }

    private static string StatusLine(Exchange exchange) =>
        $"{exchange.Status} {ReasonPhrases.GetReasonPhrase(exchange.Status)}".TrimEnd() + (exchange.Reason is { } reason ? $" ({reason})" : "");

    private static string Lines(string first, IHeaderDictionary headers, string[] shown) =>
        string.Join('\n', [first, .. shown.Where(headers.ContainsKey).Select(name => $"{name}: {headers[name]}")]);

    /// <summary>All of it or nothing: what is left of a secret that is cut could not be told any more.</summary>
    private static string? Body(ReadOnlySpan<byte> body)
    {
        if (body.IsEmpty || body.Length > HttpExchange.LongestBody || body.Contains((byte)0))
        {
            return null;
        }

        try
        {
            return SecretText.Hide(Strict.GetString(body).ReplaceLineEndings("\n")).TrimEnd('\n');
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
