using Lab.Emulation.Linux;

namespace Lab.Tests.Programs;

/// <summary>What the processes of a lab may do on this machine.</summary>
[Collection(VirtualMachines.Name)]
public sealed class PrivilegeTests : IAsyncDisposable
{
    private readonly LabProgram _program = new();

    [Theory]
    [InlineData("qemu-system-aar,dnsmasq,docker-registry,dotnet,python")]
    [InlineData("qemu-system-aar,dnsmasq,docker-registry,dotnet,python", "--vpc")]
    public async Task No_process_of_a_lab_has_more_than_the_network_of_the_lab(string programs, params string[] options)
    {
        var run = _program.Start(["up", "--json", .. options]);
        await run.WaitForAsync(happened => (string?)happened["event"] == "summary");
        var lab = _program.Folders.Lab("lab");

        // At home the emulator has no process before it is asked.
        using var client = new HttpClient();
        await client.GetStringAsync(
            $"{run.Of("service").Last(service => (string?)service["name"] == "aws")["url"]}/moto-api/",
            TestContext.Current.CancellationToken
        );

        var all = ProcessMark.Find(lab).Select(process => ProcessPrivileges.Of(process.Pid)).OfType<ProcessPrivileges>().ToList();
        foreach (var program in programs.Split(','))
        {
            Assert.True(
                all.Exists(process => process.Program.StartsWith(program, StringComparison.Ordinal)),
                $"{program} is not among {string.Join(", ", all.Select(process => process.Program))}"
            );
        }

        Assert.All(all, process => Assert.Null(process.Excess(lab)));
        Assert.All(
            all.Where(process => process.Program.StartsWith("qemu", StringComparison.Ordinal)),
            process => Assert.True(process is { HasFilter: true, Effective: 0 }, $"{process}")
        );
        Assert.All(all, process => Assert.True(process.Effective == 0 || process.Program == "dnsmasq", $"{process}"));

        var doctor = await _program.RunAsync("doctor");
        Assert.True(doctor.ExitCode == 0, doctor.Transcript);
        Assert.Contains("Processes of lab lab", doctor.Transcript, StringComparison.Ordinal);
        Assert.DoesNotContain("TOO MUCH", doctor.Transcript, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_process_has_too_much_is_told()
    {
        var lab = _program.Folders.Lab("lab") with { HasServiceUsers = true };
        var own = ServiceUser.Of(lab, ServiceRole.Machines)!.Value;
        var good = new ProcessPrivileges(1, "qemu", own, 0, 0, CanGain: false, HasFilter: true, IsInOwnUserNamespace: false);
        Assert.Null(good.Excess(lab));
        Assert.Equal("runs as user 0", (good with { User = 0 }).Excess(lab));
        Assert.Equal("may gain privileges", (good with { CanGain = true }).Excess(lab));
        Assert.NotNull((good with { Bounding = 1 << 21 }).Excess(lab));
        Assert.NotNull((good with { Effective = 1 << 21 }).Excess(lab));
    }

    public ValueTask DisposeAsync() => _program.DisposeAsync();
}
