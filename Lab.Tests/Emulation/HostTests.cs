using System.Diagnostics;
using CliWrap;
using Lab.Emulation.Linux;
using Lab.Model;

namespace Lab.Tests.Emulation;

public sealed class HostTests
{
    [Fact]
    public void A_journal_reads_back_and_forgets_a_line_that_was_cut_off()
    {
        using var folder = new TemporaryFolder();
        var lab = new LabFolder("test", folder.Path);
        using (var journal = Journal.Create(lab))
        {
            journal.Write(new NamespaceMade("lab.test.lan"));
            journal.Write(new ProcessStarted("dnsmasq"));
        }

        File.AppendAllText(lab.Journal, "{\"kind\":\"namespace\",\"Na");
        Assert.Equal([new NamespaceMade("lab.test.lan"), new ProcessStarted("dnsmasq")], Journal.Read(lab));
    }

    [Fact]
    public void A_lab_without_a_journal_has_done_nothing()
    {
        using var folder = new TemporaryFolder();
        Assert.Empty(Journal.Read(new LabFolder("test", folder.Path)));
    }

    [Fact]
    public async Task A_lab_of_real_machines_needs_no_emulator_of_machines()
    {
        var tools = await new HostInstaller(LabFolders.OfUser, _ => { }, servesOnly: true).ProvideAsync(
            install: true,
            tryAgain: false,
            TestContext.Current.CancellationToken
        );
        Assert.Empty(tools.Machines);
        Assert.All([tools.Dnsmasq, tools.Ipxe, tools.DockerRegistry], path => Assert.True(File.Exists(path), path));
    }

    [Fact]
    public async Task A_process_is_signalled_only_while_it_is_the_same()
    {
        using var process = Process.Start("sleep", "600");
        var identity = ProcessIdentity.Of(process.Id)!;
        (identity with { StartTicks = identity.StartTicks - 1 }).Kill();
        Assert.True(identity.IsAlive);
        identity.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.False(identity.IsAlive);
    }

    [Fact]
    public async Task Processes_of_a_lab_are_found_by_their_mark_and_no_others()
    {
        using var folder = new TemporaryFolder();
        var (mine, other) = (new LabFolder("a", Path.Combine(folder.Path, "a")), new LabFolder("a2", Path.Combine(folder.Path, "a2")));
        var (first, second) = (Sleep(mine), Sleep(other));
        try
        {
            Assert.Equal([first.ProcessId], ProcessMark.Find(mine).Select(process => process.Pid));
            await CleanUp.RunAsync(mine, TestContext.Current.CancellationToken);
            Assert.Empty(ProcessMark.Find(mine));
            Assert.Equal([second.ProcessId], ProcessMark.Find(other).Select(process => process.Pid));
        }
        finally
        {
            await CleanUp.RunAsync(other, CancellationToken.None);
            await Task.WhenAll(first.Task, second.Task);
        }
    }

    [Fact]
    public void A_lab_has_one_holder()
    {
        using var folder = new TemporaryFolder();
        var lab = new LabFolder("test", folder.Path);
        using (LabLock.TryTake(lab))
        {
            Assert.Null(LabLock.TryTake(lab));
        }

        using var again = LabLock.TryTake(lab);
        Assert.NotNull(again);
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_not_taken_for_a_lab_that_runs()
    {
        using var folder = new TemporaryFolder();
        var inTheWay = folder.File("test", "");
        var error = Assert.Throws<LabException>(() => LabLock.TryTake(new LabFolder("test", inTheWay)));
        Assert.Contains($"Cannot write to {inTheWay}: ", error.Message);
        Assert.EndsWith("Set XDG_STATE_HOME to a folder of yours.", error.Message);
    }

    [Fact]
    public void A_socket_path_that_Linux_does_not_allow_is_an_error_with_a_way_out()
    {
        var lab = new LabFolder("test", "/" + new string('x', 100));
        Assert.Contains("XDG_STATE_HOME", Assert.Throws<Lab.Model.LabException>(() => lab.Socket("console")).Message);
    }

    private static CommandTask<CommandResult> Sleep(LabFolder lab) =>
        Cli.Wrap("sleep")
            .WithArguments(["60"])
            .WithEnvironmentVariables(new Dictionary<string, string?> { [ProcessMark.Variable] = lab.Run })
            .WithValidation(CommandResultValidation.None)
            .ExecuteAsync();

    [Theory]
    [InlineData("other-network")]
    [InlineData("../../x")]
    [InlineData("lab.other.123456.lan")]
    [InlineData("lab.test.bastion; reboot")]
    public async Task A_forged_entry_of_a_journal_removes_nothing_of_others_and_does_not_keep_the_rest(string name)
    {
        using var folder = new TemporaryFolder();
        var lab = new LabFolder("test", folder.Path);
        Directory.CreateDirectory(lab.Run);
        using (var journal = Journal.Create(lab))
        {
            journal.Write(new NamespaceMade(name));
        }

        var removed = await CleanUp.RunAsync(lab, TestContext.Current.CancellationToken);

        Assert.Equal(
            [$"nothing of the journal's entry for a namespace '{name}', which is not this lab's", "the run folder"],
            removed.Order(StringComparer.Ordinal)
        );
        Assert.False(File.Exists(lab.Journal));
    }

    [Fact]
    public async Task A_foreign_namespace_survives_a_forged_journal()
    {
        Assert.SkipUnless(Environment.UserName == "root", "Root makes named namespaces.");
        var foreign = $"foreign-{Guid.NewGuid():N}"[..20];
        await Cli.Wrap("ip").WithArguments(["netns", "add", foreign]).ExecuteAsync(TestContext.Current.CancellationToken);
        try
        {
            using var folder = new TemporaryFolder();
            var lab = new LabFolder("test", folder.Path);
            using (var journal = Journal.Create(lab))
            {
                journal.Write(new NamespaceMade(foreign));
            }

            await CleanUp.RunAsync(lab, TestContext.Current.CancellationToken);

            Assert.True(File.Exists($"/run/netns/{foreign}"));
        }
        finally
        {
            await Cli.Wrap("ip").WithArguments(["netns", "delete", foreign]).ExecuteAsync(CancellationToken.None);
        }
    }

    [Fact]
    public async Task A_process_of_another_user_with_the_labs_mark_is_not_the_labs()
    {
        Assert.SkipUnless(Environment.UserName == "root", "Another user is needed.");
        using var folder = new TemporaryFolder();
        var lab = new LabFolder("test", folder.Path);
        using var foreign = Process.Start(
            new ProcessStartInfo("setpriv", ["--reuid=65534", "--regid=65534", "--clear-groups", "sleep", "600"])
            {
                Environment = { [ProcessMark.Variable] = lab.Run },
            }
        )!;
        try
        {
            using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(3));
            while (ProcessIdentity.UserOf(foreign.Id) != 65534)
            {
                await Task.Delay(10, deadline.Token);
            }

            Assert.DoesNotContain(ProcessMark.Find(lab), process => process.Pid == foreign.Id);
        }
        finally
        {
            foreign.Kill();
        }
    }

    [Fact]
    public void A_process_that_does_not_hold_the_labs_lock_does_not_run_it()
    {
        using var folder = new TemporaryFolder();
        var lab = new LabFolder("test", Path.Combine(folder.Path, "test"));
        var self = ProcessIdentity.Of(Environment.ProcessId)!;

        Assert.False(self.Holds(lab));
        using var held = LabLock.TryTake(lab);
        Assert.True(self.Holds(lab));
    }
}
