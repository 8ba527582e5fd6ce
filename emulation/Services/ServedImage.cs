using Lab.Model.Services;

namespace Lab.Emulation.Services;

/// <summary>What the boot server gives to nodes.</summary>
/// <param name="Image">What is booted and how.</param>
/// <param name="KernelPath">Absolute path of the kernel.</param>
/// <param name="InitrdPath">Absolute path of the initramfs.</param>
public sealed record ServedImage(BootImage Image, string KernelPath, string InitrdPath)
{
    /// <summary>The user's machine configurations, by node.</summary>
    public IReadOnlyDictionary<string, string> MachineConfigs { get; init; } = new Dictionary<string, string>();
}
