namespace Lab.Emulation.Linux;

/// <summary>A folder that only its user may enter: what is in it is out of reach for others, whatever its own mode.</summary>
public static class PrivateFolder
{
    /// <summary>Makes it with its parents, or takes it from others where it is there already.</summary>
    public static void Create(string path)
    {
        Directory.CreateDirectory(path);
        if (OperatingSystem.IsLinux())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
