using System.Globalization;
using System.Text.RegularExpressions;
using Lab.Model.Definition;
using Lab.Model.Rendering;

namespace Lab.Emulation.Images;

/// <summary>
/// What an instance boots from, by the name of its image (https://ipxe.org/howto/ec2: all of iPXE's begin with iPXE; Talos's with talos-).
/// </summary>
/// <param name="Name">The image's name; null where the emulator knows none.</param>
/// <param name="HasIpxe">True for an iPXE image.</param>
/// <param name="SendsToken">True for one that asks instance metadata for a token first.</param>
public sealed partial record Ec2Image(string? Name, bool HasIpxe, bool SendsToken)
{
    /// <summary>The name that the lab gives the iPXE image which it registers with an emulator; iPXE's have this form.</summary>
    public static string RegisteredName(Architecture architecture) => $"iPXE (2026-08-21) ({architecture.OnAws()})";

    /// <summary>The processor that it is for, by its name.</summary>
    public Architecture Architecture =>
        Name?.Contains(Architecture.Amd64.OnAws(), StringComparison.Ordinal) == true
        || Name?.EndsWith(Architecture.Amd64.Id(), StringComparison.Ordinal) == true
            ? Architecture.Amd64
            : Architecture.Arm64;

    /// <summary>True for one that holds a Talos.</summary>
    public bool HasTalos => Name?.StartsWith("talos-", StringComparison.Ordinal) == true;

    /// <summary>The name of the image that a lab's nodes start from where it is registered with an emulator; the publisher's have this form.</summary>
    public static string RegisteredNameFor(LabDefinition lab, Architecture architecture) =>
        lab.Launch.Boot == LaunchBoot.Ami ? NodeImages.Of(lab, architecture).Names.Replace("*", "0", StringComparison.Ordinal) : RegisteredName(architecture);

    /// <summary>The day of iPXE's change 345abfba1, "Add support for AWS IMDSv2".</summary>
    private static readonly DateOnly FirstWithToken = new(2026, 7, 14);

    /// <summary>The image of that name. One that does not tell its day is taken for a new one.</summary>
    public static Ec2Image Of(string? name)
    {
        var isIpxe = name?.StartsWith("iPXE", StringComparison.Ordinal) == true;
        var isOlder =
            isIpxe
            && Day().Match(name!) is { Success: true } day
            && DateOnly.TryParseExact(day.Value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var made)
            && made < FirstWithToken;
        return new Ec2Image(name, isIpxe, isIpxe && !isOlder);
    }

    [GeneratedRegex(@"\d{4}-\d{2}-\d{2}")]
    private static partial Regex Day();
}
