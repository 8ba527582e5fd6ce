using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Lab.Model.Definition;

/// <summary>
/// What nodes boot on this machine: an image by its name, as one text, or an operating system of the user's, as keys that name its files.
/// </summary>
[ShortForm(nameof(From), IsOnly = true)]
public sealed record ImageDefinition
{
    /// <summary>The image's name; null for files.</summary>
    [Description(
        "A release of Talos (v1.12.3), an image of a registry, stand-in, or a folder with a kernel and an initramfs; a folder begins with /, ./ or ../"
    )]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImageName? From { get; init; }

    /// <summary>Null for an image by its name.</summary>
    [Required]
    [Description("File of the kernel, or of a unified kernel image. A relative path begins at the folder of lab.yaml.")]
    [RegularExpression(TextForms.FilePath)]
    [Example("boot/linux")]
    public string? Kernel { get; init; }

    [Description("File of the initramfs. A unified kernel image holds one.")]
    [RegularExpression(TextForms.FilePath)]
    [Example("boot/initrd.gz")]
    public string? Initrd { get; init; }

    [Description("Kernel arguments, before those of boot.arguments.")]
    [RegularExpression(TextForms.KernelArgument)]
    [Example("priority=low")]
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Null for an image by its name.</summary>
    [Required]
    [Description("What shows that a node is ready: tcp:PORT, tls:PORT, http:PORT/PATH, or console:/REGEX/ for what it writes to its serial console.")]
    [Example("tcp:22")]
    public ReadySign? Ready { get; init; }

    /// <summary>With absolute paths.</summary>
    /// <param name="folder">Where relative ones begin.</param>
    public ImageDefinition In(string folder) =>
        this with
        {
            From = From?.In(folder),
            Kernel = Kernel is null ? null : Path.GetFullPath(Kernel, folder),
            Initrd = Initrd is null ? null : Path.GetFullPath(Initrd, folder),
        };
}
