using Lab.Emulation.Linux;
using Lab.Emulation.Machines;

namespace Lab.Tests.Emulation;

/// <summary>What a lab keeps to its user, whatever the umask.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class PrivateFilesTests : IDisposable
{
    private const UnixFileMode OfUser = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_labs_folder_that_others_may_enter_is_closed_when_the_lab_starts()
    {
        var lab = new LabFolder("test", Path.Combine(_folder.Path, "test"));
        Directory.CreateDirectory(lab.Root);
        File.SetUnixFileMode(lab.Root, (UnixFileMode)0b111_111_111);

        using var held = LabLock.TryTake(lab);

        Assert.Equal(OfUser | UnixFileMode.UserExecute, File.GetUnixFileMode(lab.Root));
    }

    [Fact]
    public void A_journal_that_others_may_write_is_closed_when_the_lab_starts()
    {
        var lab = new LabFolder("test", _folder.Path);
        File.WriteAllText(lab.Journal, "");
        File.SetUnixFileMode(lab.Journal, (UnixFileMode)0b110_110_110);

        using var journal = Journal.Create(lab);

        Assert.Equal(OfUser, File.GetUnixFileMode(lab.Journal));
    }

    [Fact]
    public void A_machines_monitor_is_its_users()
    {
        var path = Path.Combine(_folder.Path, "monitor.sock");

        using var monitor = new MachineMonitor(path);

        Assert.Equal(OfUser, File.GetUnixFileMode(path));
    }

    public void Dispose() => _folder.Dispose();
}
