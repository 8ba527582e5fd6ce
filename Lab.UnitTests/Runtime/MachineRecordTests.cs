using Lab.Emulation.Linux;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Runtime.Lan;

namespace Lab.UnitTests.Runtime;

/// <summary>Which machines are taken for installed.</summary>
public sealed class MachineRecordTests : IDisposable
{
    private static readonly MacAddress Machine = MacAddress.Parse("52:54:00:13:00:01");
    private readonly LabFolder _folder = new("home", Directory.CreateTempSubdirectory("machine-records-").FullName);

    [Fact]
    public void A_machine_that_answers_and_was_never_served_is_installed() => Assert.True(MachineRecord.Unknown.Answered("it answers").IsLeftToDisk);

    [Fact]
    public void A_machine_that_was_served_may_run_from_memory_whatever_answers() =>
        Assert.Null(MachineRecord.Unknown.Served().Answered("it answers").Installed);

    [Fact]
    public void Only_a_kernel_that_was_sent_uses_a_reinstallation_up()
    {
        var reinstalled = MachineRecord.Unknown with { Installed = "marked by hand", Reinstall = true };
        Assert.False(reinstalled.Served().IsLeftToDisk);
        Assert.True(reinstalled.Served().Booted().IsLeftToDisk);
    }

    [Fact]
    public void A_mark_that_was_taken_back_does_not_come_back_because_the_machine_answers()
    {
        var taken = (MachineRecord.Unknown with { Installed = "marked by hand", Reinstall = true }).NotInstalled();
        Assert.Equal((false, false), (taken.IsLeftToDisk, taken.Reinstall));
        Assert.Null(taken.Answered("it answers").Installed);
    }

    [Fact]
    public void What_is_known_stays_when_the_lab_ends()
    {
        MachineRecords.Read(_folder).Change(Machine, record => record with { Installed = "marked by hand", Reinstall = true });
        Assert.Equal(new MachineRecord { Installed = "marked by hand", Reinstall = true }, MachineRecords.Read(_folder).Of(Machine));
        Assert.Equal(MachineRecord.Unknown, MachineRecords.Read(_folder).Of(MacAddress.Parse("52:54:00:13:00:02")));
    }

    [Fact]
    public void A_damaged_file_is_not_guessed_at()
    {
        File.WriteAllText(Path.Combine(_folder.Root, "machines.json"), "{");
        Assert.Contains("machines.json is damaged", Assert.Throws<LabException>(() => MachineRecords.Read(_folder)).Message);
    }

    public void Dispose() => Directory.Delete(_folder.Root, recursive: true);
}
