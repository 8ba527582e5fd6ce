using System.IO.Compression;
using Lab.Emulation.Images;
using Lab.Model;

namespace Lab.UnitTests.Emulation;

public sealed class KernelArchitectureTests
{
    [Fact]
    public void A_compressed_kernel_is_named_as_what_it_is()
    {
        using var folder = new TemporaryFolder();
        var kernel = folder.File("vmlinuz", "");
        using (var file = File.Create(kernel))
        using (var gzip = new GZipStream(file, CompressionLevel.Fastest))
        {
            gzip.Write(new byte[4096]);
        }

        var message = Assert.Throws<LabException>(() => KernelArchitecture.MustBeArm64(kernel, "images")).Message;
        Assert.Equal("--image: the kernel vmlinuz of images is compressed with gzip, which firmware cannot start. Decompress it: gunzip.", message);
    }

    [Theory]
    [InlineData("", "no EFI program for arm64")]
    [InlineData("MZ", "no EFI program for arm64")]
    [InlineData("#!ipxe\n", "no EFI program for arm64")]
    public void What_is_no_kernel_is_refused(string content, string what)
    {
        using var folder = new TemporaryFolder();
        var kernel = folder.File("vmlinuz", content);
        Assert.EndsWith($" is {what}.", Assert.Throws<LabException>(() => KernelArchitecture.MustBeArm64(kernel, "images")).Message);
    }
}
