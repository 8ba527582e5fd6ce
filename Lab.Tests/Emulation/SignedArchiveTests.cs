using Lab.Emulation.Linux;
using Lab.Model;

namespace Lab.Tests.Emulation;

/// <summary>Packages of Debian without apt: from the real archive, and from one that somebody has changed on the way.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class SignedArchiveTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("bookworm")]
    [InlineData("trixie")]
    public async Task What_a_lab_needs_is_the_same_as_with_apt(string release)
    {
        // The smallest of each: an architecture's own, and one for all.
        string[] packages = release == "bookworm" ? ["busybox-static:arm64", "busybox-static:amd64"] : ["ipxe:arm64"];
        var mirror = await AptArchive.MirrorAsync(Token);
        Assert.SkipWhen(mirror is null, "There is no apt that knows Debian on this machine.");
        var (with, without) = (new AptArchive(release, _folder.Path, mirror, _ => { }), new SignedArchive(release, _ => { }));
        await with.UpdateAsync(Token);
        await without.UpdateAsync(Token);
        foreach (var package in packages)
        {
            var (one, other) = (Path.Combine(_folder.Path, "with"), Path.Combine(_folder.Path, "without"));
            await with.UnpackAsync(package, one, Token);
            await without.UnpackAsync(package, other, Token);
            Assert.Equal(Content(one), Content(other));
        }

        if (release == "bookworm")
        {
            Assert.Equal(
                await with.FirstDependencyAsync("linux-image-cloud-arm64", Token),
                (await without.FirstDependencyAsync("linux-image-cloud-arm64", Token)).Split(':')[0]
            );
        }
    }

    [Theory]
    [InlineData("InRelease", "its release is not signed by Debian")]
    [InlineData("Packages.gz", "main/binary-arm64/Packages.gz is not what the release says")]
    [InlineData(".deb", "is not what its list says")]
    public async Task What_was_changed_on_the_way_is_refused(string file, string message)
    {
        var archive = new SignedArchive("bookworm", _ => { }, new Meddler(path => path.EndsWith(file, StringComparison.Ordinal)));
        var target = Path.Combine(_folder.Path, "target");
        var refused = await Assert.ThrowsAsync<LabException>(async () =>
        {
            await archive.UpdateAsync(Token);
            await archive.UnpackAsync("busybox-static:arm64", target, Token);
        });
        Assert.Contains(message, refused.Message);
        Assert.Equal(2, refused.ExitCode);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task Another_release_than_the_one_that_is_meant_is_refused()
    {
        var archive = new SignedArchive(
            "bookworm",
            _ => { },
            new Meddler(_ => false) { Instead = path => path.Replace("/bookworm/", "/trixie/", StringComparison.Ordinal) }
        );
        Assert.Contains("it is the release of another name", (await Assert.ThrowsAsync<LabException>(() => archive.UpdateAsync(Token))).Message);
    }

    [Fact]
    public async Task What_is_not_there_is_named_with_what_to_do()
    {
        var archive = new SignedArchive("no-such-release", _ => { });
        var missing = await Assert.ThrowsAsync<LabException>(() => archive.UpdateAsync(Token));
        Assert.Contains("dists/no-such-release/InRelease cannot be fetched", missing.Message);
        Assert.Contains(DebianArchive.MirrorVariable, missing.Message);
    }

    public void Dispose() => _folder.Dispose();

    private static IReadOnlyList<string> Content(string folder) =>
        [
            .. Directory
                .GetFileSystemEntries(folder, "*", SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal)
                .Select(path =>
                    new FileInfo(path) is { LinkTarget: { } target } ? $"{Path.GetRelativePath(folder, path)} -> {target}"
                    : Directory.Exists(path) ? Path.GetRelativePath(folder, path)
                    : $"{Path.GetRelativePath(folder, path)} {File.GetUnixFileMode(path)} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path)))}"
                ),
        ];

    /// <summary>Between the archive and who reads it: turns a bit of what a path has.</summary>
    private sealed class Meddler(Func<string, bool> changes) : DelegatingHandler(new SocketsHttpHandler())
    {
        public Func<string, string> Instead { get; init; } = path => path;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var uri = request.RequestUri!.AbsoluteUri;
            request.RequestUri = new Uri(Instead(uri));
            var response = await base.SendAsync(request, cancellationToken);
            if (changes(uri))
            {
                var content = await response.Content.ReadAsByteArrayAsync(cancellationToken);
                content[content.Length / 2] ^= 1;
                response.Content = new ByteArrayContent(content);
            }

            return response;
        }
    }
}
