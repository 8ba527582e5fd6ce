using System.Net;
using System.Net.Sockets;

namespace Lab.Model.Definition;

/// <summary>An IPv4 address, or <c>auto</c>: the one that is there.</summary>
/// <param name="Address">The address; null for <c>auto</c>.</param>
public readonly record struct AddressChoice(IPAddress? Address)
{
    /// <summary>The form accepted in <c>lab.yaml</c>.</summary>
    internal const string Pattern = $"^({Auto}|{TextForms.Address})$";

    private const string Auto = "auto";

    /// <summary>Reads <c>auto</c> or <c>192.168.1.5</c>.</summary>
    /// <exception cref="FormatException">The text is neither.</exception>
    public static AddressChoice Parse(string text) =>
        text == Auto ? default
        : IPAddress.TryParse(text, out var address) && address.AddressFamily == AddressFamily.InterNetwork && address.ToString() == text
            ? new AddressChoice(address)
        : throw new FormatException($"'{text}' is neither {Auto} nor an IPv4 address");

    /// <inheritdoc />
    public override string ToString() => Address?.ToString() ?? Auto;
}
