namespace Lab.Emulation.Linux;

/// <summary>A file that only its user may read.</summary>
public static class SecretFile
{
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Creates it empty, or empties it.</summary>
    /// <param name="path">Its path. One that is there already gets the mode too.</param>
    /// <param name="share">What others may do with it meanwhile.</param>
    public static FileStream Create(string path, FileShare share = FileShare.Read)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            Share = share,
        };
        if (OperatingSystem.IsLinux())
        {
            options.UnixCreateMode = Mode;
        }

        var file = new FileStream(path, options);
        Restrict(path);
        return file;
    }

    /// <summary>Gives a file or socket that is there the mode, whatever the umask was.</summary>
    public static void Restrict(string path)
    {
        if (OperatingSystem.IsLinux())
        {
            File.SetUnixFileMode(path, Mode);
        }
    }
}
