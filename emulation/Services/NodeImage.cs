using Lab.Model.Services;

namespace Lab.Emulation.Services;

/// <summary>A boot image with its files on this machine.</summary>
/// <param name="Image">What is booted and how.</param>
/// <param name="KernelPath">Absolute path of the kernel.</param>
/// <param name="InitrdPath">Absolute path of the initramfs.</param>
public sealed record NodeImage(BootImage Image, string KernelPath, string InitrdPath);
