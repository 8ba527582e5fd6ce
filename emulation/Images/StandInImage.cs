using System.Security.Cryptography;
using Lab.Emulation.Linux;
using Lab.Emulation.Services;
using Lab.Model.Definition;
using Lab.Model.Services;

namespace Lab.Emulation.Images;

/// <summary>
/// Builds the stand-in image: a distribution's kernel as it is, and an initramfs of busybox, the modules for a virtio network
/// card and disk and for UEFI variables, and the init of <c>emulation/node</c>. The same inputs give the same bytes, which are kept in the cache by their digest.
/// </summary>
internal static class StandInImage
{
    private static readonly string[] Modules = ["virtio_pci", "virtio_net", "virtio_blk", "efivarfs"];

    /// <summary>An EFI system partition's, with the character sets that the kernel takes for it.</summary>
    private static readonly string[] FileSystemModules = ["vfat", "nls_cp437", "nls_ascii"];

    /// <summary>A disk's behind a SCSI controller; that of NVMe is part of the kernels.</summary>
    private static readonly string[] ScsiModules = ["virtio_scsi", "sd_mod"];

    /// <summary>What some kernels have built in.</summary>
    private static readonly string[] ModulesOrBuiltIn = ["tpm_tis"];

    /// <summary>The image, built when the cache does not hold it.</summary>
    public static NodeImage Get(HostTools tools, LabFolders folders, Architecture architecture = Architecture.Arm64)
    {
        var machine = tools.Of(architecture);
        return new NodeImage(BootImage.StandIn.For(architecture), machine.Kernel, Keep(folders, "stand-in", Build(machine)))
        {
            From = "built on this machine from Debian's kernel; it is not Talos",
            Assets = new Dictionary<string, string>
            {
                ["bash"] = machine.Bash,
                ["installer"] = Keep(folders, "stand-in-installer", BuildInstaller(machine, architecture)),
            },
        };
    }

    private static string Keep(LabFolders folders, string name, byte[] content)
    {
        var folder = Path.Combine(folders.Cache, "images");
        var path = Path.Combine(folder, $"{name}-{Convert.ToHexStringLower(SHA256.HashData(content))[..16]}");
        if (!File.Exists(path))
        {
            // Several labs may build at once: each writes its own file and the last rename wins with the same bytes.
            Directory.CreateDirectory(folder);
            var unfinished = $"{path}.{Environment.ProcessId}";
            File.WriteAllBytes(unfinished, content);
            File.Move(unfinished, path, overwrite: true);
        }

        return path;
    }

    /// <summary>The initramfs.</summary>
    internal static byte[] Build(MachineTools tools)
    {
        using var stream = new MemoryStream();
        var archive = new CpioArchive(stream);
        foreach (var folder in new[] { "bin", "dev", "etc", "modules", "proc", "run", "sys", "www" })
        {
            archive.AddFolder(folder);
        }

        archive.AddDevice("dev/console", 5, 1);
        archive.AddFile("bin/busybox", File.ReadAllBytes(tools.Busybox), executable: true);
        archive.AddLink("bin/sh", "busybox");
        archive.AddFile("init", EmbeddedFile.Read("node/init"), executable: true);
        archive.AddFile("etc/lease", EmbeddedFile.Read("node/lease"), executable: true);
        var modules = new KernelModules(tools.KernelModules);
        AddModules(archive, "modules", Modules.SelectMany(modules.Closure).Concat(ModulesOrBuiltIn.SelectMany(modules.ClosureOrBuiltIn)));
        archive.Finish();
        return stream.ToArray();
    }

    /// <summary>What a node that installs itself fetches: how it is done, the disk's boot loader, further modules, and kexec where the lab has it.</summary>
    private static byte[] BuildInstaller(MachineTools tools, Architecture architecture)
    {
        using var stream = new MemoryStream();
        var archive = new CpioArchive(stream);
        archive.AddFolder("installer");
        archive.AddFile("installer/install", EmbeddedFile.Read("node/install"));
        archive.AddFile($"installer/{InstanceFiles.LoaderName(architecture)}", File.ReadAllBytes(tools.DiskLoader));
        if (tools.Kexec.Count > 0)
        {
            archive.AddFolder("installer/kexec");
        }

        foreach (var path in tools.Kexec)
        {
            archive.AddFile($"installer/kexec/{Path.GetFileName(path)}", File.ReadAllBytes(path), executable: true);
        }

        archive.AddFolder("installer/modules");
        var modules = new KernelModules(tools.KernelModules);
        AddModules(archive, "installer/modules", ScsiModules.Concat(FileSystemModules).SelectMany(modules.Closure).Except(Modules.SelectMany(modules.Closure)));
        archive.Finish();
        return stream.ToArray();
    }

    private static void AddModules(CpioArchive archive, string folder, IEnumerable<string> modules)
    {
        foreach (var (index, path) in modules.Distinct().Index())
        {
            archive.AddFile($"{folder}/{index:00}-{Path.GetFileName(path)}", File.ReadAllBytes(path));
        }
    }
}
