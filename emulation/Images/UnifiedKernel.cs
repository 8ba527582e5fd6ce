namespace Lab.Emulation.Images;

/// <summary>
/// The parts of a unified kernel image (https://uapi-group.org/specifications/specs/unified_kernel_image/). Where it has profiles, those of
/// the first, which is the one that boots when nobody chooses.
/// </summary>
/// <param name="Kernel">The section <c>.linux</c>.</param>
/// <param name="Initrd">The section <c>.initrd</c>; null where there is none.</param>
/// <param name="Arguments">The section <c>.cmdline</c>; null where there is none.</param>
internal sealed record UnifiedKernel(EfiSection Kernel, EfiSection? Initrd, EfiSection? Arguments)
{
    private const string Profile = ".profile";

    /// <summary>The parts of an EFI program; null for one that is not a unified kernel image.</summary>
    public static UnifiedKernel? Find(EfiProgram program)
    {
        var profiles = 0;
        var sections = program.Sections.TakeWhile(section => section.Name != Profile || ++profiles < 2).ToList();
        EfiSection? Last(string name) => sections.LastOrDefault(section => section.Name == name);
        return Last(".linux") is { } kernel ? new(kernel, Last(".initrd"), Last(".cmdline")) : null;
    }
}
