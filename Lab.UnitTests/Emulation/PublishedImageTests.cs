using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Lab.Emulation.Images;
using Lab.Emulation.Linux;
using Lab.Emulation.Services;
using Lab.Model;
using Lab.Model.Registries;
using ZstdSharp;

namespace Lab.UnitTests.Emulation;

/// <summary>Kernels and initramfs as they are published, in a folder of the user's.</summary>
public sealed class PublishedImageTests : IDisposable
{
    private static readonly byte[] Kernel = EfiPrograms.Build(EfiPrograms.Arm64, (".text", new byte[3000]));
    private static readonly byte[] Initrd = [.. "070701"u8, .. Header(0, "TRAILER!!!"), .. new byte[4]];

    private readonly TemporaryFolder _folder = new();

    private string Image => Path.Combine(_folder.Path, "image");

    [Fact]
    public async Task A_unified_kernel_image_is_taken_apart()
    {
        Add(
            "vmlinuz.efi",
            EfiPrograms.Build(
                EfiPrograms.Arm64,
                (".osrel", "ID=talos\n"u8.ToArray()),
                (".linux", Kernel),
                (".initrd", Initrd),
                (".cmdline", "talos.platform=metal a=1\0"u8.ToArray())
            )
        );
        var image = await GetAsync();
        Assert.Equal(Kernel, File.ReadAllBytes(image.KernelPath));
        Assert.Equal(Initrd, File.ReadAllBytes(image.InitrdPath));
        Assert.Equal(["talos.platform=metal", "a=1", "console=ttyAMA0"], image.Image.Arguments);

        var unpacked = File.GetLastWriteTimeUtc(image.KernelPath);
        Assert.Equal((image.KernelPath, unpacked), ((await GetAsync()).KernelPath, File.GetLastWriteTimeUtc(image.KernelPath)));

        Add(
            "vmlinuz.efi",
            EfiPrograms.Build(
                EfiPrograms.Arm64,
                (".linux", Kernel),
                (".initrd", [.. Initrd, 0, 0, 0, 0]),
                (".cmdline", "b=2 console=ttyAMA0,115200"u8.ToArray())
            )
        );
        image = await GetAsync();
        Assert.Equal(Initrd.Length + 4, new FileInfo(image.InitrdPath).Length);
        Assert.Equal(["b=2", "console=ttyAMA0,115200"], image.Image.Arguments);
    }

    [Fact]
    public async Task Of_several_profiles_the_first_is_taken()
    {
        byte[] other = [.. Initrd, 0, 0, 0, 0];
        Add(
            "vmlinuz.efi",
            EfiPrograms.Build(
                EfiPrograms.Arm64,
                (".linux", Kernel),
                (".initrd", Initrd),
                (".cmdline", "base=1"u8.ToArray()),
                (".profile", "ID=main\n"u8.ToArray()),
                (".cmdline", "main=1"u8.ToArray()),
                (".profile", "ID=reset\n"u8.ToArray()),
                (".initrd", other),
                (".cmdline", "reset=1"u8.ToArray())
            )
        );
        var image = await GetAsync();
        Assert.Equal("main=1", image.Image.Arguments[0]);
        Assert.Equal(Initrd, File.ReadAllBytes(image.InitrdPath));
    }

    [Theory]
    [InlineData("vmlinuz", "initramfs.xz")]
    [InlineData("linux", "initrd.gz")]
    public async Task A_kernel_beside_its_initramfs_is_taken_before_a_unified_one(string kernel, string initrd)
    {
        Add(kernel, Kernel);
        Add(initrd, Initrd);
        Add("vmlinuz.efi", "not looked at"u8.ToArray());
        var image = await GetAsync();
        Assert.Equal((Path.Combine(Image, kernel), Path.Combine(Image, initrd)), (image.KernelPath, image.InitrdPath));
        Assert.Equal((kernel, initrd), (image.Image.Kernel, image.Image.Initrd));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("zstd")]
    [InlineData("zboot gzip")]
    [InlineData("zboot zstd")]
    [InlineData("unified zboot gzip")]
    public async Task A_packed_kernel_is_unpacked(string packing)
    {
        var packed = packing.Split(' ').Reverse().Aggregate(Kernel, Pack);
        Add("vmlinuz", packed);
        Add("initramfs.xz", Initrd);
        var image = await GetAsync();
        Assert.Equal(Kernel, File.ReadAllBytes(image.KernelPath));
        Assert.Equal(Path.Combine(Image, "initramfs.xz"), image.InitrdPath);
    }

