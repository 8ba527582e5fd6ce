using System.Text;
using Lab.GoTemplates;

namespace Lab.Tests.BootServer;

/// <summary>Random requests and templates, the same ones each time. LAB_FUZZ_ROUNDS makes it longer.</summary>
public sealed class FuzzTests
{
    private const string Secret = "inside data root";

    private static readonly int Rounds = int.TryParse(Environment.GetEnvironmentVariable("LAB_FUZZ_ROUNDS"), out var rounds) ? rounds : 1;

    private static readonly string[] PathPieces =
    [
        "/",
        "//",
        ".",
        "..",
        "/../",
        "/./",
        "assets",
        "/assets/",
        "/assets/../",
        "ipxe",
        "/ipxe",
        "/generic",
        "/metadata",
        "/cloud",
        "/ignition",
        "/grub",
        "/boot.ipxe",
        "plain.txt",
        "dir",
        "out",
        "%2e",
        "%2f",
        "%2e%2e%2f",
        "%00",
        "%",
        "%zz",
        "%ff",
        "%c3%28",
        "\\",
        ";",
        "~",
        "?",
        "&",
        "=",
        "data",
        "secret-in-root.txt",
        "groups",
        "etc/passwd",
        "%25",
        "+",
        "*",
        "http://x/",
        ":",
        "@",
        "a",
        "\u00e9",
    ];

    private static readonly string[] QueryPieces =
    [
        "mac",
        "=",
        "&",
        "52-54-00-89-d8-10",
        "52:54:00:89:d8:10",
        "p=",
        "trav",
        "ign",
        "builtins",
        "html",
        "region=a",
        "zone=b",
        "%0a",
        "%00",
        "%ff",
        "%",
        "+",
        ";",
        "[",
        "]",
        "os=installed",
        "x",
        "\u00e9",
        "==",
        "&&",
        "script",
        "jsonish",
        "cloudconfig",
    ];

    private static readonly string[] HeaderPieces =
    [
        "Range: bytes=",
        "If-Range: ",
        "If-None-Match: ",
        "If-Modified-Since: ",
        "If-Match: ",
        "0-",
        "-",
        ",",
        "1-3",
        "99999999999999999999",
        "*",
        "\"a\"",
        "W/",
        "Thu, 02 Jan 2020 03:04:05 GMT",
        "x",
        "\t",
        "bytes",
        "=",
    ];

    private static readonly string[] TemplatePieces =
    [
        "{{",
        "}}",
        "{{-",
        "-}}",
        "if",
        "else",
        "end",
        "range",
        "with",
        "define",
        "template",
        "block",
        "break",
        " ",
        ".",
        ".name",
        ".list",
        ".m",
        "$",
        "$x",
        ":=",
        "=",
        "|",
        "(",
        ")",
        ",",
        "printf",
        "\"%v\"",
        "\"%*.*d\"",
        "`raw`",
        "'a'",
        "1",
        "-1.5e3",
        "0x",
        "nil",
        "true",
        "eq",
        "index",
        "slice",
        "len",
        "html",
        "js",
        "urlquery",
        "and",
        "or",
        "not",
        "/*",
        "*/",
        "\"",
        "\\",
        "text",
        "\n",
        "\u00e9",
    ];

    [Fact]
    public async Task No_request_crashes_the_server_or_leaves_the_root()
    {
        await using var server = await BootServerUnderTest.StartAsync();
        File.CreateSymbolicLink(Path.Combine(server.Assets, "out"), server.Data);
        File.CreateSymbolicLink(Path.Combine(server.Assets, "dir/out"), "../../data/secret-in-root.txt");
        var random = new Random(20_13);
        for (var round = 0; round < 1500 * Rounds; round++)
        {
            var target = "/" + Compose(random, PathPieces, 8) + (random.Next(2) == 0 ? "?" + Compose(random, QueryPieces, 10) : "");
            var method = random.Next(8) switch
            {
                0 => "HEAD",
                1 => "POST",
                2 => "OPTIONS",
                3 => "PUT",
                _ => "GET",
            };
            var header = random.Next(3) == 0 ? $"{Compose(random, HeaderPieces, 6).Trim()}\r\n" : "";
            var answer = await RawHttp.SendAsync(server.Address, target.Replace(" ", ""), method, header.Contains(':') ? header : "");
            Assert.True(answer.Status < 500, $"{method} {target} {header}: {answer.Status}");
            Assert.True(!answer.Text.Contains(Secret, StringComparison.Ordinal) || target.Contains("trav", StringComparison.Ordinal), target);
            Assert.DoesNotContain("root:", answer.Text, StringComparison.Ordinal);
        }

        Assert.Equal(200, (await server.GetAsync("/ipxe")).Status);
        Assert.DoesNotContain("this is a bug", server.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_bytes_on_the_wire_crash_the_server()
    {
        await using var server = await BootServerUnderTest.StartAsync();
        var random = new Random(4);
        for (var round = 0; round < 300 * Rounds; round++)
        {
            var bytes = Encoding.Latin1.GetBytes("GET /ipxe?x=1 HTTP/1.1\r\nHost: x\r\nRange: bytes=0-1\r\nConnection: close\r\n\r\n");
            for (var change = random.Next(1, 8); change > 0; change--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            Assert.DoesNotContain("HTTP/1.1 500", await TalkAsync(server, bytes), StringComparison.Ordinal);
        }

        Assert.DoesNotContain("this is a bug", server.Log, StringComparison.Ordinal);
    }

    [Fact]
    public void No_template_does_anything_but_render_or_be_refused()
    {
        var data = new Dictionary<string, object?>
        {
            ["name"] = "n",
            ["list"] = new List<object?> { "a", 1.5, null },
            ["m"] = new Dictionary<string, object?> { ["k"] = true },
        };
        var random = new Random(7);
        var rendered = 0;
        for (var round = 0; round < 60_000 * Rounds; round++)
        {
            var text = round % 2 == 0 ? Compose(random, TemplatePieces, 14) : $"{{{{{Compose(random, TemplatePieces[13..], 6)}}}}}";
            try
            {
                Template.Parse(text).Render(data, TestContext.Current.CancellationToken);
                rendered++;
            }
            catch (TemplateException)
            {
                // Refused, as it should be.
            }
        }

        Assert.True(rendered > 1000, $"only {rendered} were templates at all");
    }

    private static async Task<string> TalkAsync(BootServerUnderTest server, byte[] bytes)
    {
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(server.Address, TestContext.Current.CancellationToken);
        var stream = client.GetStream();
        using var reader = new StreamReader(stream, Encoding.Latin1);
        try
        {
            await stream.WriteAsync(bytes, TestContext.Current.CancellationToken);
            client.Client.Shutdown(System.Net.Sockets.SocketShutdown.Send);
            return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
        }
        catch (Exception error) when (error is IOException or System.Net.Sockets.SocketException)
        {
            // The server has closed the connection: it need not talk to everybody.
            return "";
        }
    }

    private static string Compose(Random random, string[] pieces, int most) =>
        string.Concat(Enumerable.Range(0, random.Next(1, most)).Select(_ => pieces[random.Next(pieces.Length)] + (random.Next(4) == 0 ? " " : "")));
}
