using Lab.Emulation.Services;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Services;

namespace Lab.Emulation.Images;

/// <summary>Another operating system than Talos, from files that the lab's definition names.</summary>
internal static class SystemImage
{
    private const string Option = "image";

    /// <summary>The image.</summary>
    /// <param name="image">The definition, with absolute paths.</param>
    /// <param name="architecture">The architecture of the machines that boot it.</param>
    /// <param name="folders">Where what has to be unpacked is kept.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="LabException">A file is missing, damaged, or for another machine.</exception>
    public static async Task<NodeImage> GetAsync(ImageDefinition image, Architecture architecture, ImageFolders folders, CancellationToken cancellationToken)
    {
        if (image is not { Kernel: { } kernel, Ready: { } ready })
        {
            throw new ArgumentException("An image by its name has no files.", nameof(image));
        }

        foreach (var (key, path) in new[] { ("kernel", kernel), ("initrd", image.Initrd) })
        {
            if (path is not null && !File.Exists(path))
            {
                throw new LabException($"{Option}.{key}: there is no file {path}.");
            }
        }

        await using var held = await folders.LockAsync(cancellationToken);
        var source = new ImageSource(Option, Path.GetDirectoryName(kernel)!, architecture);
        var files = await UnpackedKernel.GetVerifiedAsync(kernel, image.Initrd, folders.PartsOf(kernel), source, cancellationToken);
        var arguments = KernelArguments.WithConsole([.. files.Arguments, .. image.Arguments], architecture);
        var system = BootImage.System(Path.GetFileName(files.Kernel), Path.GetFileName(files.Initrd!), arguments, ready);
        return new NodeImage(system.For(architecture), files.Kernel, files.Initrd!) { From = $"files of this machine: {kernel}" };
    }
}