    [Fact]
    public async Task A_kernel_that_decompresses_itself_by_another_method_is_started_as_it_is()
    {
        Add("vmlinuz", Zboot(new byte[100], "lzma"));
        Add("initramfs.xz", Initrd);
        Assert.Equal(Path.Combine(Image, "vmlinuz"), (await GetAsync()).KernelPath);
    }

    [Theory]
    [InlineData(0x8664, "is for amd64, not for arm64")]
    [InlineData(0x5064, "is for RISC-V, not for arm64")]
    [InlineData(0x1234, "is for the machine type 0x1234, not for arm64")]
    public async Task A_kernel_for_another_machine_is_named(ushort machine, string problem)
    {
        Add("vmlinuz", EfiPrograms.Build(machine, (".text", new byte[100])));
        Add("initramfs.xz", Initrd);
        await RefusedAsync($"--image: the kernel vmlinuz of {Image} {problem}.");

        // Also inside of what looks right from outside.
        Add("vmlinuz", EfiPrograms.Build(EfiPrograms.Arm64, (".linux", EfiPrograms.Build(machine, (".text", new byte[100])))));
        await RefusedAsync(problem);
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("gzip")]
    [InlineData("zstd")]
    [InlineData("zboot gzip")]
    [InlineData("unified plain")]
    public async Task A_kernel_that_ends_too_early_is_refused(string packing)
    {
        var kernel = EfiPrograms.Build(EfiPrograms.Arm64, (".text", RandomNumberGenerator.GetBytes(3000)));
        var packed = packing.Split(' ').Reverse().Aggregate(kernel, Pack);
        Add("initramfs.xz", Initrd);
        foreach (var length in new[] { packed.Length - 600, packed.Length / 2, 200 })
        {
            Add("vmlinuz", packed[..length]);
            await RefusedAsync("ends too early");
        }

        Add("vmlinuz", []);
        await RefusedAsync("is empty");
    }

    [Theory]
    [InlineData("cpio")]
    [InlineData("gzip")]
    [InlineData("zstd")]
    [InlineData("cpio gzip")]
    public async Task An_initramfs_that_ends_too_early_is_refused(string layout)
    {
        var content = RandomNumberGenerator.GetBytes(2000);
        byte[] archive = [.. "070701"u8, .. Header(content.Length, "file"), .. content, .. Initrd];
        byte[] initrd = [.. layout.Split(' ').SelectMany(part => part == "cpio" ? [.. archive, .. new byte[512 - archive.Length % 512]] : Pack(archive, part))];
        Add("vmlinuz", Kernel);
        Add("initramfs.xz", initrd);
        await GetAsync();
        foreach (var length in new[] { initrd.Length - 700, 50, 0 })
        {
            Add("initramfs.xz", initrd[..length]);
            await RefusedAsync("ends too early");
        }
    }

    [Fact]
    public async Task An_xz_file_ends_with_its_footer()
    {
        Add("vmlinuz", Kernel);
        Add("initramfs.xz", [0xfd, .. "7zXZ"u8, 0, .. new byte[20], .. "YZ"u8]);
        await GetAsync();
        Add("initramfs.xz", [0xfd, .. "7zXZ"u8, 0, .. new byte[22]]);
        await RefusedAsync("ends too early");
    }

    [Fact]
    public async Task A_sum_beside_a_file_is_verified()
    {
        Add("vmlinuz", Kernel);
        Add("initramfs.xz", Initrd);
        Add("vmlinuz.sha256", Encoding.ASCII.GetBytes($"{Digest.Sha256(Kernel).Hex}  vmlinuz\n"));
        Add("initramfs.xz.sha256", Encoding.ASCII.GetBytes(Digest.Sha256(Initrd).Hex));
        await GetAsync();

        Add("initramfs.xz", [.. Initrd, 0, 0, 0, 0]);
        await RefusedAsync("the initramfs initramfs.xz of");
        await RefusedAsync($"is not what initramfs.xz.sha256 beside it says: it has the SHA-256 {Digest.Sha256([.. Initrd, 0, 0, 0, 0]).Hex}, expected");

        Add("initramfs.xz.sha256", "<html>"u8.ToArray());
        await RefusedAsync("initramfs.xz.sha256 beside it holds no SHA-256");
    }

