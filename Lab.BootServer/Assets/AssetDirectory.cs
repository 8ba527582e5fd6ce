using Lab.BootServer.Native;
using Microsoft.Win32.SafeHandles;

namespace Lab.BootServer.Assets;

/// <summary>The files below the assets root.</summary>
/// <param name="root">The root; it may itself be a symlink.</param>
/// <param name="followOutside">Whether symlinks may lead out of the root.</param>
internal sealed class AssetDirectory(string root, bool followOutside)
{
    private readonly string _root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));
    private volatile string _realRoot = "";

    /// <summary>Opens what a cleaned path (beginning with a slash) names. The caller disposes of it.</summary>
    public Asset Open(string path)
    {
        if (path.Contains('\0'))
        {
            return Asset.Missing;
        }

        var descriptor = Libc.Open(_root + path, Libc.OpenReadOnlyNonBlockingCloseOnExec);
        if (descriptor < 0)
        {
            var error = System.Runtime.InteropServices.Marshal.GetLastPInvokeError();
            return error == Libc.AccessDenied ? Asset.Forbidden : Asset.Missing;
        }

        var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        var stamp = FileStamp.Of(descriptor);
        if (stamp is null or { IsRegular: false, IsDirectory: false } || (!followOutside && !IsInside(descriptor)))
        {
            handle.Dispose();
            return Asset.Missing;
        }

        return new Asset(stamp.Value.IsDirectory ? AssetKind.Directory : AssetKind.File, handle, stamp.Value);
    }

    /// <summary>The entries of a directory by name, those of directories with a slash behind.</summary>
    public IReadOnlyList<string> List(string path)
    {
        try
        {
            var entries = new DirectoryInfo(_root + path).EnumerateFileSystemInfos();
            return [.. entries.Select(entry => entry is DirectoryInfo ? entry.Name + "/" : entry.Name).Order(StringComparer.Ordinal)];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Asks the kernel where the open file really is: nobody can exchange it after the question.</summary>
    private bool IsInside(int descriptor)
    {
        var real = new FileInfo($"/proc/self/fd/{descriptor}").LinkTarget;
        return real is not null && (IsBelow(real, _realRoot) || IsBelow(real, _realRoot = RealPath(_root)));
    }

    private static bool IsBelow(string path, string root) =>
        root.Length > 0 && path.StartsWith(root, StringComparison.Ordinal) && (path.Length == root.Length || path[root.Length] == '/' || root == "/");

    private static string RealPath(string path)
    {
        using var handle = new SafeFileHandle(Libc.Open(path, Libc.OpenReadOnlyNonBlockingCloseOnExec), ownsHandle: true);
        return handle.IsInvalid ? "" : new FileInfo($"/proc/self/fd/{handle.DangerousGetHandle()}").LinkTarget ?? "";
    }
}
