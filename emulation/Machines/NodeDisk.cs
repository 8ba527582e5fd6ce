using Lab.Emulation.Linux;
using Lab.Model;
using Lab.Model.Definition;

namespace Lab.Emulation.Machines;

/// <summary>A node's disk: a raw file in the lab's run folder, which takes room only for what was written.</summary>
/// <param name="Path">The file.</param>
/// <param name="Gib">Its size in GiB.</param>
/// <param name="Bus">How it is connected.</param>
public sealed record NodeDisk(string Path, int Gib, DiskBus Bus)
{
    /// <summary>The disks of a node, the one that it boots from first. No node's name holds a dot.</summary>
    public static IReadOnlyList<NodeDisk> AllOf(LabDefinition lab, NodeDefinition node, LabFolder folder) =>
        [
            .. lab.MachineOf(node)
                .Disks.Select((disk, index) => new NodeDisk(folder.Disk(index == 0 ? node.Name : $"{node.Name}.{index + 1}"), disk.Gib, disk.Bus)),
        ];

    /// <summary>What is to be said of a lab's disks before its nodes write to them; null when they cannot exceed what is free.</summary>
    /// <param name="lab">The lab.</param>
    /// <param name="folder">Its files.</param>
    /// <param name="free">Free bytes where they are; asked of the file system when null.</param>
    public static string? Warning(LabDefinition lab, LabFolder folder, long? free = null)
    {
        var all = lab.Nodes.SelectMany(node => lab.MachineOf(node).Disks).Sum(disk => (long)disk.Gib) << 30;
        var left = free ?? new DriveInfo(folder.Root).AvailableFreeSpace;
        return all > left
            ? $"The disks of the nodes may grow to {all >> 30} GiB, and {left / (double)(1 << 30):0.0} GiB are free in {folder.Root}. A node that finds the host's disk full is paused. Set nodes[].diskGib to less, or XDG_STATE_HOME to a folder elsewhere."
            : null;
    }

    /// <summary>How it is now: blank, or with which table of partitions.</summary>
    public StorageState State => new($"Disk of {Gib} GiB", Content());

    /// <summary>
    /// Puts a blank one in its place, while the machine is off. Whenever this is interrupted, the disk is the one before or the blank one. Only
    /// its user can read it: a Talos keeps its secrets there.
    /// </summary>
    /// <exception cref="LabException">The host's file system does not have it.</exception>
    public void MakeBlank()
    {
        var blank = $"{Path}.blank";
        try
        {
            using (var file = SecretFile.Create(blank))
            {
                file.SetLength(Gib * (1L << 30));
            }

            File.Move(blank, Path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LabException(
                $"Cannot make the disk {Path} of {Gib} GiB: {e.Message.TrimEnd('.')}. Set nodes[].diskGib to less, or to 0 for a node without a disk, or XDG_STATE_HOME to a folder elsewhere.",
                inner: e
            );
        }
    }

    /// <summary>The table of partitions is in the first two sectors, by the UEFI specification 5.3.2 and 5.2.1; the stand-in's mark before the first partition.</summary>
    private string Content()
    {
        try
        {
            using var file = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var start = new byte[Math.Min(file.Length, 1 << 20)];
            file.ReadExactly(start);
            return start.AsSpan(512).StartsWith("EFI PART"u8) ? "has partitions (GPT)"
                : start is { Length: > 511 } && (start[510], start[511]) == (0x55, 0xAA) ? "has partitions (MBR)"
                : start.AsSpan().ContainsAnyExcept((byte)0) ? "written, without partitions"
                : "blank in its first MiB";
        }
        catch (IOException)
        {
            return "not made yet";
        }
    }
}
