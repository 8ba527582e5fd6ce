using System.Globalization;

namespace Lab.BootServer.Http;

/// <summary>Conditional requests as Go's net/http answers them for a body that has a modification time but no ETag.</summary>
internal static class Preconditions
{
    private static readonly string[] DateFormats =
    [
        "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
        "dddd, dd-MMM-yy HH:mm:ss 'GMT'",
        "ddd MMM d HH:mm:ss yyyy",
        "ddd MMM  d HH:mm:ss yyyy",
    ];

    /// <summary>304 or 412 when that is the answer; else null.</summary>
    /// <param name="method">The request's method.</param>
    /// <param name="headers">The request's headers.</param>
    /// <param name="modified">Null when it is not known: dates are then of no account.</param>
    public static int? Status(string method, IHeaderDictionary headers, DateTimeOffset? modified)
    {
        var isRead = method is "GET" or "HEAD";
        var ifMatch = headers.IfMatch.ToString();
        var failed =
            ifMatch.Length > 0
                ? !ETagList.HasStar(ifMatch)
                : modified is not null && Date(headers.IfUnmodifiedSince) is { } unmodified && Seconds(modified.Value) > unmodified;
        if (failed)
        {
            return 412;
        }

        var ifNoneMatch = headers.IfNoneMatch.ToString();
        if (ifNoneMatch.Length > 0)
        {
            return ETagList.HasStar(ifNoneMatch) ? (isRead ? 304 : 412) : null;
        }

        return isRead && modified is not null && Date(headers.IfModifiedSince) is { } since && Seconds(modified.Value) <= since ? 304 : null;
    }

    /// <summary>The Range header, or "" when If-Range says that the body has changed.</summary>
    public static string Range(string method, IHeaderDictionary headers, DateTimeOffset? modified)
    {
        var range = headers.Range.ToString();
        var ifRange = headers.IfRange.ToString();
        if (range.Length == 0 || ifRange.Length == 0 || method is not ("GET" or "HEAD"))
        {
            return range;
        }

        return modified is not null && Date(ifRange) is { } date && date == Seconds(modified.Value) ? range : "";
    }

    private static DateTimeOffset Seconds(DateTimeOffset time) => DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds());

    private static DateTimeOffset? Date(string? text) =>
        DateTimeOffset.TryParseExact(
            text,
            DateFormats,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowWhiteSpaces,
            out var date
        )
            ? date
            : null;
}

/// <summary>Lists of ETags in If-Match and If-None-Match. No body has an ETag here, so that only <c>*</c> ever matches.</summary>
internal static class ETagList
{
    /// <summary>Whether a star comes before anything that is no ETag.</summary>
    public static bool HasStar(string list)
    {
        var rest = list.AsSpan();
        while (true)
        {
            rest = rest.TrimStart(" \t,");
            if (rest.IsEmpty)
            {
                return false;
            }

            if (rest[0] == '*')
            {
                return true;
            }

            var length = ETagLength(rest);
            if (length == 0)
            {
                return false;
            }

            rest = rest[length..];
        }
    }

    private static int ETagLength(ReadOnlySpan<char> text)
    {
        var open = text.StartsWith("W/") ? 2 : 0;
        if (text.Length < open + 2 || text[open] != '"')
        {
            return 0;
        }

        var close = text[(open + 1)..].IndexOf('"');
        return close < 0 || text.Slice(open + 1, close).ContainsAnyInRange('\0', ' ') ? 0 : open + close + 2;
    }
}
