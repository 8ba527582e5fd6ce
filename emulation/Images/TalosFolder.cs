using System.IO.Enumeration;
using Lab.Model;
using Lab.Model.Services;

namespace Lab.Emulation.Images;

/// <summary>A Talos of the user's: a folder with kernel and initramfs, under the names that Talos's and CozyStack's builds give them.</summary>
internal static class TalosFolder
{
    private static readonly string[] Kernels = ["kernel-arm64", "vmlinuz-arm64", "vmlinuz"];
    private static readonly string[] Initrds = ["initramfs-metal-arm64.xz", "initramfs-arm64.xz", "initramfs*"];

    /// <summary>The image that a folder holds.</summary>
    /// <param name="folder">Path.</param>
    /// <param name="source">What it is for messages; without it the path.</param>
    /// <exception cref="LabException">The folder does not hold one.</exception>
    public static NodeImage Get(string folder, string? source = null)
    {
        if (!Directory.Exists(folder))
        {
            throw new LabException($"--image: there is no folder {folder}.");
        }

        var (kernel, initrd) = (Find(folder, Kernels, "kernel", source), Find(folder, Initrds, "initramfs", source));
        KernelArchitecture.MustBeArm64(kernel, source ?? folder);
        return new NodeImage(BootImage.Talos(Path.GetFileName(kernel), Path.GetFileName(initrd)), kernel, initrd);
    }

    /// <summary>Whether a file of this name would be taken for a kernel or an initramfs.</summary>
    internal static bool IsBootFile(string name) =>
        Kernels.Concat(Initrds).Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false));

    private static string Find(string folder, string[] patterns, string what, string? source) =>
        patterns.SelectMany(pattern => Directory.GetFiles(folder, pattern).Order(StringComparer.Ordinal)).Select(Path.GetFullPath).FirstOrDefault()
        ?? throw new LabException($"--image: {source ?? folder} holds no {what}; looked for {string.Join(", ", patterns)}.");
}
