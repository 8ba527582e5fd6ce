using System.Security.Cryptography;
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
    private const int PartitionSectors = 16 * 1024 * 1024 / SectorSize;

    /// <summary>Makes a disk.</summary>
    /// <param name="path">Where; an existing file is replaced.</param>
    /// <param name="gib">Its size in GiB.</param>
    /// <param name="image">What boots from it.</param>
    /// <param name="tools">iPXE and mtools.</param>
    /// <param name="folders">The cache of what was made before.</param>
    /// <param name="cancellationToken">Stops the making.</param>
    /// <exception cref="LabException">mtools fails.</exception>
    public static async Task CreateAsync(string path, int gib, Ec2Image image, HostTools tools, LabFolders folders, CancellationToken cancellationToken)
    {
        var source = await GetAsync(image, tools, folders, cancellationToken);
        File.Copy(source, path, overwrite: true);
        await using var disk = new FileStream(path, FileMode.Open, FileAccess.Write);
        disk.SetLength(gib * (1L << 30));
    }

    private static async Task<string> GetAsync(Ec2Image image, HostTools tools, LabFolders folders, CancellationToken cancellationToken)
    {
        var script = Resource(image.Resource);
        var digest = Convert.ToHexStringLower(
            SHA256.HashData([.. script, .. image.HasIpxe ? await File.ReadAllBytesAsync(tools.Ipxe, cancellationToken) : []])
        )[..16];
        var path = Path.Combine(folders.Cache, "images", $"disk-{digest}");
        if (!File.Exists(path))
        {
            // Several labs may make it at once: each its own file, and the last rename wins with the same content.
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var unfinished = $"{path}.{Environment.ProcessId}.{Guid.NewGuid():N}";
            try
            {
                await MakeAsync(unfinished, script, image, tools, cancellationToken);
                File.Move(unfinished, path, overwrite: true);
            }
            finally
            {
                File.Delete(unfinished);
                File.Delete($"{unfinished}.script");
            }
        }

        return path;
    }

    private static async Task MakeAsync(string path, byte[] script, Ec2Image image, HostTools tools, CancellationToken cancellationToken)
    {
        await using (var disk = new FileStream(path, FileMode.CreateNew, FileAccess.Write))
        {
            disk.SetLength((FirstSector + PartitionSectors) * (long)SectorSize);
            disk.Write(MasterBootRecord());
        }

        await File.WriteAllBytesAsync($"{path}.script", script, cancellationToken);
        var partition = $"{path}@@{FirstSector * SectorSize}";
        await RunAsync(tools, ["mformat", "-i", partition, "-T", $"{PartitionSectors}", "-h", "64", "-s", "32", "-N", "1", "::"], cancellationToken);
        await RunAsync(tools, ["mcopy", "-i", partition, $"{path}.script", $"::/{(image.HasIpxe ? "autoexec.ipxe" : "README.TXT")}"], cancellationToken);
        if (image.HasIpxe)
        {
            await RunAsync(tools, ["mmd", "-i", partition, "::/EFI", "::/EFI/BOOT"], cancellationToken);
            await RunAsync(tools, ["mcopy", "-i", partition, tools.Ipxe, "::/EFI/BOOT/BOOTAA64.EFI"], cancellationToken);
        }
    }

    /// <summary>One partition, of the type that firmware looks for (UEFI specification, 5.2.2: 0xEF).</summary>
    private static byte[] MasterBootRecord()
    {
        var sector = new byte[SectorSize];
        sector[446 + 4] = 0xef;
        BitConverter.TryWriteBytes(sector.AsSpan(446 + 8), FirstSector);
        BitConverter.TryWriteBytes(sector.AsSpan(446 + 12), PartitionSectors);
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

    private static byte[] Resource(string name)
    {
        using var resource = typeof(InstanceDisk).Assembly.GetManifestResourceStream($"ipxe/{name}")!;
        using var content = new MemoryStream();
        resource.CopyTo(content);
        return content.ToArray();
    }
}
