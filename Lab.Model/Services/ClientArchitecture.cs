using System.Globalization;
using System.Text.RegularExpressions;

namespace Lab.Model.Services;

/// <summary>
/// What a machine says of itself when it asks for network boot: option 93, which most firmware repeats in its vendor class
/// (https://www.iana.org/assignments/dhcpv6-parameters, Processor Architecture Types).
/// </summary>
public static partial class ClientArchitecture
{
    /// <summary>
    /// The number in a vendor class like <c>PXEClient:Arch:00011:UNDI:003000</c>, or that of a U-Boot that asks for itself; null where it names
    /// none. U-Boot 2025.01 writes the number in hexadecimal, <c>0000b</c> for 11, when it asks for an EFI program.
    /// </summary>
    public static int? OfVendorClass(string vendorClass) =>
        vendorClass switch
        {
            "U-Boot.armv7" => 21,
            "U-Boot.armv8" => 22,
            _ => Form().Match(vendorClass) is { Success: true } match ? Number(match.Groups["number"].Value) : null,
        };

    /// <summary>In words: <c>arm64 UEFI</c>.</summary>
    public static string Name(int? number) =>
        number switch
        {
            0 => "PC BIOS",
            6 => "x86 UEFI (32 bit)",
            7 or 9 => "x86-64 UEFI",
            10 => "arm32 UEFI",
            11 => "arm64 UEFI",
            15 => "x86 UEFI (32 bit), HTTP boot",
            16 => "x86-64 UEFI, HTTP boot",
            18 => "arm32 UEFI, HTTP boot",
            19 => "arm64 UEFI, HTTP boot",
            21 => "arm32 U-Boot",
            22 => "arm64 U-Boot",
            null => "architecture not told",
            _ => $"architecture {number}",
        };

    private static int Number(string digits) =>
        int.Parse(digits, digits.All(char.IsAsciiDigit) ? NumberStyles.None : NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\A(PXE|HTTP)Client:Arch:(?<number>[\da-f]{5})(:UNDI:\d{6})?\z")]
    private static partial Regex Form();
}
