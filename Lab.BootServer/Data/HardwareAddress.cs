namespace Lab.BootServer.Data;

/// <summary>Hardware addresses as Go's net.ParseMAC reads and prints them.</summary>
internal static class HardwareAddress
{
    /// <summary>
    /// The lower-case colon form of <c>aa:bb:..</c>, <c>aa-bb-..</c> or <c>aabb.ccdd.eeff</c> with 6, 8 or 20 octets; null for
    /// anything else (also for twelve bare digits).
    /// </summary>
    public static string? Normalize(string text)
    {
        if (text.Length < 14)
        {
            return null;
        }

        var digits =
            text[2] is ':' or '-' ? Pairs(text, text[2])
            : text[4] == '.' ? Quads(text)
            : null;
        return digits is null ? null : Format(digits);
    }

    private static char[]? Pairs(string text, char separator) => Digits(text, groupLength: 2, separator);

    private static char[]? Quads(string text) => Digits(text, groupLength: 4, '.');

    private static char[]? Digits(string text, int groupLength, char separator)
    {
        var groups = (text.Length + 1) / (groupLength + 1);
        if ((text.Length + 1) % (groupLength + 1) != 0 || groups * groupLength is not (12 or 16 or 40))
        {
            return null;
        }

        var digits = new char[groups * groupLength];
        var count = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var isSeparator = i % (groupLength + 1) == groupLength;
            if (isSeparator ? text[i] != separator : !char.IsAsciiHexDigit(text[i]))
            {
                return null;
            }

            if (!isSeparator)
            {
                digits[count++] = char.ToLowerInvariant(text[i]);
            }
        }

        return digits;
    }

    private static string Format(char[] digits) =>
        string.Create(
            (digits.Length / 2 * 3) - 1,
            digits,
            static (text, source) =>
            {
                text.Fill(':');
                for (var i = 0; i < source.Length; i++)
                {
                    text[(i / 2 * 3) + (i % 2)] = source[i];
                }
            }
        );
}
