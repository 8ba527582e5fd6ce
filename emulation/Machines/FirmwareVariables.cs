using Lab.Emulation.Linux;
using Lab.Model;

namespace Lab.Emulation.Machines;

/// <summary>
/// A node's UEFI variables: what its firmware and operating system note about booting, in a flash chip of the machine. A raw file in the
/// lab's run folder, which takes room only for what was written.
/// </summary>
/// <param name="Path">The file.</param>
/// <param name="Blank">The chip as the firmware's package has it, which is empty and has the chip's size.</param>
public sealed record FirmwareVariables(string Path, string Blank)
{
    /// <summary>How they are now: empty, as a new machine has them, or when they were written last.</summary>
    public StorageState State => new("UEFI variables", StorageState.Of(LastWritten));

    /// <summary>
    /// Puts an empty one in its place, while the machine is off. Whenever this is interrupted, it is the one before or the empty one. Only its
    /// user can read it.
    /// </summary>
    /// <exception cref="LabException">The host's file system does not have it.</exception>
    public void MakeBlank() =>
        StorageState.Change(
            $"make the UEFI variables {Path}",
            () =>
            {
                var (blank, content) = ($"{Path}.blank", File.ReadAllBytes(Blank));
                using (var file = SecretFile.Create(blank))
                {
                    file.Write(content.AsSpan().TrimEnd((byte)0));
                    file.SetLength(content.Length);
                }

                File.Move(blank, Path, overwrite: true);
            }
        );

    private DateTime? LastWritten() => Read(Path).AsSpan().SequenceEqual(Read(Blank)) ? null : File.GetLastWriteTime(Path);

    /// <summary>QEMU writes while it is read.</summary>
    private static byte[] Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var content = new byte[file.Length];
        file.ReadExactly(content);
        return content;
    }
}
