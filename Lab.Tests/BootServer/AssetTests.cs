namespace Lab.Tests.BootServer;

/// <summary><c>/assets/</c> as Go's file server answers, and what is refused on purpose.</summary>
public sealed class AssetTests(ConformanceFixture fixture) : IClassFixture<ConformanceFixture>
{
    private const string Modified = "Thu, 02 Jan 2020 03:04:05 GMT";
    private const string DayBefore = "Wed, 01 Jan 2020 03:04:05 GMT";

    [Theory]
    [InlineData("plain.txt", "text/plain; charset=utf-8", 10)]
    [InlineData("vmlinuz", "application/octet-stream", 4100)]
    [InlineData("zero", "text/plain; charset=utf-8", 0)]
    [InlineData(".hidden", "text/plain; charset=utf-8", 1)]
    [InlineData("a%20b.txt", "text/plain; charset=utf-8", 3)]
    [InlineData("data.json", "application/json", 2)]
    [InlineData("image.xz", "application/x-xz", 2)]
    [InlineData("page", "text/html; charset=utf-8", 6)]
    [InlineData("site/", "text/html; charset=utf-8", 6)]
    [InlineData("plain.txt?query=ignored", "text/plain; charset=utf-8", 10)]
    public async Task A_file_is_served_with_its_type_length_and_date(string path, string contentType, int length)
    {
        var answer = await fixture.Server.GetAsync("/assets/" + path);
        Assert.Equal(
            (200, contentType, length.ToString(), "bytes", Modified, length),
            (answer.Status, answer["Content-Type"], answer["Content-Length"], answer["Accept-Ranges"], answer["Last-Modified"], answer.Body.Length)
        );
    }

    [Theory]
    [InlineData("0-3", "0123", "0-3")]
    [InlineData("2-5", "2345", "2-5")]
    [InlineData("-3", "789", "7-9")]
    [InlineData("8-", "89", "8-9")]
    [InlineData("5-100", "56789", "5-9")]
    [InlineData("0-3,20-30", "0123", "0-3")]
    public async Task A_part_of_a_file_can_be_had(string range, string body, string contentRange)
    {
        var answer = await fixture.Server.GetAsync("/assets/plain.txt", $"Range: bytes={range}\r\n");
        Assert.Equal((206, body, $"bytes {contentRange}/10"), (answer.Status, answer.Text, answer["Content-Range"]));
    }

    [Theory]
    [InlineData("bytes=10-", "bytes */10", "invalid range: failed to overlap\n")]
    [InlineData("bytes=20-30", "bytes */10", "invalid range: failed to overlap\n")]
    [InlineData("bytes=a", null, "invalid range\n")]
    [InlineData("bytes=3-2", null, "invalid range\n")]
    [InlineData("lines=0-3", null, "invalid range\n")]
    public async Task A_part_that_is_not_there_is_refused(string range, string? contentRange, string body)
    {
        var answer = await fixture.Server.GetAsync("/assets/plain.txt", $"Range: {range}\r\n");
        Assert.Equal((416, contentRange, body), (answer.Status, answer["Content-Range"], answer.Text));
    }

    [Theory]
    [InlineData("plain.txt", "bytes=0-9,0-9", 10)]
    [InlineData("plain.txt", "bytes=", 10)]
    [InlineData("zero", "bytes=0-3", 0)]
    public async Task A_range_of_no_use_gets_the_whole_file(string path, string range, int length)
    {
        var answer = await fixture.Server.GetAsync("/assets/" + path, $"Range: {range}\r\n");
        Assert.Equal((200, length), (answer.Status, answer.Body.Length));
    }

