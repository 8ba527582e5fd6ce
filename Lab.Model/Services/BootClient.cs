using Lab.Model.Definition;

namespace Lab.Model.Services;

/// <summary>A kind of firmware that boots from the network, and what it is told to load.</summary>
/// <param name="Tag">What dnsmasq's configuration calls it.</param>
/// <param name="Numbers">Its numbers of <see cref="ClientArchitecture"/>.</param>
/// <param name="Program">The iPXE program for it, as iPXE's build names it.</param>
public sealed record BootClient(string Tag, IReadOnlyList<int> Numbers, string Program)
{
    /// <summary>The iPXE program for a BIOS: it drives the network card through the card's own PXE ROM.</summary>
    public const string BiosProgram = "undionly.kpxe";

    /// <summary>Folder under the boot server's <c>/assets/</c> with the programs that firmware fetches over HTTP.</summary>
    public const string HttpFolder = "ipxe";

    /// <summary>How the vendor class of firmware begins that boots over HTTP, and of that which boots by PXE.</summary>
    public const string HttpClass = "HTTPClient",
        PxeClass = "PXEClient";

    /// <summary>How the vendor class of a U-Boot begins that asks for itself: <c>U-Boot.armv8</c>. For an EFI program it asks as UEFI does.</summary>
    public const string UBootClass = "U-Boot";

    /// <summary>True for a U-Boot that asks for itself. It takes the boot file from who gives it its address, and does not hear ProxyDHCP.</summary>
    public bool IsUBoot { get; init; }

    /// <summary>True for firmware that fetches it over HTTP (UEFI 2.5, HTTP boot), and over TFTP else.</summary>
    public bool IsHttp { get; init; }

    /// <summary>What it says that it is, before its number (option 60).</summary>
    public string VendorClass =>
        IsUBoot ? UBootClass
        : IsHttp ? HttpClass
        : PxeClass;

    /// <summary>UEFI of an architecture that boots by PXE; x86-64 has two numbers, since the registry and what firmware sends have differed (RFC 4578, errata).</summary>
    public static BootClient Uefi(Architecture architecture) =>
        new($"efi-{architecture.Id()}", architecture == Architecture.Amd64 ? [7, 9] : [11], Dnsmasq.BootProgram(architecture));

    /// <summary>All of the real machines of an architecture: UEFI by PXE and by HTTP, U-Boot, which starts EFI programs, and PCs with a BIOS.</summary>
    public static IReadOnlyList<BootClient> Of(Architecture architecture) =>
        [
            Uefi(architecture),
            new($"http-{architecture.Id()}", architecture == Architecture.Amd64 ? [16] : [19], Dnsmasq.BootProgram(architecture)) { IsHttp = true },
            .. architecture == Architecture.Amd64
                ? new[] { new BootClient("bios", [0], BiosProgram) }
                : [new BootClient("u-boot", [22], Dnsmasq.BootProgram(architecture)) { IsUBoot = true }],
        ];

    /// <summary>Those of a lab's machines.</summary>
    public static IReadOnlyList<BootClient> Of(LabDefinition lab) => [.. Architectures.Of(lab).SelectMany(Of)];

    /// <summary>Where the boot server has a program for firmware that fetches it over HTTP.</summary>
    public static string HttpUrl(LabDefinition lab, string program) => $"{Matchbox.Url(lab)}{HttpPath(program)}";

    /// <summary>The path of <see cref="HttpUrl"/>.</summary>
    public static string HttpPath(string program) => $"/assets/{HttpFolder}/{program}";

    /// <summary>True for a program that some firmware is told to load.</summary>
    public static bool IsProgram(string file) => Enum.GetValues<Architecture>().SelectMany(Of).Any(client => client.Program == file);
}
