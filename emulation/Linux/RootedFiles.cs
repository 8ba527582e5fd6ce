using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Lab.Emulation.Linux;

/// <summary>
/// The files in a folder that is somebody else's: a path goes through it as if it were the root of all, so no symbolic link in it leads
/// this program anywhere else.
/// </summary>
/// <param name="root">The folder.</param>
/// <param name="owner">The user that gets what is written; null for this program's.</param>
internal sealed class RootedFiles(string root, uint? owner)
{
    private const int ReadOnly = 0,
        WriteOnly = 1,
        Create = 0x40,
        Truncate = 0x200,
        NonBlocking = 0x800,
        CloseOnExec = 0x80000;

    /// <summary>O_DIRECTORY is another number on ARM; O_PATH alone opens a folder as well.</summary>
    private const int PathOnly = 0x200000;

    /// <summary>rwxr-xr-x and rw-r--r--.</summary>
    private const int ProgramMode = 0b111_101_101,
        FileMode = 0b110_100_100;

    private const int LargestText = 4 << 20;

    /// <summary>Reads a text.</summary>
    /// <exception cref="IOException">There is none, or it is no file of a text's size.</exception>
    public string ReadAllText(string path)
    {
        using var file = Open(path, ReadOnly, 0);
        if (file.Length > LargestText)
        {
            throw new IOException($"{path} has {file.Length} bytes, which is too large to be read.");
        }

        using var reader = new StreamReader(file);
        return reader.ReadToEnd();
    }

    /// <summary>Writes a text, over one that is there.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void WriteAllText(string path, string content, bool isProgram = false)
    {
        using var file = Open(path, WriteOnly | Create | Truncate, isProgram ? ProgramMode : FileMode);
        file.Write(Encoding.UTF8.GetBytes(content));
    }

    /// <summary>Copies a file of this machine into it.</summary>
    /// <exception cref="IOException">It cannot be copied.</exception>
    public void CopyInto(string source, string path)
    {
        using var from = File.OpenRead(source);
        using var to = Open(path, WriteOnly | Create | Truncate, FileMode);
        from.CopyTo(to);
    }

    /// <summary>Never waits: a pipe that nobody reads is an error, one that nobody writes is empty.</summary>
    private FileStream Open(string path, int flags, int mode)
    {
        var folder = LinuxCalls.Open(root, PathOnly | CloseOnExec);
        var file = LinuxCalls.OpenIn(folder, path, flags | NonBlocking | CloseOnExec, mode);
        var error = LinuxCalls.LastError();
        _ = LinuxCalls.Close(folder);
        if (file < 0)
        {
            throw new IOException($"{path} cannot be opened on the bastion: {error}");
        }

        if (mode != 0)
        {
            _ = LinuxCalls.ChangeMode(file, mode);
            _ = owner is { } user ? LinuxCalls.ChangeOwner(file, user, user) : 0;
        }

        return new FileStream(new SafeFileHandle(file, ownsHandle: true), mode == 0 ? FileAccess.Read : FileAccess.Write);
    }
}
