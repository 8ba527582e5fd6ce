using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Lab.Model.Definition;

/// <summary>An operating system that nodes boot on this machine in place of the stand-in: files of the user's.</summary>
public sealed record ImageDefinition
{
    [Description("File of the kernel, or of a unified kernel image. A relative path begins at the folder of lab.yaml.")]
    [RegularExpression(TextForms.FilePath)]
    [Example("boot/linux")]
    public required string Kernel { get; init; }

    [Description("File of the initramfs. A unified kernel image holds one.")]
    [RegularExpression(TextForms.FilePath)]
    [Example("boot/initrd.gz")]
    public string? Initrd { get; init; }

    [Description("Kernel arguments, before those of boot.arguments.")]
    [RegularExpression(TextForms.KernelArgument)]
    [Example("priority=low")]
    public IReadOnlyList<string> Arguments { get; init; } = [];

    [Description("What shows that a node is ready: tcp:PORT, tls:PORT, http:PORT/PATH, or console:/REGEX/ for what it writes to its serial console.")]
    [Example("tcp:22")]
    public required ReadySign Ready { get; init; }

    /// <summary>With absolute paths.</summary>
    /// <param name="folder">Where relative ones begin.</param>
    public ImageDefinition In(string folder) =>
        this with
        {
            Kernel = Path.GetFullPath(Kernel, folder),
            Initrd = Initrd is null ? null : Path.GetFullPath(Initrd, folder),
        };
}
