using Lab.Model.Resources;
using Lab.Model.Services;

namespace Lab.Emulation.Services;

/// <summary>A boot image with its files on this machine.</summary>
/// <param name="Image">What is booted and how.</param>
/// <param name="KernelPath">Absolute path of the kernel.</param>
/// <param name="InitrdPath">Absolute path of the initramfs.</param>
public sealed record NodeImage(BootImage Image, string KernelPath, string InitrdPath)
{
    /// <summary>What it is, as the user has said it: <c>stand-in</c>, a release, an image, a folder.</summary>
    public string Source { get; init; } = Image.Name;

    /// <summary>Where it came from, in words.</summary>
    public string? From { get; init; }

    /// <summary>What it fetches itself once it runs: files of this machine, by their names beside kernel and initramfs.</summary>
    public IReadOnlyDictionary<string, string> Assets { get; init; } = new Dictionary<string, string>();

    /// <summary>What is known of the machine of a node, with what it boots.</summary>
    public MachineFacts Booted(MachineFacts machine) => machine with { Image = Source, ImageFrom = From };
}
