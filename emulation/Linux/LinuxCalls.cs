using System.Runtime.InteropServices;

namespace Lab.Emulation.Linux;

/// <summary>The system calls that .NET does not offer. Results are as in the manual pages: -1 is an error, its number is in the last P/Invoke error.</summary>
internal static partial class LinuxCalls
{
    public const int CloneNewNet = 0x40000000;
    public const int SigHup = 1;
    public const int SigTerm = 15;
    public const int SigKill = 9;
    public const int SigPipe = 13;

    /// <summary>SIG_DFL.</summary>
    public const nint DefaultHandler = 0;

    private const long PidfdSendSignalNumber = 424;
    private const long PidfdOpenNumber = 434;

    public static int PidfdOpen(int pid) => (int)SystemCall(PidfdOpenNumber, pid, 0, 0, 0);

    public static int PidfdSendSignal(int pidfd, int signal) => (int)SystemCall(PidfdSendSignalNumber, pidfd, signal, 0, 0);

    /// <summary>Opens a file within a folder, as if the folder were the root of all: neither <c>..</c> nor a symbolic link leads out of it (openat2(2)).</summary>
    public static unsafe int OpenIn(int folder, string path, int flags, int mode)
    {
        const long openat2 = 437,
            inRoot = 0x10,
            noMagicLinks = 0x02;
        var how = stackalloc long[] { flags, mode, inRoot | noMagicLinks };
        var bytes = System.Text.Encoding.UTF8.GetBytes($"{path}\0");
        fixed (byte* name = bytes)
        {
            return (int)SystemCall(openat2, folder, (long)name, (long)how, 3 * sizeof(long));
        }
    }

    [LibraryImport("libc", EntryPoint = "fchown", SetLastError = true)]
    public static partial int ChangeOwner(int fd, uint user, uint group);

    [LibraryImport("libc", EntryPoint = "fchmod", SetLastError = true)]
    public static partial int ChangeMode(int fd, int mode);

    /// <summary>The text of the last error.</summary>
    public static string LastError() => Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    public static partial int SetNamespace(int fd, int type);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int fd);

    /// <summary>Both arrays end with null. Returns only when it fails.</summary>
    [LibraryImport("libc", EntryPoint = "execve", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Execute(string path, string?[] arguments, string?[] environment);

    [LibraryImport("libc", EntryPoint = "signal", SetLastError = true)]
    public static partial nint SetSignalHandler(int signal, nint handler);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    public static partial uint EffectiveUser();

    /// <summary>Does not follow a symbolic link.</summary>
    [LibraryImport("libc", EntryPoint = "lchown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int ChangeOwner(string path, uint user, uint group);

    [LibraryImport("libc", EntryPoint = "sendmsg", SetLastError = true)]
    public static unsafe partial nint SendMessage(int socket, void* message, int flags);

    [LibraryImport("libc", EntryPoint = "recvmsg", SetLastError = true)]
    public static unsafe partial nint ReceiveMessage(int socket, void* message, int flags);

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    public static partial int Socket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    public static unsafe partial int Bind(int socket, void* address, uint length);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    public static unsafe partial nint Send(int socket, void* buffer, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    public static unsafe partial nint Receive(int socket, void* buffer, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static unsafe partial int Control(int fd, nuint request, void* argument);

    [LibraryImport("libc", EntryPoint = "if_nametoindex", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial uint DeviceIndex(string name);

    /// <summary>The user that a file or folder belongs to; null when it cannot be asked for.</summary>
    public static unsafe uint? OwnerOf(string path)
    {
        // struct statx: mask, block size, attributes (8 bytes), links, then the user.
        const int currentFolder = -100,
            statxUser = 0x8,
            userOffset = 20,
            length = 256;
        var result = stackalloc byte[length];
        return Statx(currentFolder, path, 0, statxUser, result) == 0 ? *(uint*)(result + userOffset) : null;
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int Statx(int folder, string path, int flags, uint mask, void* result);

    /// <summary>True when something can be read within the time.</summary>
    public static unsafe bool WaitReadable(int fd, int milliseconds)
    {
        const long readable = 1;
        var entry = (long)(uint)fd | readable << 32;
        return Poll(&entry, 1, milliseconds) > 0;
    }

    /// <summary>struct pollfd is two ints: the descriptor, and what is waited for in the lower half of the second.</summary>
    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static unsafe partial int Poll(long* entries, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long SystemCall(long number, long a, long b, long c, long d);
}
