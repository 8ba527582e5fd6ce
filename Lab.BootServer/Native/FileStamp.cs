namespace Lab.BootServer.Native;

/// <summary>What tells one version of a file from another without reading it.</summary>
/// <param name="Inode">Inode number: another one when the file was replaced by a rename.</param>
/// <param name="Device">Major and minor number of the file system.</param>
/// <param name="Size">Length in bytes.</param>
/// <param name="Modified">Modification time in nanoseconds since 1970.</param>
/// <param name="Changed">Status change time in nanoseconds since 1970.</param>
/// <param name="Mode">Type and permission bits.</param>
/// <param name="Links">Number of hard links.</param>
internal readonly record struct FileStamp(ulong Inode, ulong Device, long Size, long Modified, long Changed, ushort Mode, uint Links)
{
    private const int TypeMask = 0xF000;

    /// <summary>A regular file: no directory, pipe or device.</summary>
    public bool IsRegular => (Mode & TypeMask) == 0x8000;

    public bool IsDirectory => (Mode & TypeMask) == 0x4000;

    public bool IsSocket => (Mode & TypeMask) == 0xC000;

    public bool IsSymbolicLink => (Mode & TypeMask) == 0xA000;

    /// <summary>The stamp of a path, or null when there is nothing (that may be seen) there.</summary>
    public static FileStamp? Of(string path, bool followLink = true) => Query(Libc.AtFdCwd, path, followLink ? 0 : Libc.AtSymlinkNoFollow);

    /// <summary>The stamp of an open file.</summary>
    public static FileStamp? Of(int descriptor) => Query(descriptor, "", EmptyPath);

    private const int EmptyPath = 0x1000;

    private static unsafe FileStamp? Query(int directory, string path, int flags)
    {
        const uint basicStats = 0x7ff;
        Libc.StatxBuffer buffer;
        if (Libc.Statx(directory, path, flags, basicStats, &buffer) != 0)
        {
            return null;
        }

        return new FileStamp(
            buffer.Inode,
            ((ulong)buffer.DeviceMajor << 32) | buffer.DeviceMinor,
            (long)buffer.Size,
            (buffer.ModifiedSeconds * 1_000_000_000) + buffer.ModifiedNanoseconds,
            (buffer.ChangedSeconds * 1_000_000_000) + buffer.ChangedNanoseconds,
            buffer.Mode,
            buffer.Links
        );
    }
}
