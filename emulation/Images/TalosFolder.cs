using System.IO.Enumeration;
using Lab.Emulation.Services;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Services;

namespace Lab.Emulation.Images;

/// <summary>
/// A folder with a kernel and an initramfs, under the names that the builds of Talos, CozyStack and Debian give them, or with a unified kernel
/// image that holds both.
/// </summary>
internal static class TalosFolder
{
    /// <summary>As Talos's installer names it from 1.10 on.</summary>
    private static readonly string[] UnifiedKernels = ["vmlinuz.efi"];

    /// <summary>Names that a container image has for other things: taken in folders of the user's only.</summary>
    private static readonly string[] PlainKernels = ["linux"];
    private static readonly string[] PlainInitrds = ["initrd.gz", "initrd.img", "initrd"];

    private static string[] Kernels(Architecture architecture) => [$"kernel-{architecture.Id()}", $"vmlinuz-{architecture.Id()}", "vmlinuz"];

    private static string[] Initrds(Architecture architecture) =>
        [$"initramfs-metal-{architecture.Id()}.xz", $"initramfs-{architecture.Id()}.xz", "initramfs*"];

    /// <summary>The image that a folder holds.</summary>
    /// <param name="folder">Path.</param>
    /// <param name="parts">A folder for what has to be unpacked; it need not exist.</param>
    /// <param name="source">What it is for messages; null for the path.</param>
    /// <param name="architecture">The architecture of the machines that boot it.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="LabException">The folder does not hold one, or a file of it is damaged or for another machine.</exception>
    public static async Task<NodeImage> GetAsync(string folder, string parts, string? source, Architecture architecture, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(folder))
        {
            throw new LabException($"--image: there is no folder {folder}.");
        }

        var name = new ImageSource("--image", source ?? folder, architecture);
        var (kernel, initrd) = Find(folder, name);
        var files = await UnpackedKernel.GetVerifiedAsync(kernel, initrd, parts, name, cancellationToken);
        var image = BootImage.Talos(Path.GetFileName(files.Kernel), Path.GetFileName(files.Initrd!)).For(architecture);
        return new NodeImage(
            files.Arguments.Count > 0 ? image with { Arguments = KernelArguments.WithConsole(files.Arguments, architecture) } : image,
            files.Kernel,
            files.Initrd!
        );
    }

    /// <summary>Whether a file of this name in a container image would be taken for a kernel or an initramfs.</summary>
    internal static bool IsBootFile(string name, Architecture architecture) =>
        !name.EndsWith(Checksum.Extension, StringComparison.Ordinal)
        && Kernels(architecture)
            .Concat(Initrds(architecture))
            .Concat(UnifiedKernels)
            .Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false));

    /// <summary>A kernel and the initramfs beside it or, where one is missing, a unified kernel image.</summary>
    private static (string Kernel, string? Initrd) Find(string folder, ImageSource source)
    {
        string[] kernels = [.. Kernels(source.Architecture), .. PlainKernels];
        string[] initrds = [.. Initrds(source.Architecture), .. PlainInitrds];
        var (kernel, initrd) = (First(folder, kernels), First(folder, initrds));
        return kernel is not null && initrd is not null ? (kernel, initrd)
            : First(folder, UnifiedKernels) is { } unified ? (unified, (string?)null)
            : throw new LabException(
                $"{source.Option}: {source.Name} holds no {(kernel is null ? "kernel" : "initramfs")}; looked for {string.Join(", ", kernel is null ? [.. kernels, .. UnifiedKernels] : initrds)}."
            );
    }

    private static string? First(string folder, string[] patterns) =>
        patterns
            .SelectMany(pattern => Directory.GetFiles(folder, pattern).Order(StringComparer.Ordinal))
            .Where(file => !file.EndsWith(Checksum.Extension, StringComparison.Ordinal))
            .Select(Path.GetFullPath)
            .FirstOrDefault();
}
