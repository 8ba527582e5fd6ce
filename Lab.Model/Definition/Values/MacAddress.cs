using System.Globalization;

namespace Lab.Model.Definition;

/// <summary>A 48-bit Ethernet address. Text form: six pairs of hexadecimal digits, lower case, separated by colons.</summary>
public readonly record struct MacAddress(long Value)
{
    /// <summary>The form accepted in <c>lab.yaml</c>.</summary>
    public const string Pattern = "^[0-9a-fA-F]{2}((:[0-9a-fA-F]{2}){5}|(-[0-9a-fA-F]{2}){5})$";

    /// <summary>True for an address that may belong to one interface: the group bit is clear and it is not all zeros.</summary>
    public bool IsUnicast => Value != 0 && (Value >> 40 & 1) == 0;

    /// <summary>Reads <c>52:54:00:13:00:01</c>; hyphens serve as well.</summary>
    /// <exception cref="FormatException">The text is no MAC address.</exception>
    public static MacAddress Parse(string text) =>
        TryParse(text, out var mac)
            ? mac
            : throw new FormatException($"'{text}' is not a MAC address; six pairs of hexadecimal digits are, like 52:54:00:13:00:01");

    /// <summary>As <see cref="Parse"/>, without the exception.</summary>
    public static bool TryParse(string text, out MacAddress mac)
    {
        mac = default;
        var pairs = text.Split(text.Contains('-') ? '-' : ':');
        if (pairs.Length != 6 || pairs.Any(pair => pair.Length != 2))
        {
            return false;
        }

        if (!long.TryParse(string.Concat(pairs), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
        {
            return false;
        }

        mac = new MacAddress(value);
        return true;
    }

    /// <summary>The address <paramref name="count"/> further on.</summary>
    public MacAddress Next(int count = 1) => new(Value + count);

    /// <summary>The address of a further network interface of the machine whose first one has this address.</summary>
    /// <param name="index">0 for the first.</param>
    public MacAddress OfInterface(int index) => new(Value ^ ((long)index << 24));

    /// <summary><c>52:54:00:13:00:01</c></summary>
    public override string ToString() => Join(':');

    /// <summary><c>52-54-00-13-00-01</c>, the form that iPXE's <c>${mac:hexhyp}</c> gives.</summary>
    public string ToHyphens() => Join('-');

    private string Join(char separator)
    {
        var value = Value;
        return string.Join(separator, Enumerable.Range(0, 6).Select(i => (value >> (8 * (5 - i)) & 0xff).ToString("x2", CultureInfo.InvariantCulture)));
    }
}
