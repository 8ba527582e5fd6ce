using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Lab.Model.Definition;

/// <summary>The real network on which <c>lab serve</c> serves real machines.</summary>
public sealed record HomeDefinition
{
    [Description("The network interface that lab serve serves on.")]
    [RegularExpression(TextForms.Interface)]
    [Example("eth0")]
    public string? Interface { get; init; }

    [Description("The address on that interface that machines are served at; auto is the one that lies in the private subnet.")]
    public AddressChoice Address { get; init; }

    [Description(
        "proxy (the router gives addresses, Lab says what to boot), full (Lab gives addresses too, where no other DHCP server answers) or off (the router names the boot file)."
    )]
    public HomeDhcp Dhcp { get; init; } = HomeDhcp.Proxy;

    [Description("The TCP and UDP port to which the machines send their kernel's log, which Lab shows; a Talos is told to by a kernel argument. 0 for none.")]
    [Range(0, 65_535, ErrorMessage = "a port is 1 to {2}, or {1} for none")]
    public int KernelLogPort { get; init; } = 6666;

    [Description(
        "The folder with the UEFI firmware of the Raspberry Pi 4 and CM4, as unpacked from pftf/RPi4: Pis of the lab fetch it by their own network boot. A relative path begins at the folder of lab.yaml."
    )]
    [RegularExpression(TextForms.FilePath)]
    [Example("./rpi4-uefi")]
    public string? RaspberryPi { get; init; }

    /// <summary>With absolute paths.</summary>
    /// <param name="folder">Where relative ones begin.</param>
    public HomeDefinition In(string folder) => this with { RaspberryPi = RaspberryPi is null ? null : Path.GetFullPath(RaspberryPi, folder) };
}
