using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Lab.BootServer.Http;

/// <summary>What to send of a body, and how: decided before anything is written.</summary>
internal sealed record ContentPlan
{
    public required int Status { get; init; }

    public string? ContentType { get; init; }

    public string? ContentRange { get; init; }

    /// <summary>Null when the answer has no body and says nothing of its length (304, 412).</summary>
    public long? Length { get; init; }

    /// <summary>Set for an answer that is not made of the body.</summary>
    public string? ErrorBody { get; init; }

    /// <summary>The ranges to send, each behind its own text.</summary>
    public IReadOnlyList<(byte[] Before, ByteRange Range)> Parts { get; init; } = [];

    /// <summary>What comes after the last part.</summary>
    public byte[] After { get; init; } = [];

    /// <summary>Decides as Go's http.ServeContent.</summary>
    /// <param name="method">The request's method.</param>
    /// <param name="headers">The request's headers.</param>
    /// <param name="size">The body's length.</param>
    /// <param name="modified">When it was changed last; null when that is not known.</param>
    /// <param name="contentType">The body's type.</param>
    public static ContentPlan For(string method, IHeaderDictionary headers, long size, DateTimeOffset? modified, string contentType)
    {
        if (Preconditions.Status(method, headers, modified) is { } status)
        {
            return new ContentPlan { Status = status };
        }

        return ByteRange.Parse(Preconditions.Range(method, headers, modified), size, out var ranges) switch
        {
            RangeError.NoOverlap when size > 0 => Unsatisfiable("invalid range: failed to overlap\n") with { ContentRange = $"bytes */{size}" },
            RangeError.Malformed => Unsatisfiable("invalid range\n"),
            _ when ranges.Count == 0 => Whole(size, contentType),
            _ when ranges.Count == 1 => Single(ranges[0], size, contentType),
            _ => Multipart(ranges, size, contentType),
        };
    }

    private static ContentPlan Unsatisfiable(string body) =>
        new()
        {
            Status = 416,
            ContentType = MediaTypes.PlainText,
            ErrorBody = body,
            Length = body.Length,
        };

    private static ContentPlan Whole(long size, string contentType) =>
        new()
        {
            Status = 200,
            ContentType = contentType,
            Length = size,
            Parts = [([], new ByteRange(0, size))],
        };

    private static ContentPlan Single(ByteRange range, long size, string contentType) =>
        new()
        {
            Status = 206,
            ContentType = contentType,
            ContentRange = range.ContentRange(size),
            Length = range.Length,
            Parts = [([], range)],
        };

    private static ContentPlan Multipart(IReadOnlyList<ByteRange> ranges, long size, string contentType)
    {
        var boundary = RandomNumberGenerator.GetHexString(60, lowercase: true);
        var parts = ranges.Select((range, index) => (PartHeader(index, range), range)).ToList();
        var after = Encoding.ASCII.GetBytes($"\r\n--{boundary}--\r\n");
        return new ContentPlan
        {
            Status = 206,
            ContentType = $"multipart/byteranges; boundary={boundary}",
            Length = parts.Sum(part => part.Item1.Length + part.range.Length) + after.Length,
            Parts = parts,
            After = after,
        };

        byte[] PartHeader(int index, ByteRange range) =>
            Encoding.UTF8.GetBytes(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{(index == 0 ? "" : "\r\n")}--{boundary}\r\nContent-Range: {range.ContentRange(size)}\r\nContent-Type: {contentType}\r\n\r\n"
                )
            );
    }
}