    [Theory]
    [InlineData(new byte[] { 0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00 }, "is compressed with xz, which firmware cannot start. Decompress it: unxz")]
    [InlineData(
        new byte[] { 0x7f, 0x45, 0x4c, 0x46, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 183, 0 },
        "is an ELF file (vmlinux) for arm64, which firmware cannot start"
    )]
    [InlineData(new byte[] { 0x23, 0x21, 0x69, 0x70, 0x78, 0x65 }, "is not an EFI program for arm64")]
    [InlineData(new byte[] { 0x4d, 0x5a }, "is not an EFI program for arm64")]
    public async Task What_is_not_a_kernel_is_named_for_what_it_is(byte[] content, string problem)
    {
        Add("vmlinuz", content);
        Add("initramfs.xz", Initrd);
        await RefusedAsync(problem);
    }

    [Fact]
    public async Task An_argument_that_iPXE_would_change_is_refused()
    {
        Add("vmlinuz.efi", EfiPrograms.Build(EfiPrograms.Arm64, (".linux", Kernel), (".initrd", Initrd), (".cmdline", "a=${net0/mac}"u8.ToArray())));
        await RefusedAsync("has the argument a=${net0/mac}, which iPXE would not pass on");
    }

    [Fact]
    public async Task A_unified_kernel_without_an_initramfs_needs_one_beside_it()
    {
        Add("vmlinuz.efi", EfiPrograms.Build(EfiPrograms.Arm64, (".linux", Kernel)));
        await RefusedAsync("holds no initramfs, and there is none beside it");
    }

    [Fact]
    public async Task A_folder_without_a_kernel_says_what_was_looked_for()
    {
        Add("readme", []);
        await RefusedAsync("holds no kernel; looked for kernel-arm64, vmlinuz-arm64, vmlinuz, linux, vmlinuz.efi.");
    }

    public void Dispose() => _folder.Dispose();

    private void Add(string name, byte[] content)
    {
        Directory.CreateDirectory(Image);
        File.WriteAllBytes(Path.Combine(Image, name), content);
    }

    private async Task<NodeImage> GetAsync() =>
        (
            await new ImageChoice(Image, new(), null!, new LabFolders(_folder.Path, _folder.Path), _ => { }).GetAllAsync(TestContext.Current.CancellationToken)
        ).All.Single();

    private async Task RefusedAsync(string problem) => Assert.Contains(problem, (await Assert.ThrowsAsync<LabException>(GetAsync)).Message);

    private static byte[] Pack(byte[] content, string packing)
    {
        using var target = new MemoryStream();
        switch (packing)
        {
            case "gzip":
                using (var gzip = new GZipStream(target, CompressionLevel.Fastest))
                {
                    gzip.Write(content);
                }

                return target.ToArray();
            case "zstd":
                using (var zstd = new CompressionStream(target))
                {
                    zstd.Write(content);
                }

                return target.ToArray();
            case "zboot":
                return Zboot(content, content[0] == 0x1f ? "gzip" : "zstd");
            case "unified":
                return EfiPrograms.Build(EfiPrograms.Arm64, (".linux", content));
            default:
                return content;
        }
    }

    /// <summary>As the kernel's build makes it: after the payload come its size, which does not count, and filling.</summary>
    private static byte[] Zboot(byte[] payload, string compression)
    {
        var program = EfiPrograms.Build(EfiPrograms.Arm64, (".data", [.. payload, 1, 2, 3, 4]));
        "zimg"u8.CopyTo(program.AsSpan(4));
        BitConverter.TryWriteBytes(program.AsSpan(8), 512);
        BitConverter.TryWriteBytes(program.AsSpan(12), payload.Length);
        Encoding.ASCII.GetBytes($"{compression}\0").CopyTo(program.AsSpan(24));
        return program;
    }

    /// <summary>What follows the magic of a file in a cpio archive, up to its content.</summary>
    private static byte[] Header(int length, string name)
    {
        int[] fields = [1, 0x81a4, 0, 0, 1, 0, length, 0, 0, 0, 0, name.Length + 1, 0];
        var header = string.Concat(fields.Select(field => field.ToString("x8", CultureInfo.InvariantCulture))) + name;
        return Encoding.ASCII.GetBytes(header + new string('\0', 4 - (6 + header.Length) % 4));
    }
}
