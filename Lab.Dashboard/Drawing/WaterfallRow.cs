using Lab.Emulation.Machines;

namespace Lab.Dashboard.Drawing;

/// <summary>A stage in a waterfall: the time from the stage before it to its own.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="State">What the boot has made of it.</param>
/// <param name="From">Since the machine was switched on; null for a stage ahead.</param>
/// <param name="To">When it was reached, or now; null for a stage ahead.</param>
/// <param name="Source">Whose word it is; null for a stage that was not reached.</param>
public sealed record WaterfallRow(BootStage Stage, StageState State, TimeSpan? From, TimeSpan? To, string? Source)
{
    /// <summary>How long the boot took from the stage before.</summary>
    public TimeSpan? Took => To - From;

    /// <summary>Who works in this stage; class name of the style sheet.</summary>
    public string Phase =>
        Stage switch
        {
            BootStage.Firmware => "firmware",
            BootStage.Dhcp or BootStage.Tftp or BootStage.Ipxe or BootStage.UserData or BootStage.Script or BootStage.Disk => "netboot",
            BootStage.Kernel or BootStage.Initrd => "download",
            BootStage.Linux or BootStage.Userspace or BootStage.Lease => "linux",
            _ => "serving",
        };
}
