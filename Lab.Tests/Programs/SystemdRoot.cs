using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using CliWrap;
using Lab.Emulation.Images;
using Lab.Emulation.Linux;
using Lab.Model.Definition;

namespace Lab.Tests.Programs;

/// <summary>
/// A Debian with systemd as an initramfs: its packages as they are, unpacked and never configured, with a network by DHCP and a
/// service that systemd starts for who connects to port 22.
/// </summary>
internal static class SystemdRoot
{
    /// <summary>Arguments of the kernel that leave out what costs an emulated processor seconds, and nobody looks at here.</summary>
    public const string Arguments = "cryptomgr.notests, nokaslr, audit=0, mitigations=off, rcupdate.rcu_expedited=1, systemd.condition-needs-update=no";

    /// <summary>Nothing of these is needed to boot, and all of it would be unpacked by an emulated processor.</summary>
    private static readonly string[] LeftOut =
    [
        "lib/udev/hwdb.d/",
        "usr/lib/aarch64-linux-gnu/gconv/",
        "usr/share/doc/",
        "usr/share/i18n/",
        "usr/share/info/",
        "usr/share/locale/",
        "usr/share/man/",
        "var/cache/",
    ];

    private static readonly string Next =
        "[Unit]\nAfter=systemd-networkd.service\n[Service]\nType=oneshot\n"
        + "StandardOutput=journal+console\nStandardError=journal+console\n"
        // By kexec_load(2), since Debian's kernel for clouds lacks kexec_file_load(2).
        + "ExecStart=/sbin/kexec -c -l /boot/linux --initrd=/boot/initrd --command-line='console=ttyAMA0 talos.platform=metal "
        + $"{Arguments.Replace(", ", " ", StringComparison.Ordinal)}'\n"
        + "ExecStart=/sbin/kexec -e\n";

    private static readonly Dictionary<string, string> Files = new()
    {
        ["etc/passwd"] = "root:x:0:0:root:/root:/bin/sh\nsystemd-network:x:998:998::/:/usr/sbin/nologin\n",
        ["etc/group"] = "root:x:0:\ntty:x:5:\nsystemd-network:x:998:\n",
        ["etc/machine-id"] = "0123456789abcdef0123456789abcdef\n",
        ["etc/systemd/network/any.network"] = "[Match]\nName=e*\n[Network]\nDHCP=ipv4\nLinkLocalAddressing=no\n",
        ["etc/systemd/system/hello.socket"] = "[Socket]\nListenStream=22\nAccept=yes\n",
        ["etc/systemd/system/hello@.service"] = "[Service]\nExecStart=/bin/echo hello\nStandardOutput=socket\n",
    };

    private static readonly (string Unit, string Target)[] Wanted =
    [
        ("drivers.service", "../drivers.service"),
        ("hello.socket", "../hello.socket"),
        ("systemd-networkd.service", "/lib/systemd/system/systemd-networkd.service"),
    ];

    /// <summary>Writes the initramfs.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tools">Has the kernel and its modules.</param>
    /// <param name="next">An initramfs that it starts the kernel with by kexec, as soon as it is up; null for one that stays.</param>
    public static async Task WriteAsync(string path, HostTools tools, string? next = null)
    {
        var packages = Path.Combine(LabFolders.OfUser.Cache, "packages", "test-systemd-root-kexec.tar");
        if (!File.Exists(packages))
        {
            var partial = $"{packages}.{Guid.NewGuid():N}";
            await Cli.Wrap("mmdebstrap")
                .WithArguments([
                    "--quiet",
                    "--format=tar",
                    "--architectures=arm64",
                    "--variant=extract",
                    "--include=systemd-sysv,udev,kmod,kexec-tools",
                    "bookworm",
                    partial,
                    "http://deb.debian.org/debian",
                ])
                .ExecuteAsync(TestContext.Current.CancellationToken);
            File.Move(partial, packages, overwrite: true);
        }

        await using var file = File.Create(path);
        await using var packed = new GZipStream(file, CompressionLevel.Fastest);
        var archive = new CpioArchive(packed);
        await AddPackagesAsync(archive, packages);
        foreach (var folder in new[] { "proc", "sys", "run", "root", "modules", "etc/systemd/system/multi-user.target.wants" })
        {
            archive.AddFolder(folder);
        }

        var drivers = new List<string>();
        var modules = new KernelModules(tools.Of(Architecture.Arm64).KernelModules);
        foreach (var module in new[] { "virtio_pci", "virtio_net" }.SelectMany(modules.Closure).Distinct())
        {
            drivers.Add($"modules/{Path.GetFileName(module)}");
            archive.AddFile(drivers[^1], await File.ReadAllBytesAsync(module, TestContext.Current.CancellationToken));
        }

        archive.AddFile(
            "etc/systemd/system/drivers.service",
            Encoding.UTF8.GetBytes(
                $"[Unit]\nDefaultDependencies=no\nBefore=systemd-networkd.service\n[Service]\nType=oneshot\n{string.Concat(drivers.Select(driver => $"ExecStart=-/sbin/insmod /{driver}\n"))}"
            )
        );
        foreach (var (name, text) in Files)
        {
            archive.AddFile(name, Encoding.UTF8.GetBytes(text));
        }

        foreach (var (unit, target) in Wanted)
        {
            archive.AddLink($"etc/systemd/system/multi-user.target.wants/{unit}", target);
        }

        if (next is not null)
        {
            archive.AddFolder("boot");
            archive.AddFile("boot/linux", await File.ReadAllBytesAsync(tools.Of(Architecture.Arm64).Kernel, TestContext.Current.CancellationToken));
            archive.AddFile("boot/initrd", await File.ReadAllBytesAsync(next, TestContext.Current.CancellationToken));
            archive.AddFile("etc/systemd/system/next.service", Encoding.UTF8.GetBytes(Next));
            archive.AddLink("etc/systemd/system/multi-user.target.wants/next.service", "../next.service");
        }

        archive.AddLink("init", "lib/systemd/systemd");
        archive.Finish();
    }

    private static async Task AddPackagesAsync(CpioArchive archive, string packages)
    {
        await using var reader = new TarReader(File.OpenRead(packages));
        while (await reader.GetNextEntryAsync(copyData: true, TestContext.Current.CancellationToken) is { } entry)
        {
            var name = entry.Name.TrimStart('.').Trim('/');
            if (name.Length == 0 || name == "etc/fstab" || LeftOut.Any(folder => $"{name}/".StartsWith(folder, StringComparison.Ordinal)))
            {
                continue;
            }

            switch (entry.EntryType)
            {
                case TarEntryType.Directory:
                    archive.AddFolder(name);
                    break;
                case TarEntryType.SymbolicLink:
                    archive.AddLink(name, entry.LinkName);
                    break;
                case TarEntryType.HardLink:
                    archive.AddLink(name, $"/{entry.LinkName.TrimStart('.').Trim('/')}");
                    break;
                case TarEntryType.RegularFile or TarEntryType.V7RegularFile:
                    using (var content = new MemoryStream())
                    {
                        await (entry.DataStream?.CopyToAsync(content, TestContext.Current.CancellationToken) ?? Task.CompletedTask);
                        archive.AddFile(name, content.ToArray(), entry.Mode.HasFlag(UnixFileMode.UserExecute));
                    }

                    break;
            }
        }
    }
}
