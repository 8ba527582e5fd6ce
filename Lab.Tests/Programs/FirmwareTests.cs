using CliWrap;
using CliWrap.Buffered;
using Lab.Emulation.Machines;
using Lab.Model.Definition;
using Lab.Model.Running;
using Lab.Model.Services;

namespace Lab.Tests.Programs;

/// <summary>What happens before Linux: a real firmware and a real iPXE that go off, wait for ever, or get their lease from somebody else.</summary>
[BootsMachines]
public sealed class FirmwareTests
{
    [Fact]
    public async Task A_node_that_powers_itself_off_in_its_firmware_is_off_and_says_so()
    {
        await using var lab = await RunAsync("poweroff");
        await lab.UntilAsync(_ => lab.Of("cp1").State == ResourceState.Exited, "the node is off");
        Assert.Equal("off: it powered itself off", lab.Of("cp1").Detail);
        var boot = Assert.Single(lab.Resources.Boots);
        Assert.Equal(BootStage.Ipxe, boot.Stages[^1].Stage);
        Assert.Equal("The machine is off: it powered itself off.", boot.Failure!.Cause);
    }

    [Fact]
    public async Task A_node_that_waits_for_ever_in_iPXE_is_told_with_what_it_waits_for()
    {
        await using var lab = await RunAsync(":wait\nsleep 60\ngoto wait", TimeSpan.FromSeconds(40));
        await lab.UntilAsync(_ => lab.Resources.Boots is [{ Failure: not null }], "the boot's time has run out");
        var failure = lab.Resources.Boots[0].Failure!;
        Assert.Equal(BootStage.Script, failure.Stage);
        Assert.Contains("boot-server is Healthy", failure.Evidence);
        Assert.Equal(ResourceState.Unhealthy, lab.Of("cp1").State);
    }

    [Fact]
    public async Task Where_another_dhcp_server_answers_the_evidence_names_it()
    {
        await using var lab = await RunAsync("sleep 600", TimeSpan.FromSeconds(30));
        await lab.UntilAsync(_ => lab.Of("cp1").State == ResourceState.Running, "the node is on");
        Assert.Null(await lab.Resources.ExecuteAsync(Dnsmasq.Name, "stop", TestContext.Current.CancellationToken));
        var lan = $"lab.{lab.Folder.UniqueName}.lan";
        foreach (
            var command in new[]
            {
                $"-n {lan} link add rival type veth peer name rival-port",
                $"-n {lan} link set rival-port master br0 up",
                $"-n {lan} address add 10.20.13.66/24 dev rival",
                $"-n {lan} link set rival up",
            }
        )
        {
            await Cli.Wrap("ip").WithArguments(command).ExecuteBufferedAsync(TestContext.Current.CancellationToken);
        }

        using var stop = new CancellationTokenSource();
        var serving = Cli.Wrap("ip")
            .WithArguments(
                $"netns exec {lan} dnsmasq --keep-in-foreground --conf-file=/dev/null --user=root --group=root --pid-file= --port=0 --interface=rival --bind-interfaces --dhcp-range=10.20.13.217,10.20.13.217 --dhcp-range=10.20.13.230,10.20.13.240 --dhcp-authoritative --dhcp-leasefile={lab.Folder.Run}/rival --log-facility=-"
            )
            .WithValidation(CommandResultValidation.None)
            .ExecuteAsync(stop.Token);
        Assert.Null(await lab.Resources.ExecuteAsync("cp1", "power-cycle", TestContext.Current.CancellationToken));
        await lab.UntilAsync(_ => lab.Resources.Boots is [{ Failure.Stage: BootStage.Dhcp }], "the boot's time has run out");
        Assert.Contains(
            lab.Resources.Boots[0].Failure!.Evidence,
            line => line.StartsWith($"{Observation.Lan}: DHCPOFFER of 10.20.13.66: 10.20.13.2", StringComparison.Ordinal)
        );
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await serving);
    }

    /// <summary>A lab whose nodes get from TFTP, beside iPXE itself, what iPXE shall do instead of booting.</summary>
    private static async Task<LabInProcess> RunAsync(string script, TimeSpan? timeout = null)
    {
        var lab = await LabInProcess.RunAsync(new LabDefinition { Name = "inside", Nodes = [new LabDefinition().Nodes[0] with { DiskGib = 0 }] }, timeout);
        await lab.UntilAsync(_ => lab.Of(Dnsmasq.Name).State == ResourceState.Healthy, "TFTP serves");
        await File.WriteAllTextAsync(
            Path.Combine(lab.Folder.Run, "tftp", Dnsmasq.AutoexecScript),
            $"#!ipxe\n{script}\n",
            TestContext.Current.CancellationToken
        );
        return lab;
    }
}
