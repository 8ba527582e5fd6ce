using System.Text;
using Lab.Emulation.Images;
using Lab.Emulation.Linux;
using Lab.Emulation.Services;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Tests.Emulation.Caches;

namespace Lab.Tests.Emulation.Images;

/// <summary><c>--image</c> with a release of Talos.</summary>
public sealed class TalosReleaseTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly FaultyRegistry _server = new();

    public async ValueTask InitializeAsync() => await _server.StartAsync();

    [Fact]
    public async Task A_release_is_fetched_once_and_verified()
    {
        AddRelease(FaultyRegistry.Digest(BootFiles.Kernel()));
        var image = await GetAsync();
        Assert.Equal(BootFiles.Kernel(), await File.ReadAllBytesAsync(image.KernelPath, TestContext.Current.CancellationToken));
        Assert.Equal(BootFiles.Initramfs, await File.ReadAllBytesAsync(image.InitrdPath, TestContext.Current.CancellationToken));

        await _server.StopAsync();
        Assert.Equal(image.KernelPath, (await GetAsync()).KernelPath);
    }

    [Fact]
    public async Task A_server_that_breaks_off_is_told_and_asked_again_the_next_time()
    {
        AddRelease(FaultyRegistry.Digest(BootFiles.Kernel()));
        _server.CutBeforeEnd = 1000;
        await FailsAsync("cannot be fetched");
        _server.CutBeforeEnd = null;
        await GetAsync();
    }

    [Fact]
    public async Task A_file_that_the_sums_do_not_match_is_thrown_away()
    {
        AddRelease($"sha256:{new string('0', 64)}");
        await FailsAsync("is not what it should be");
    }

    [Fact]
    public async Task A_release_that_does_not_exist_is_told() => await FailsAsync("there is no Talos release v1.2.3");

    [Theory]
    [InlineData("v1.11.2", true)]
    [InlineData("v1.12.0-beta.1", true)]
    [InlineData("1.11.2", false)]
    [InlineData("v1.11", false)]
    [InlineData("v1.11.2/../x", false)]
    public void Names_of_releases(string text, bool isVersion) => Assert.Equal(isVersion, TalosRelease.IsVersion(text));

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    private void AddRelease(string kernelDigest)
    {
        _server.AddFile("/v1.2.3/vmlinuz-arm64", BootFiles.Kernel());
        _server.AddFile("/v1.2.3/initramfs-arm64.xz", BootFiles.Initramfs);
        _server.AddFile(
            "/v1.2.3/sha256sum.txt",
            Encoding.UTF8.GetBytes(
                $"{new string('1', 64)}  metal-arm64.raw.zst\n{kernelDigest[7..]}  vmlinuz-arm64\n{FaultyRegistry.Digest(BootFiles.Initramfs)[7..]}  _out/initramfs-arm64.xz\n"
            )
        );
    }

    private async Task FailsAsync(string message)
    {
        var error = await Assert.ThrowsAsync<LabException>(GetAsync);
        Assert.Contains(message, error.Message);
    }

    private Task<NodeImage> GetAsync() =>
        new TalosRelease("v1.2.3", Architecture.Arm64, new LabFolders(_folder.Path, _folder.Path), _ => { }, $"{_server.Url}").GetAsync(
            TestContext.Current.CancellationToken
        );
}
