using Lab.Emulation.Machines;
using Lab.Model.Definition;

namespace Lab.Tests.Emulation;

/// <summary>Why a boot does not go on, from what the real programs wrote.</summary>
public sealed class DiagnosisTests
{
    private const string On = "UEFI firmware (version  built at 13:10:49 on Nov  5 2024)";
    private const string FromDisk = "BdsDxe: starting Boot0001 \"UEFI Misc Device\" from PciRoot(0x0)/Pci(0x2,0x0)";
    private const string FromNetwork = "BdsDxe: starting Boot0002 \"UEFI PXEv4 (MAC:525400130001)\" from PciRoot(0x0)/Pci(0x1,0x0)/MAC(525400130001,0x1)/IPv4(0.0.0.0,0x0,DHCP,0.0.0.0,0.0.0.0,0.0.0.0)";

    [Fact]
    public void A_machine_that_boots_from_its_disk_is_not_said_to_lack_something_of_the_network() =>
        Assert.Contains("boots from its disk", CauseAfter(On, FromDisk, "iPXE initialising devices..."));

    [Theory]
    [InlineData(On, FromDisk, On, FromNetwork)]
    [InlineData(On, "BdsDxe: failed to load Boot0001 \"UEFI Misc Device\" from PciRoot(0x0)/Pci(0x2,0x0): Not Found", FromNetwork)]
    public void A_disk_that_was_booted_before_or_is_blank_is_not_to_blame(params string[] console) =>
        Assert.Contains("boot server has no script", CauseAfter(console));

    private static string CauseAfter(params string[] console)
    {
        var timeline = new BootTimeline();
        timeline.Add(new Observation(BootStage.Ipxe, ObservationKind.Reached, Observation.SerialConsole, "iPXE"), TimeSpan.FromSeconds(2));
        var lab = new LabDefinition();
        return Diagnosis.Of(lab, lab.Nodes[0].Mac, timeline, new Dictionary<string, string>(), component => component == Observation.SerialConsole ? console : [], exitCode: null).Cause;
    }
}