    [Fact]
    public async Task Several_parts_come_in_one_answer()
    {
        var answer = await fixture.Server.GetAsync("/assets/plain.txt", "Range: bytes=0-0,2-3\r\n");
        var contentType = answer["Content-Type"]!;
        Assert.StartsWith("multipart/byteranges; boundary=", contentType, StringComparison.Ordinal);
        var boundary = contentType[(contentType.IndexOf('=') + 1)..];
        var part = "\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n";
        Assert.Equal(
            $"--{boundary}\r\nContent-Range: bytes 0-0/10{part}0\r\n--{boundary}\r\nContent-Range: bytes 2-3/10{part}23\r\n--{boundary}--\r\n",
            answer.Text
        );
        Assert.Equal((206, answer.Body.Length.ToString()), (answer.Status, answer["Content-Length"]));
    }

    [Theory]
    [InlineData("If-Modified-Since", Modified, 304)]
    [InlineData("If-Modified-Since", DayBefore, 200)]
    [InlineData("If-Unmodified-Since", Modified, 200)]
    [InlineData("If-Unmodified-Since", DayBefore, 412)]
    [InlineData("If-None-Match", "*", 304)]
    [InlineData("If-None-Match", "\"a\"", 200)]
    [InlineData("If-Match", "\"a\"", 412)]
    [InlineData("If-Match", "*", 200)]
    public async Task A_condition_decides(string header, string value, int status)
    {
        var answer = await fixture.Server.GetAsync("/assets/plain.txt", $"{header}: {value}\r\n");
        Assert.Equal((status, Modified, status == 200 ? 10 : 0), (answer.Status, answer["Last-Modified"], answer.Body.Length));
    }

    [Theory]
    [InlineData(Modified, 206)]
    [InlineData(DayBefore, 200)]
    public async Task A_part_of_another_version_is_not_sent(string ifRange, int status) =>
        Assert.Equal(status, (await fixture.Server.GetAsync("/assets/plain.txt", $"If-Range: {ifRange}\r\nRange: bytes=0-3\r\n")).Status);

    [Theory]
    [InlineData("dir", "dir/")]
    [InlineData("dir?a=b", "dir/?a=b")]
    [InlineData("plain.txt/", "../plain.txt")]
    [InlineData("site/index.html", "./")]
    public async Task A_path_is_redirected_to_its_one_form(string path, string location)
    {
        var answer = await fixture.Server.GetAsync("/assets/" + path);
        Assert.Equal((301, location, 0), (answer.Status, answer["Location"], answer.Body.Length));
    }

    [Theory]
    [InlineData("HEAD", 0, "10")]
    [InlineData("POST", 10, "10")]
    [InlineData("DELETE", 10, "10")]
    public async Task Any_method_reads_and_none_writes(string method, int length, string contentLength)
    {
        var answer = await RawHttp.SendAsync(fixture.Server.Address, "/assets/plain.txt", method);
        Assert.Equal((200, length, contentLength), (answer.Status, answer.Body.Length, answer["Content-Length"]));
        Assert.Equal(404, (await RawHttp.SendAsync(fixture.Server.Address, "/assets/new.txt", "PUT", body: "x")).Status);
        Assert.False(File.Exists(Path.Combine(fixture.Server.Assets, "new.txt")));
    }

    [Fact]
    public async Task The_head_of_a_part_has_its_length()
    {
        var answer = await RawHttp.SendAsync(fixture.Server.Address, "/assets/plain.txt", "HEAD", "Range: bytes=0-3\r\n");
        Assert.Equal((206, "4", 0), (answer.Status, answer["Content-Length"], answer.Body.Length));
    }

    [Theory]
    [InlineData("/assets/")]
    [InlineData("/assets/dir/")]
    [InlineData("/assets/%252e%252e/groups/default.json")]
    [InlineData("/assets/..\\..\\groups")]
    public async Task Directories_and_detours_show_nothing(string target) => Assert.Equal(404, (await fixture.Server.GetAsync(target)).Status);

    [Fact]
    public async Task A_NUL_in_the_path_is_no_request() => Assert.Equal(400, (await fixture.Server.GetAsync("/assets/plain.txt%00")).Status);
}
