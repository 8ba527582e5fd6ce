using System.Runtime.InteropServices;
using System.Text;

namespace Lab.BootServer.Native;

/// <summary>
/// The kernel's own queue of file changes. It is filled before the writer's system call returns, so whoever asks
/// <see cref="HasEvents"/> after a write knows of it; a watcher thread would know a little later.
/// </summary>
internal sealed class Inotify : IDisposable
{
    private const int HeaderSize = 16;
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _descriptor;

    private Inotify(int descriptor) => _descriptor = descriptor;

    /// <summary>Null when the system gives no more inotify instances: the caller then has to look at the files themselves.</summary>
    public static Inotify? TryCreate()
    {
        var descriptor = Libc.InotifyInit(Libc.InotifyNonBlockingCloseOnExec);
        return descriptor < 0 ? null : new Inotify(descriptor);
    }

    /// <summary>Whether something has changed since the last <see cref="Read"/>. One short system call, safe from any thread.</summary>
    public unsafe bool HasEvents()
    {
        int ready;
        return Libc.Ioctl(_descriptor, Libc.IoctlBytesReady, &ready) == 0 && ready > 0;
    }

    /// <summary>Watches a directory's entries; returns the watch's number or null when that is not possible.</summary>
    public int? TryWatch(string directory)
    {
        const InotifyMask mask =
            InotifyMask.Modify
            | InotifyMask.CloseWrite
            | InotifyMask.MovedFrom
            | InotifyMask.MovedTo
            | InotifyMask.Create
            | InotifyMask.Delete
            | InotifyMask.DeleteSelf
            | InotifyMask.MoveSelf
            | InotifyMask.Attributes
            | InotifyMask.OnlyDirectory;
        var watch = Libc.InotifyAddWatch(_descriptor, directory, (uint)mask);
        return watch < 0 ? null : watch;
    }

    /// <summary>Takes what is queued, oldest first. One caller at a time.</summary>
    public unsafe IReadOnlyList<InotifyEvent> Read()
    {
        List<InotifyEvent> events = [];
        fixed (byte* buffer = _buffer)
        {
            nint length;
            while ((length = Libc.Read(_descriptor, buffer, (nuint)_buffer.Length)) > 0)
            {
                Parse(_buffer.AsSpan(0, (int)length), events);
            }
        }

        return events;
    }

    public void Dispose()
    {
        var descriptor = Interlocked.Exchange(ref _descriptor, -1);
        if (descriptor >= 0)
        {
            Libc.Close(descriptor);
        }
    }

    private static void Parse(ReadOnlySpan<byte> bytes, List<InotifyEvent> events)
    {
        while (bytes.Length >= HeaderSize)
        {
            var watch = MemoryMarshal.Read<int>(bytes);
            var mask = (InotifyMask)MemoryMarshal.Read<uint>(bytes[4..]);
            var nameLength = MemoryMarshal.Read<int>(bytes[12..]);
            var name = Encoding.UTF8.GetString(bytes.Slice(HeaderSize, nameLength).TrimEnd((byte)0));
            events.Add(new InotifyEvent(watch, mask, name));
            bytes = bytes[(HeaderSize + nameLength)..];
        }
    }
}

/// <summary>One change: in which watch, what, and of which entry ("" for the directory itself).</summary>
internal readonly record struct InotifyEvent(int Watch, InotifyMask Mask, string Name);

/// <summary>Bits of linux/inotify.h.</summary>
[Flags]
internal enum InotifyMask : uint
{
    None = 0,
    Modify = 0x2,
    Attributes = 0x4,
    CloseWrite = 0x8,
    MovedFrom = 0x40,
    MovedTo = 0x80,
    Create = 0x100,
    Delete = 0x200,
    DeleteSelf = 0x400,
    MoveSelf = 0x800,
    Overflow = 0x4000,
    Ignored = 0x8000,
    OnlyDirectory = 0x1000000,
}
