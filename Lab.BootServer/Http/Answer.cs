using System.Text;
using Lab.GoTemplates;

namespace Lab.BootServer.Http;

/// <summary>A whole answer in memory, and why it is an error if it is one.</summary>
internal sealed record Answer
{
    private static readonly byte[] NotFoundBody = "404 page not found\n"u8.ToArray();

    public required int Status { get; init; }

    public string? ContentType { get; init; }

    public ReadOnlyMemory<byte> Body { get; init; }

    public string? Location { get; init; }

    /// <summary>A fixed answer of the server, not of an upstream or a user: the browser may not guess its type.</summary>
    public bool NoSniff { get; init; }

    /// <summary>Whether ranges and conditions of the request apply (Go's http.ServeContent).</summary>
    public bool IsContent { get; init; }

    /// <summary>Why it is an error.</summary>
    public string? Reason { get; init; }

    /// <summary>True for a boot script that leaves the machine to its disk.</summary>
    public bool LeavesToDisk { get; init; }

    /// <summary>The one error body of the original; the reason is for the log and the telemetry.</summary>
    public static Answer NotFound(string reason) =>
        new()
        {
            Status = 404,
            ContentType = MediaTypes.PlainText,
            Body = NotFoundBody,
            NoSniff = true,
            Reason = reason,
        };

    public static Answer BadRequest(string reason) =>
        new()
        {
            Status = 400,
            ContentType = MediaTypes.PlainText,
            Body = "400 Bad Request"u8.ToArray(),
            Reason = reason,
        };

    public static Answer Text(ReadOnlyMemory<byte> body) =>
        new()
        {
            Status = 200,
            ContentType = MediaTypes.PlainText,
            Body = body,
        };

    /// <summary>A body whose type is told from its first bytes.</summary>
    public static Answer Sniffed(ReadOnlyMemory<byte> body) =>
        new()
        {
            Status = 200,
            ContentType = ContentSniffer.Detect(body.Span),
            Body = body,
        };

    /// <summary>As <see cref="Sniffed"/>, and the request may ask for parts of it.</summary>
    public static Answer Content(string body) => Sniffed(GoText.Encode(body)) with { IsContent = true };

    /// <summary>A redirect; readers get a page that says so.</summary>
    public static Answer MovedPermanently(string location, string method) =>
        new()
        {
            Status = 301,
            Location = location,
            ContentType = method is "GET" or "HEAD" ? "text/html; charset=utf-8" : null,
            Body = method == "GET" ? Encoding.UTF8.GetBytes($"<a href=\"{Html(location)}\">Moved Permanently</a>.\n\n") : default,
        };

    /// <summary>A redirect within a directory, without a page.</summary>
    public static Answer MovedNearby(string location) => new() { Status = 301, Location = location };

    private static string Html(string text) =>
        text.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;").Replace("\"", "&#34;").Replace("'", "&#39;");
}
