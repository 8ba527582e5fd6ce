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

    /// <summary>What some kernels have built in.</summary>
    private static readonly string[] ModulesOrBuiltIn = ["tpm_tis"];

    /// <summary>The image, built when the cache does not hold it.</summary>
    public static NodeImage Get(HostTools tools, LabFolders folders, Architecture architecture = Architecture.Arm64)
    {
        var machine = tools.Of(architecture);
        var content = Build(machine);
        var folder = Path.Combine(folders.Cache, "images");
        var path = Path.Combine(folder, $"stand-in-{Convert.ToHexStringLower(SHA256.HashData(content))[..16]}");
        if (!File.Exists(path))
        {
            // Several labs may build at once: each writes its own file and the last rename wins with the same bytes.
            Directory.CreateDirectory(folder);
            var unfinished = $"{path}.{Environment.ProcessId}";
            File.WriteAllBytes(unfinished, content);
            File.Move(unfinished, path, overwrite: true);
        }

        return new NodeImage(BootImage.StandIn.For(architecture), machine.Kernel, path)
        {
            From = "built on this machine from Debian's kernel; it is not Talos",
            Assets = new Dictionary<string, string> { ["bash"] = machine.Bash },
        };
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
        var paths = Modules.SelectMany(modules.Closure).Concat(ModulesOrBuiltIn.SelectMany(modules.ClosureOrBuiltIn)).Distinct().ToList();
        for (var i = 0; i < paths.Count; i++)
        {
            archive.AddFile($"modules/{i:00}-{Path.GetFileName(paths[i])}", File.ReadAllBytes(paths[i]));
        }

        archive.Finish();
        return stream.ToArray();
    }
}
