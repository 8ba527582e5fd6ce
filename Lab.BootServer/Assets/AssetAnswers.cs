using System.Text;
using Lab.BootServer.Http;

namespace Lab.BootServer.Assets;

/// <summary><c>/assets/</c>, by the rules of Go's http.FileServer.</summary>
/// <param name="directory">The files.</param>
/// <param name="listing">Whether a directory without index.html is listed.</param>
internal sealed class AssetAnswers(AssetDirectory directory, bool listing)
{
    /// <summary>The path prefix of assets.</summary>
    public const string Prefix = "/assets/";

    private const string IndexPage = "/index.html";

    private static readonly Answer Forbidden = Answer.NotFound("permission denied") with { Status = 403, Body = "403 Forbidden\n"u8.ToArray() };

    /// <summary>Answers a request whose cleaned path begins with <see cref="Prefix"/>.</summary>
    public async Task AnswerAsync(HttpContext context, Exchange exchange)
    {
        var path = exchange.Path[(Prefix.Length - 1)..];
        if (path.EndsWith(IndexPage, StringComparison.Ordinal))
        {
            await ResponseWriter.WriteAsync(context, exchange, Redirect("./", exchange));
            return;
        }

        using var asset = directory.Open(path == "/" ? path : path.TrimEnd('/'));
        var answer = asset.Kind switch
        {
            AssetKind.Missing => Answer.NotFound("no such asset"),
            AssetKind.Forbidden => Forbidden,
            AssetKind.Directory when path[^1] != '/' => Redirect($"{GoUrl.EscapePath(BaseName(path))}/", exchange),
            AssetKind.File when path[^1] == '/' => Redirect($"../{GoUrl.EscapePath(BaseName(path))}", exchange),
            _ => null,
        };
        if (answer is not null)
        {
            await ResponseWriter.WriteAsync(context, exchange, answer);
        }
        else if (asset.Kind == AssetKind.File)
        {
            await SendAsync(context, exchange, asset, BaseName(path));
        }
        else
        {
            await AnswerDirectoryAsync(context, exchange, asset, path);
        }
    }

    private async Task AnswerDirectoryAsync(HttpContext context, Exchange exchange, Asset asset, string path)
    {
        using var index = directory.Open(path.TrimEnd('/') + IndexPage);
        if (index.Kind == AssetKind.File)
        {
            await SendAsync(context, exchange, index, "index.html");
        }
        else if (!listing)
        {
            await ResponseWriter.WriteAsync(context, exchange, Answer.NotFound("directories are not listed"));
        }
        else
        {
            await ListAsync(context, exchange, asset, path);
        }
    }

    private static Task SendAsync(HttpContext context, Exchange exchange, Asset asset, string name)
    {
        var contentType = MediaTypes.Of(name) ?? Sniff(asset);
        var plan = ContentPlan.For(exchange.Method, context.Request.Headers, asset.Size, asset.Modified, contentType);
        return ResponseWriter.WriteAsync(context, exchange, plan, asset.Modified, new FileBody(asset.Handle));
    }

    private async Task ListAsync(HttpContext context, Exchange exchange, Asset asset, string path)
    {
        var page = new StringBuilder("<!doctype html>\n<meta name=\"viewport\" content=\"width=device-width\">\n<pre>\n");
        foreach (var entry in directory.List(path))
        {
            page.Append($"<a href=\"{GoUrl.EscapePath(entry)}\">{System.Net.WebUtility.HtmlEncode(entry)}</a>\n");
        }

        var body = Encoding.UTF8.GetBytes(page.Append("</pre>\n").ToString());
        if (asset.Modified is { } modified)
        {
            context.Response.Headers.LastModified = modified.UtcDateTime.ToString("R");
        }

        await ResponseWriter.WriteAsync(
            context,
            exchange,
            new Answer
            {
                Status = 200,
                ContentType = "text/html; charset=utf-8",
                Body = body,
            }
        );
    }

    private static string Sniff(Asset asset)
    {
        Span<byte> start = stackalloc byte[ContentSniffer.Length];
        return ContentSniffer.Detect(start[..RandomAccess.Read(asset.Handle, start, 0)]);
    }

    private static Answer Redirect(string location, Exchange exchange) =>
        Answer.MovedNearby(exchange.Query.Raw.Length > 0 ? $"{location}?{exchange.Query.Raw}" : location);

    private static string BaseName(string path) => path.TrimEnd('/') is { Length: > 0 } trimmed ? trimmed[(trimmed.LastIndexOf('/') + 1)..] : "/";
}
