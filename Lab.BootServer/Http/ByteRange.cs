using System.Globalization;

namespace Lab.BootServer.Http;

/// <summary>A part of a body.</summary>
internal readonly record struct ByteRange(long Start, long Length)
{
    /// <summary>Nobody needs more parts at once than this; the whole body is sent instead.</summary>
    private const int MostRanges = 256;

    /// <summary>The value of Content-Range.</summary>
    public string ContentRange(long size) => $"bytes {Start}-{Start + Length - 1}/{size}";

    /// <summary>
    /// The ranges of a Range header, by the rules of Go's net/http: those behind the end are left out, and the whole body is sent
    /// (no ranges) when they add up to more than it.
    /// </summary>
    /// <param name="header">The header; empty when there is none.</param>
    /// <param name="size">The body's length.</param>
    /// <param name="ranges">Empty: send it whole.</param>
    /// <returns>Null, or why there is nothing to send.</returns>
    public static RangeError? Parse(string header, long size, out IReadOnlyList<ByteRange> ranges)
    {
        const string unit = "bytes=";
        List<ByteRange> found = [];
        ranges = [];
        if (header.Length == 0)
        {
            return null;
        }

        if (!header.StartsWith(unit, StringComparison.Ordinal))
        {
            return RangeError.Malformed;
        }

        var beyondEnd = false;
        foreach (var text in header[unit.Length..].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!TryParseOne(text, size, out var range))
            {
                return RangeError.Malformed;
            }

            if (range is { } inside)
            {
                found.Add(inside);
            }
            else
            {
                beyondEnd = true;
            }
        }

        ranges = found.Count > MostRanges || found.Sum(range => (decimal)range.Length) > size ? [] : found;
        return beyondEnd && found.Count == 0 ? RangeError.NoOverlap : null;
    }

    private static bool TryParseOne(string text, long size, out ByteRange? range)
    {
        range = null;
        var dash = text.IndexOf('-');
        if (dash < 0)
        {
            return false;
        }

        var (from, to) = (text[..dash].Trim(), text[(dash + 1)..].Trim());
        if (from.Length == 0)
        {
            return TryParseSuffix(to, size, out range);
        }

        if (!TryNumber(from, out var start) || (start < size && to.Length > 0 && (!TryNumber(to, out var last) || last < start)))
        {
            return false;
        }

        if (start < size)
        {
            var end = to.Length == 0 ? size - 1 : Math.Min(long.Parse(to, CultureInfo.InvariantCulture), size - 1);
            range = new ByteRange(start, end - start + 1);
        }

        return true;
    }

    private static bool TryParseSuffix(string text, long size, out ByteRange? range)
    {
        var valid = TryNumber(text, out var length);
        length = Math.Min(length, size);
        range = new ByteRange(size - length, length);
        return valid;
    }

    private static bool TryNumber(string text, out long number) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number) && number >= 0 && text[0] != '-';
}

/// <summary>Why a range cannot be had.</summary>
internal enum RangeError
{
    Malformed,
    NoOverlap,
}
