using Lab.GoTemplates;

namespace Lab.BootServer.Http;

/// <summary>Request targets as Go's net/url reads and writes them.</summary>
internal static class GoUrl
{
    /// <summary>Splits at the first question mark and undoes the escapes of the path; null for a bad escape.</summary>
    /// <param name="target">The request's target as it came: in origin or absolute form.</param>
    public static (string Path, string RawQuery)? Split(string target)
    {
        var start = target.StartsWith('/') ? 0 : EndOfAuthority(target);
        var question = target.IndexOf('?', start);
        var rawPath = question < 0 ? target[start..] : target[start..question];
        var path = Unescape(rawPath, plusIsSpace: false);
        return path is null ? null : (path, question < 0 ? "" : target[(question + 1)..]);
    }

    /// <summary>
    /// The query's first value of each key; a pair with a bad escape or a semicolon is left out.
    /// </summary>
    public static Dictionary<string, string> FirstValues(string rawQuery)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var range in rawQuery.AsSpan().Split('&'))
        {
            var pair = rawQuery.AsSpan(range);
            if (pair.IsEmpty || pair.Contains(';'))
            {
                continue;
            }

            var equals = pair.IndexOf('=');
            var key = Unescape((equals < 0 ? pair : pair[..equals]).ToString(), plusIsSpace: true);
            var value = equals < 0 ? "" : Unescape(pair[(equals + 1)..].ToString(), plusIsSpace: true);
            if (key is not null && value is not null)
            {
                values.TryAdd(key, value);
            }
        }

        return values;
    }

    /// <summary>Undoes %-escapes; null when one is malformed.</summary>
    public static string? Unescape(string text, bool plusIsSpace)
    {
        if (!text.Contains('%'))
        {
            return plusIsSpace ? text.Replace('+', ' ') : text;
        }

        var source = GoText.Encode(text);
        var bytes = new byte[source.Length];
        var count = 0;
        for (var i = 0; i < source.Length; i++)
        {
            if (source[i] != '%')
            {
                bytes[count++] = plusIsSpace && source[i] == '+' ? (byte)' ' : source[i];
            }
            else if (i + 2 < source.Length && char.IsAsciiHexDigit((char)source[i + 1]) && char.IsAsciiHexDigit((char)source[i + 2]))
            {
                bytes[count++] = (byte)((Digit(source[i + 1]) << 4) | Digit(source[i + 2]));
                i += 2;
            }
            else
            {
                return null;
            }
        }

        return GoText.Decode(bytes.AsSpan(0, count));
    }

    /// <summary>Escapes a path for a Location header.</summary>
    public static string EscapePath(string path) => GoText.PercentEncode(path, "$&+,/:;=@-_.~!*'()");

    private static int EndOfAuthority(string target)
    {
        var scheme = target.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 0)
        {
            return 0;
        }

        var end = target.AsSpan(scheme + 3).IndexOfAny('/', '?');
        return end < 0 ? target.Length : scheme + 3 + end;
    }

    private static int Digit(byte character) => character <= '9' ? character - '0' : (character | 0x20) - 'a' + 10;
}
