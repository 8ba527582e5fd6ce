using Lab.Model;
using Lab.Model.Services;

namespace Lab.Emulation.Images;

/// <summary>
/// A kernel as it is published, taken apart to what iPXE boots: out of gzip or zstd, out of a kernel that decompresses itself (EFI_ZBOOT), or
/// out of a unified kernel image (https://uapi-group.org/specifications/specs/unified_kernel_image/), that holds initramfs and arguments too.
/// </summary>
/// <param name="Kernel">Path of the kernel.</param>
/// <param name="Initrd">Path of the initramfs that came with it; null for a kernel alone.</param>
/// <param name="Arguments">The arguments that came with it.</param>
internal sealed record UnpackedKernel(string Kernel, string? Initrd, IReadOnlyList<string> Arguments)
{
    private const string StampFile = "stamp",
        KernelFileName = "vmlinuz",
        InitrdFile = "initramfs",
        ArgumentsFile = "arguments";

    /// <summary>More layers than this no kernel has.</summary>
    private const int MostLayers = 4;

    /// <summary>A kernel and its initramfs as they were found, taken apart and verified: no boot has to show that a file is damaged.</summary>
    /// <param name="path">The kernel.</param>
    /// <param name="initrd">The initramfs; null for the one that the kernel holds.</param>
    /// <param name="folder">Where the kernel's parts are put.</param>
    /// <param name="source">For messages, and for which architecture it has to be.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="LabException">A file is missing, damaged, or for another machine.</exception>
    public static async Task<UnpackedKernel> GetVerifiedAsync(
        string path,
        string? initrd,
        string folder,
        ImageSource source,
        CancellationToken cancellationToken
    )
    {
        await Checksum.VerifyAsync("kernel", path, source, cancellationToken);
        var unpacked = await GetAsync(path, folder, source, cancellationToken);
        initrd ??= unpacked.Initrd ?? throw source.Error("kernel", path, "holds no initramfs, and there is none beside it");
        KernelFile.MustBeFor(
            source.Architecture,
            unpacked.Kernel,
            unpacked.Kernel == path ? source : source with { Name = $"{Path.GetFileName(path)} of {source.Name}" }
        );
        await Checksum.VerifyAsync("initramfs", initrd, source, cancellationToken);
        InitramfsFile.MustBeComplete(initrd, source);
        return unpacked with { Initrd = initrd };
    }

    /// <summary>The parts of a kernel.</summary>
    /// <param name="path">The kernel as it was found.</param>
    /// <param name="folder">Where its parts are put, and found again while it is the same.</param>
    /// <param name="source">For messages.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="LabException">It is damaged, or lacks a part.</exception>
    private static async Task<UnpackedKernel> GetAsync(string path, string folder, ImageSource source, CancellationToken cancellationToken)
    {
        try
        {
            if (!IsPacked(path))
            {
                return new(path, null, []);
            }

            var info = new FileInfo(path);
            var stamp = $"{info.Name} {info.Length} {info.LastWriteTimeUtc.Ticks}";
            if (!File.Exists(Path.Combine(folder, StampFile)) || await File.ReadAllTextAsync(Path.Combine(folder, StampFile), cancellationToken) != stamp)
            {
                await UnpackAsync(path, folder, stamp, source, cancellationToken);
            }

            return Open(path, folder, source);
        }
        catch (Exception e) when (Compression.IsDamage(e))
        {
            throw source.Error("kernel", path, $"is damaged or ends too early ({e.Message.TrimEnd('.')}). Fetch it again", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw source.Error("kernel", path, $"cannot be unpacked into {folder}: {e.Message.TrimEnd('.')}", e);
        }
    }

    private static bool IsPacked(string path)
    {
        using var file = File.OpenRead(path);
        return PackedKernel.Find(file) is not null;
    }

    /// <summary>The folder appears under its name when all is in it.</summary>
    private static async Task UnpackAsync(string path, string folder, string stamp, ImageSource source, CancellationToken cancellationToken)
    {
        var work = Directory.CreateDirectory($"{folder}.{Guid.NewGuid():N}").FullName;
        try
        {
            var kernel = path;
            for (var layer = 0; await TakeApartAsync(kernel, work, layer, source, cancellationToken) is { } inner; layer++)
            {
                kernel = inner;
            }

            File.Move(kernel, Path.Combine(work, KernelFileName));
            await File.WriteAllTextAsync(Path.Combine(work, StampFile), stamp, cancellationToken);
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }

            Directory.Move(work, folder);
        }
        finally
        {
            if (Directory.Exists(work))
            {
                Directory.Delete(work, recursive: true);
            }
        }
    }

    /// <summary>Takes one packing off.</summary>
    /// <returns>Path of what was in it; null where it is the kernel itself.</returns>
    private static async Task<string?> TakeApartAsync(string path, string work, int layer, ImageSource source, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(path);
        if (PackedKernel.Find(file) is not { } packed)
        {
            return null;
        }

        if (layer == MostLayers)
        {
            throw source.Error("kernel", path, $"is packed more than {MostLayers} times");
        }

        if (packed.Unified is { } unified)
        {
            await WriteAsync(Part(unified.Initrd), Path.Combine(work, InitrdFile), source, cancellationToken);
            await WriteAsync(Part(unified.Arguments), Path.Combine(work, ArgumentsFile), source, cancellationToken);
        }

        var inner = Path.Combine(work, $"{KernelFileName}.{layer}");
        await WriteAsync(packed.Open(file), inner, source, cancellationToken);
        return inner;

        FilePart? Part(EfiSection? section) => section is null ? null : new(file.SafeFileHandle, section.Offset, section.Length);
    }

    private static async Task WriteAsync(Stream? content, string path, ImageSource source, CancellationToken cancellationToken)
    {
        if (content is not null)
        {
            await using (content)
            {
                await using var target = File.Create(path);
                await BoundedCopy.RunAsync(
                    content,
                    target,
                    $"{source.Option}: what is unpacked as {Path.GetFileName(path)} of {source.Name}",
                    cancellationToken
                );
            }
        }
    }

    private static UnpackedKernel Open(string path, string folder, ImageSource source)
    {
        var (initrd, arguments) = (Path.Combine(folder, InitrdFile), Path.Combine(folder, ArgumentsFile));
        var given = File.Exists(arguments) ? KernelArguments.Split(File.ReadAllText(arguments)) : [];
        return given.FirstOrDefault(argument => !KernelArguments.IsSafe(argument)) is { } unsafeArgument
            ? throw source.Error("kernel", path, $"has the argument {VisibleText.Of(unsafeArgument)}, which iPXE would not pass on as it is")
            : new(Path.Combine(folder, KernelFileName), File.Exists(initrd) ? initrd : null, given);
    }
}
