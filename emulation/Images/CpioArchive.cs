using System.Globalization;
using System.Text;

namespace Lab.Emulation.Images;

/// <summary>
/// Writes a cpio archive in the "new ASCII" format that Linux unpacks as an initramfs (the kernel's
/// Documentation/driver-api/early-userspace/buffer-format.rst). Owner, times and inode numbers are constants or counted, so the same
/// content gives the same bytes.
/// </summary>
internal sealed class CpioArchive(Stream stream)
{
    private const int Directory = 0x4000;
    private const int RegularFile = 0x8000;
    private const int CharacterDevice = 0x2000;
    private const int SymbolicLink = 0xa000;

    private int _inode;

    /// <summary>Adds a folder; parents come before children.</summary>
    public void AddFolder(string path) => Add(path, Directory | Octal("755"), []);

    /// <summary>Adds a file.</summary>
    public void AddFile(string path, ReadOnlySpan<byte> content, bool executable = false) =>
        Add(path, RegularFile | Octal(executable ? "755" : "644"), content);

    /// <summary>Adds a symbolic link.</summary>
    public void AddLink(string path, string target) => Add(path, SymbolicLink | Octal("777"), Encoding.UTF8.GetBytes(target));

    /// <summary>Adds a character device.</summary>
    public void AddDevice(string path, int major, int minor) => Add(path, CharacterDevice | Octal("600"), [], major, minor);

    /// <summary>Ends the archive.</summary>
    public void Finish() => Add("TRAILER!!!", 0, []);

    private void Add(string path, int mode, ReadOnlySpan<byte> content, int major = 0, int minor = 0)
    {
        var name = Encoding.UTF8.GetBytes(path + "\0");
        int[] fields = [++_inode, mode, 0, 0, 1, 0, content.Length, 0, 0, major, minor, name.Length, 0];
        stream.Write(Encoding.ASCII.GetBytes("070701" + string.Concat(fields.Select(field => field.ToString("x8", CultureInfo.InvariantCulture)))));
        stream.Write(name);
        Pad(110 + name.Length);
        stream.Write(content);
        Pad(content.Length);
    }

    private void Pad(int length) => stream.Write(stackalloc byte[(4 - length % 4) % 4]);

    private static int Octal(string digits) => Convert.ToInt32(digits, 8);
}
