using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Lab.Tests.BootServer;

/// <summary>An answer as it came over the wire.</summary>
internal sealed record RawAnswer(int Status, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string Text => Encoding.Latin1.GetString(Body);

    public string? this[string header] => Headers.GetValueOrDefault(header);
}

/// <summary>Sends request lines as they are: an HTTP client of the framework would tidy them up.</summary>
internal static class RawHttp
{
    public static async Task<RawAnswer> SendAsync(
        IPEndPoint server,
        string target,
        string method = "GET",
        string headers = "",
        string body = "",
        string version = "HTTP/1.1"
    )
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(Xunit.TestContext.Current.CancellationToken);
        timeout.CancelAfter(TimeSpan.FromMinutes(3));
        using var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(server, timeout.Token);
        var stream = client.GetStream();
        var length = body.Length > 0 ? $"Content-Length: {body.Length}\r\n" : "";
        var request = $"{method} {target} {version}\r\nHost: boot\r\nConnection: close\r\n{length}{headers}\r\n{body}";
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request), timeout.Token);
        return Parse(await ReadToEndAsync(stream, timeout.Token));
    }

    public static RawAnswer Parse(byte[] bytes)
    {
        var end = bytes.AsSpan().IndexOf("\r\n\r\n"u8);
        Xunit.Assert.True(end > 0, $"no HTTP answer: {Encoding.Latin1.GetString(bytes)}");
        var lines = Encoding.Latin1.GetString(bytes, 0, end).Split("\r\n");
        var headers = lines.Skip(1).Select(line => line.Split(": ", 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase);
        return new RawAnswer(int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture), headers, bytes[(end + 4)..]);
    }

    private static async Task<byte[]> ReadToEndAsync(Stream stream, CancellationToken cancellationToken)
    {
        var bytes = new MemoryStream();
        try
        {
            await stream.CopyToAsync(bytes, cancellationToken);
        }
        catch (IOException)
        {
            // A reset behind the answer: the server did not want the rest of the request.
        }

        return bytes.ToArray();
    }
}
