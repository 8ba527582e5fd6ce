using Lab.Emulation.Services;
using Lab.Model.Services;

namespace Lab.Emulation.Images;

/// <summary>A boot image with its files on this machine.</summary>
/// <param name="Image">What is booted and how.</param>
/// <param name="KernelPath">Absolute path of the kernel.</param>
/// <param name="InitrdPath">Absolute path of the initramfs.</param>
public sealed record NodeImage(BootImage Image, string KernelPath, string InitrdPath)
{
    /// <summary>The image as the boot server gives it to nodes.</summary>
    /// <param name="machineConfigs">The user's machine configurations, by node.</param>
    public ServedImage Serve(IReadOnlyDictionary<string, string> machineConfigs) => new(Image, KernelPath, InitrdPath) { MachineConfigs = machineConfigs };
}
