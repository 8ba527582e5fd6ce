using Lab.Model;
using Lab.Model.Services;

namespace Lab.Emulation.Images;

/// <summary>A Talos of the user's: a folder with kernel and initramfs, under the names that Talos's and CozyStack's builds give them.</summary>
public static class TalosFolder
{
    private static readonly string[] Kernels = ["kernel-arm64", "vmlinuz-arm64", "vmlinuz"];
    private static readonly string[] Initrds = ["initramfs-metal-arm64.xz", "initramfs-arm64.xz", "initramfs*"];

    /// <summary>The image that a folder holds.</summary>
    /// <exception cref="LabException">The folder does not hold one.</exception>
    public static NodeImage Get(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new LabException($"--image: there is no folder {folder}.");
        }

        var (kernel, initrd) = (Find(folder, Kernels, "kernel"), Find(folder, Initrds, "initramfs"));
        return new NodeImage(BootImage.Talos(Path.GetFileName(kernel), Path.GetFileName(initrd)), kernel, initrd);
    }

    private static string Find(string folder, string[] patterns, string what) =>
        patterns.SelectMany(pattern => Directory.GetFiles(folder, pattern).Order(StringComparer.Ordinal)).Select(Path.GetFullPath).FirstOrDefault()
        ?? throw new LabException($"--image: {folder} holds no {what}; looked for {string.Join(", ", patterns)}.");
}
