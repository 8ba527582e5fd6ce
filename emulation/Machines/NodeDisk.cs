using Lab.Emulation.Host;
using Lab.Model;
using Lab.Model.Definition;

namespace Lab.Emulation.Machines;

/// <summary>A node's disk: a raw file in the lab's run folder, which takes room only for what was written.</summary>
/// <param name="Path">The file.</param>
/// <param name="Gib">Its size in GiB.</param>
public sealed record NodeDisk(string Path, int Gib)
{
    /// <summary>The disk of a node; null for a node without one.</summary>
    public static NodeDisk? Of(LabDefinition lab, NodeDefinition node, LabFolder folder) =>
        lab.DiskGibOf(node) is > 0 and var gib ? new NodeDisk(folder.Disk(node.Name), gib) : null;

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
            throw new LabException($"Cannot make the disk {Path} of {Gib} GiB: {e.Message.TrimEnd('.')}. Set nodes[].diskGib to less, or to 0 for a node without a disk, or XDG_STATE_HOME to a folder elsewhere.", inner: e);
        }
    }
}
