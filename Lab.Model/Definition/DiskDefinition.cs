using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Lab.Model.Definition;

/// <summary>A disk of a virtual machine.</summary>
public sealed record DiskDefinition
{
    [Description("Size in GiB.")]
    [Range(1, 1024, ErrorMessage = "a disk is {1} to {2} GiB")]
    [Example(20)]
    public required int Gib { get; init; }

    [Description("How it is connected: virtio (/dev/vda), nvme (/dev/nvme0n1), scsi or ahci (/dev/sda).")]
    public DiskBus Bus { get; init; } = DiskBus.Virtio;
}

/// <summary>How a disk is connected: an operating system names it by that.</summary>
public enum DiskBus
{
    /// <summary>virtio-blk, as in most clouds: <c>/dev/vda</c>.</summary>
    Virtio,

    /// <summary>NVMe, as in PCs and EC2's Nitro instances: <c>/dev/nvme0n1</c>.</summary>
    Nvme,

    /// <summary>virtio-scsi: <c>/dev/sda</c>.</summary>
    Scsi,

    /// <summary>SATA: <c>/dev/sda</c>.</summary>
    Ahci,
}
