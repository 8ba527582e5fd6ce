using CliWrap;
using CliWrap.Buffered;
using Lab.Emulation.Linux;
using Lab.Model;

namespace Lab.Emulation.Images;

/// <summary>
/// Disks as EC2 makes them from an image: an MBR with an EFI system partition, and nothing behind it up to the size asked for. iPXE's
/// own images have this shape (ipxe.org, src/util/genfsimg). What is not written takes no room on the host.
/// </summary>
internal static class InstanceDisk
{
    private const int SectorSize = 512;
    private const int FirstSector = 2048;
    private const long SmallestPartition = 16L << 20;

    /// <summary>Makes a disk.</summary>
    /// <param name="path">Where; an existing file is replaced.</param>
    /// <param name="gib">Its size in GiB.</param>
    /// <param name="files">What boots from it.</param>
    /// <param name="tools">mtools.</param>
    /// <param name="folders">The cache of what was made before.</param>
    /// <param name="cancellationToken">Stops the making.</param>
    /// <exception cref="LabException">mtools fails, or what boots does not fit.</exception>
    public static async Task CreateAsync(
        string path,
        int gib,
        IReadOnlyList<InstanceFile> files,
        HostTools tools,
        LabFolders folders,
        CancellationToken cancellationToken
    )
    {
        var source = await GetAsync(files, tools, folders, cancellationToken);
        var (needed, size) = (new FileInfo(source).Length, gib * (1L << 30));
        if (needed > size)
        {
            throw new LabException($"launch.diskGib: {gib} GiB is too small for the image, which takes {needed >> 20} MiB.");
        }

        File.Copy(source, path, overwrite: true);
        await using var disk = new FileStream(path, FileMode.Open, FileAccess.Write);
        disk.SetLength(size);
    }

    private static async Task<string> GetAsync(IReadOnlyList<InstanceFile> files, HostTools tools, LabFolders folders, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folders.Cache, "images", $"disk-{await InstanceFiles.DigestAsync(files, cancellationToken)}");
        if (!File.Exists(path))
        {
            // Several labs may make it at once: each its own file, and the last rename wins with the same content.
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var unfinished = $"{path}.{Environment.ProcessId}.{Guid.NewGuid():N}";
            try
            {
                await MakeAsync(unfinished, files, tools, cancellationToken);
                File.Move(unfinished, path, overwrite: true);
            }
            finally
            {
                File.Delete(unfinished);
                File.Delete(Unpacked(unfinished));
            }
        }

        return path;
    }

    private static async Task MakeAsync(string path, IReadOnlyList<InstanceFile> files, HostTools tools, CancellationToken cancellationToken)
    {
        // A sixteenth for the file system's own, in whole MiB.
        var content = files.Sum(file => file.Length);
        var sectors = Math.Max(SmallestPartition, (content + (content / 16) + (2L << 20)) >> 20 << 20) / SectorSize;
        await using (var disk = new FileStream(path, FileMode.CreateNew, FileAccess.Write))
        {
            disk.SetLength((FirstSector + sectors) * SectorSize);
            disk.Write(MasterBootRecord((int)sectors));
        }

        var partition = $"{path}@@{FirstSector * SectorSize}";
        await RunAsync(tools, ["mformat", "-i", partition, "-T", $"{sectors}", "-h", "64", "-s", "32", "-N", "1", "::"], cancellationToken);
        foreach (var folder in files.SelectMany(file => Parents(file.Path)).Distinct())
        {
            await RunAsync(tools, ["mmd", "-i", partition, $"::/{folder}"], cancellationToken);
        }

        foreach (var file in files)
        {
            if (file.Content is { } bytes)
            {
                await File.WriteAllBytesAsync(Unpacked(path), bytes, cancellationToken);
            }

            await RunAsync(tools, ["mcopy", "-o", "-i", partition, file.Source ?? Unpacked(path), $"::/{file.Path}"], cancellationToken);
        }
    }

    /// <summary>Where the content of a file that is none on this machine is put for mtools.</summary>
    private static string Unpacked(string path) => $"{path}.file";

    /// <summary>The folders that a file is in, the outermost first.</summary>
    private static IEnumerable<string> Parents(string path)
    {
        for (var end = path.IndexOf('/', StringComparison.Ordinal); end >= 0; end = path.IndexOf('/', end + 1))
        {
            yield return path[..end];
        }
    }

    /// <summary>One partition, of the type that firmware looks for (UEFI specification, 5.2.2: 0xEF).</summary>
    private static byte[] MasterBootRecord(int sectors)
    {
        var sector = new byte[SectorSize];
        sector[446 + 4] = 0xef;
        BitConverter.TryWriteBytes(sector.AsSpan(446 + 8), FirstSector);
        BitConverter.TryWriteBytes(sector.AsSpan(446 + 12), sectors);
        (sector[510], sector[511]) = (0x55, 0xaa);
        return sector;
    }

    private static async Task RunAsync(HostTools tools, string[] arguments, CancellationToken cancellationToken)
    {
        var result = await Cli.Wrap(tools.Mtools)
            .WithArguments(["-c", .. arguments])
            .WithValidation(CommandResultValidation.None)
            .WithEnvironmentVariables(variables => variables.Set("MTOOLS_SKIP_CHECK", "1"))
            .ExecuteBufferedAsync(cancellationToken);
        if (!result.IsSuccess)
        {
            throw new LabException($"Cannot make an instance's disk: {arguments[0]}: {result.StandardError.Trim()}");
        }
    }
}
