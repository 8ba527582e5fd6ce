using Lab.Model.Definition;

namespace Lab.Model.Services;

/// <summary>
/// A Raspberry Pi 4's or CM4's own network boot, which its EEPROM does. It asks as a PC with a BIOS does, wants to read
/// <see cref="BootOption"/> in option 43, and fetches firmware by TFTP: below a folder named for its serial number, and, where that has no
/// <c>start4.elf</c>, from the root (https://www.raspberrypi.com/documentation/computers/raspberry-pi.html, TFTP_PREFIX).
/// </summary>
public static class RaspberryPi
{
    /// <summary>What the answer has to say.</summary>
    public const string BootOption = "Raspberry Pi Boot";

    /// <summary>What it is called in output.</summary>
    public const string OwnBoot = "Raspberry Pi's own network boot";

    /// <summary>The firmware that its EEPROM loads, and that which turns it into a UEFI machine, as pftf/RPi4 calls them.</summary>
    public static IReadOnlyList<string> Firmware { get; } = ["start4.elf", "config.txt", "RPI_EFI.fd"];

    /// <summary>The makers' numbers that Raspberry Pis have.</summary>
    private static readonly string[] Makers = ["b8:27:eb", "dc:a6:32", "e4:5f:01", "28:cd:c1", "d8:3a:dd", "2c:cf:67", "88:a2:9e"];

    /// <summary>True for the MAC of a Raspberry Pi.</summary>
    public static bool IsOne(MacAddress mac) => Makers.Any(maker => $"{mac}".StartsWith(maker, StringComparison.Ordinal));

    /// <summary>True for one that asks by its own network boot.</summary>
    /// <param name="mac">Its MAC.</param>
    /// <param name="architecture">Its number of <see cref="ClientArchitecture"/>.</param>
    public static bool IsRom(MacAddress mac, int? architecture) => architecture == 0 && IsOne(mac);
}
