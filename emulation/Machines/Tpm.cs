using Lab.Model;

namespace Lab.Emulation.Machines;

/// <summary>
/// A node's TPM 2.0: swtpm, in the sandbox of its QEMU. What it remembers (seeds, keys, counters) is in a folder of the lab's and lives as
/// long as the lab, over resets and power-cycles.
/// </summary>
/// <param name="Path">The folder.</param>
public sealed record Tpm(string Path)
{
    /// <summary>Where QEMU finds it, in the sandbox.</summary>
    internal const string Socket = "/tmp/tpm";

    /// <summary>
    /// Starts it before QEMU, and it ends when QEMU does. The folder's name comes in a variable: the option that takes one ends it at a comma.
    /// </summary>
    internal const string Before = $"\"$SWTPM\" socket --tpm2 --ctrl type=unixio,path={Socket} --terminate --daemon";

    /// <summary>How it is now.</summary>
    public StorageState State => new("TPM", StorageState.Of(LastWritten));

    /// <summary>Makes it a new machine's, while the machine is off: swtpm makes a new one in an empty folder.</summary>
    /// <exception cref="LabException">The host's file system does not have it.</exception>
    public void MakeBlank() =>
        StorageState.Change(
            $"empty the TPM {Path}",
            () =>
            {
                Directory.CreateDirectory(Path);
                foreach (var file in Directory.GetFiles(Path))
                {
                    File.Delete(file);
                }
            }
        );

    /// <summary>The variables that it is started with.</summary>
    internal static Dictionary<string, string?> Variables(string swtpm, string path) => new() { ["SWTPM"] = swtpm, ["TPM_PATH"] = path };

    private DateTime? LastWritten() => Directory.GetFiles(Path, "*.permall").Select(file => (DateTime?)File.GetLastWriteTime(file)).Max();
}
