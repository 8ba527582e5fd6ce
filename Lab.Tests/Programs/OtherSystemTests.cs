using Lab.Emulation.Images;
using Lab.Emulation.Linux;
using Lab.Model.Definition;

namespace Lab.Tests.Programs;

/// <summary>Operating systems that are not Talos, booted as lab.yaml says.</summary>
[BootsMachines]
public sealed class OtherSystemTests : IAsyncDisposable
{
    private const string Installer = "debian-installer-12-netboot-arm64";

    private readonly LabProgram _program = new();

    [Fact]
    public async Task Debians_installer_is_ready_when_it_asks_its_first_question()
    {
        var folder = Path.Combine(await InstallerAsync(), "usr/lib/debian-installer/images/12/arm64/text/debian-installer/arm64");
        _program.Folder.File("lab.yaml", $"image: {{ kernel: {folder}/linux, initrd: {folder}/initrd.gz, ready: 'console:/Select a language/' }}\n");
        // Its initramfs is large, and a busy machine takes minutes to unpack it.
        var run = await _program.RunAsync("up", "--once", "--json", "--timeout", "900");
        Assert.True(run.ExitCode == 0, run.Transcript);
        Assert.Equal(
            ["firmware", "dhcp", "tftp", "ipxe", "script", "kernel", "initrd", "linux", "userspace", "ready"],
            run.Of("milestone").Select(milestone => (string)milestone["stage"]!)
        );
        Assert.Equal("console", (string?)run.Of("milestone").Last()["source"]);
        await _program.NothingIsLeftAsync();
    }

    [Fact]
    public async Task A_Debian_with_systemd_is_ready_by_what_systemd_starts()
    {
        var tools = await new HostInstaller(LabFolders.OfUser, _ => { }).ProvideAsync(install: true, tryAgain: false, TestContext.Current.CancellationToken);
        File.Copy(tools.Of(Architecture.Arm64).Kernel, Path.Combine(_program.Folder.Path, "linux"));
        await SystemdRoot.WriteAsync(Path.Combine(_program.Folder.Path, "initrd.gz"), tools);
        _program.Folder.File(
            "lab.yaml",
            $"image: {{ kernel: linux, initrd: initrd.gz, arguments: [systemd.log_target=console, {SystemdRoot.Arguments}], ready: 'tcp:22' }}\nmachine: {{ memoryMib: 1024 }}\n"
        );
        var run = await _program.RunAsync("up", "--once", "--json", "--timeout", "900");
        Assert.True(run.ExitCode == 0, run.Transcript);
        var stages = run.Of("milestone").Select(milestone => (string)milestone["stage"]!).ToList();
        string[] expected = ["linux", "userspace", "lease", "ready"];
        Assert.Equal(expected, stages.Where(stage => expected.Contains(stage)));
        Assert.Equal("bastion", (string?)run.Of("milestone").Last()["source"]);
        await _program.NothingIsLeftAsync();
    }

    [Theory]
    [InlineData("lan", "http:50000/index.html")]
    [InlineData("vpc", "http:50000/index.html")]
    [InlineData("vpc", "console:/serving tcp=50000$/")]
    public async Task A_system_is_ready_by_the_sign_that_lab_yaml_names(string network, string ready)
    {
        await WriteAsync(ready);
        var run = await _program.RunAsync("up", "--once", "--json", "--timeout", "900", LabProgram.In(network));
        Assert.True(run.ExitCode == 0, run.Transcript);
        Assert.Equal("ready", (string?)run.Of("milestone").Last()["stage"]);
    }

    [Fact]
    public async Task A_system_that_gives_another_answer_is_not_ready()
    {
        await WriteAsync("http:50000/missing");
        var run = await _program.RunOutOfTimeAsync("up");
        Assert.True(run.ExitCode == 1, run.Transcript);
        Assert.Equal("lease", (string?)run.Of("milestone").Last()["stage"]);
        var failure = Assert.Single(run.Of("failure"));
        Assert.Equal("ready", (string?)failure["stage"]);
        Assert.Equal("The node runs but gives a wrong answer (GET /missing on tcp 50000: answered 404).", (string?)failure["cause"]);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_named_before_anything_starts()
    {
        _program.Folder.File("lab.yaml", "image: { kernel: boot/linux, ready: 'tcp:22' }\n");
        var run = await _program.RunAsync("up", "--once");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"image.kernel: there is no file {Path.Combine(_program.Folder.Path, "boot/linux")}.", run.Errors);
        await _program.NothingIsLeftAsync();
    }

    public ValueTask DisposeAsync() => _program.DisposeAsync();

    /// <summary>Writes a lab whose node boots the stand-in as a system of the user's.</summary>
    private async Task WriteAsync(string ready)
    {
        var tools = await new HostInstaller(LabFolders.OfUser, _ => { }).ProvideAsync(install: true, tryAgain: false, TestContext.Current.CancellationToken);
        File.Copy(tools.Of(Architecture.Arm64).Kernel, Path.Combine(_program.Folder.Path, "linux"));
        File.Copy(StandInImage.Get(tools, LabFolders.OfUser).InitrdPath, Path.Combine(_program.Folder.Path, "initrd"));
        _program.Folder.File("lab.yaml", $"image: {{ kernel: linux, initrd: initrd, arguments: [quiet], ready: '{ready}' }}\n");
    }

    /// <summary>The package's files, fetched once into the user's cache.</summary>
    private static async Task<string> InstallerAsync()
    {
        var target = Path.Combine(LabFolders.OfUser.Cache, "packages", $"test-{Installer}");
        if (!Directory.Exists(target))
        {
            var archive = await DebianArchive.OpenAsync("bookworm", LabFolders.OfUser.Cache, _ => { }, TestContext.Current.CancellationToken);
            await archive.UpdateAsync(TestContext.Current.CancellationToken);
            await archive.UnpackAsync(Installer, target, TestContext.Current.CancellationToken);
        }

        return target;
    }
}
