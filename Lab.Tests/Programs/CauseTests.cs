using System.IO.Compression;
using Lab.Emulation.Images;
using Lab.Emulation.Linux;
using Lab.Model.Definition;

namespace Lab.Tests.Programs;

/// <summary>Boots that really fail, and whether the cause that is told is the real one.</summary>
[BootsMachines]
public sealed class CauseTests : IAsyncDisposable
{
    private readonly LabProgram _program = new();

    [Theory]
    [InlineData("larger than memory", "initrd", "iPXE has no room in the machine's memory for the kernel and the initramfs.", "No space left on device")]
    [InlineData("larger than memory when unpacked", "userspace", "The machine has not memory enough for the initramfs once it is unpacked.", "write error")]
    [InlineData("not an initramfs", "userspace", "Linux cannot unpack the initramfs:", "Initramfs unpacking failed: ")]
    [InlineData("without init", "userspace", "Linux found no init in the initramfs,", "VFS: Unable to mount root fs")]
    [InlineData(
        "init for another machine",
        "lease",
        "The init of the initramfs is a program for another architecture than the kernel's.",
        "Failed to execute /init (error -8)"
    )]
    [InlineData("init that ends", "lease", "The image's init has ended,", "Attempted to kill init! exitcode=0x00000300")]
    public async Task What_is_wrong_with_an_initramfs_is_told_as_what_it_is(string initramfs, string stage, string cause, string evidence)
    {
        var tools = await new HostInstaller(LabFolders.OfUser, _ => { }).ProvideAsync(install: true, tryAgain: false, TestContext.Current.CancellationToken);
        File.Copy(tools.Of(Architecture.Arm64).Kernel, Path.Combine(_program.Folder.Path, "linux"));
        await WriteAsync(initramfs, tools, Path.Combine(_program.Folder.Path, "initrd"));
        _program.Folder.File(
            "lab.yaml",
            """
            image: { kernel: linux, initrd: initrd, ready: "tcp:22" }
            nodes: [{ name: cp1, mac: "52:54:00:13:00:01", address: 10.20.13.11, memoryMib: 256 }]
            """
        );
        var run = await _program.RunAsync("up", "--once", "--json", "--timeout", "90");
        Assert.True(run.ExitCode == 1, run.Transcript);
        var failure = Assert.Single(run.Of("failure"));
        Assert.StartsWith(cause, (string?)failure["cause"]);
        Assert.Equal(stage, (string?)failure["stage"]);
        Assert.Contains(evidence, (string?)failure["evidence"]![0]);
    }

    public ValueTask DisposeAsync() => _program.DisposeAsync();

    private static async Task WriteAsync(string kind, HostTools tools, string path)
    {
        await using var file = File.Create(path);
        await using var gzip = new GZipStream(file, CompressionLevel.Fastest);
        Stream target = kind == "larger than memory when unpacked" ? gzip : file;
        if (kind == "not an initramfs")
        {
            target.Write("This is a page that says that the file has moved.\n"u8);
            return;
        }

        var archive = new CpioArchive(target);
        archive.AddFolder("bin");
        archive.AddFolder("dev");
        archive.AddDevice("dev/console", 5, 1);
        archive.AddFile(
            "bin/busybox",
            await File.ReadAllBytesAsync(tools.Of(Architecture.Arm64).Busybox, TestContext.Current.CancellationToken),
            executable: true
        );
        if (kind.StartsWith("larger", StringComparison.Ordinal))
        {
            archive.AddFile("large", new byte[400 << 20]);
        }
        else if (kind == "init for another machine")
        {
            archive.AddFile("init", [0x7f, .. "ELF"u8, 2, 1, 1, .. new byte[9], 2, 0, 62, 0, .. new byte[100]], executable: true);
        }
        else if (kind == "init that ends")
        {
            archive.AddFile("init", "#!/bin/busybox sh\nexit 3\n"u8, executable: true);
        }

        archive.Finish();
    }
}
