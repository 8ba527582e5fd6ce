using CliWrap;
using CliWrap.Buffered;
using Lab.Emulation.Images;

namespace Lab.Tests.Emulation;

public sealed class CpioArchiveTests
{
    [Fact]
    public void The_same_content_gives_the_same_bytes() => Assert.Equal(Archive(), Archive());

    [Fact]
    public async Task Python_reads_back_what_was_written()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "archive");
        await File.WriteAllBytesAsync(path, Archive(), TestContext.Current.CancellationToken);

        // An independent reader of the format: header fields by their documented place.
        const string reader = """
            import sys
            data = open(sys.argv[1], 'rb').read()
            at = 0
            while True:
                field = lambda i: int(data[at + 6 + 8 * i : at + 14 + 8 * i], 16)
                mode, size, name_size = field(1), field(6), field(11)
                name = data[at + 110 : at + 110 + name_size - 1].decode()
                body = (at + 110 + name_size + 3) // 4 * 4
                if name == 'TRAILER!!!':
                    break
                print(name, oct(mode), data[body : body + size].decode(), field(9), field(10))
                at = (body + size + 3) // 4 * 4
            """;
        var result = await Cli.Wrap("python3").WithArguments(["-c", reader, path]).ExecuteBufferedAsync(TestContext.Current.CancellationToken);
        Assert.Equal(
            "dev 0o40755  0 0\ndev/console 0o20600  5 1\ninit 0o100755 #!x 0 0\nodd 0o100644 12345 0 0\nsh 0o120777 busybox 0 0\n",
            result.StandardOutput
        );
    }

    private static byte[] Archive()
    {
        using var stream = new MemoryStream();
        var archive = new CpioArchive(stream);
        archive.AddFolder("dev");
        archive.AddDevice("dev/console", 5, 1);
        archive.AddFile("init", "#!x"u8, executable: true);
        archive.AddFile("odd", "12345"u8);
        archive.AddLink("sh", "busybox");
        archive.Finish();
        return stream.ToArray();
    }
}
