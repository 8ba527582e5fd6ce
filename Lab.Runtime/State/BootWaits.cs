using Lab.Emulation.Machines;

namespace Lab.Runtime.State;

/// <summary>What a boot waits for on its way to a stage.</summary>
public static class BootWaits
{
    /// <summary>To follow <c>waits for</c>.</summary>
    public static string Of(BootStage stage) =>
        stage switch
        {
            BootStage.Firmware => "the first line of the firmware on the console",
            BootStage.Dhcp => "a lease for the firmware",
            BootStage.Tftp => "the network boot program over TFTP",
            BootStage.Ipxe => "the first line of iPXE on the console",
            BootStage.UserData => "the user data of the instance",
            BootStage.Script or BootStage.Disk => "its boot script from the boot server",
            BootStage.Kernel => "the kernel from the boot server",
            BootStage.Initrd => "the initramfs from the boot server",
            BootStage.Linux => "the first line of Linux on the console",
            BootStage.Userspace => "the first line of the image's init on the console",
            BootStage.Lease => "a lease for Linux",
            BootStage.Config => "its machine configuration from the boot server",
            BootStage.Images => "a manifest through every registry cache",
            _ => "the sign that it is ready",
        };
}
