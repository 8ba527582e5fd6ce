using Lab.BootServer.Native;
using Microsoft.Win32.SafeHandles;

namespace Lab.BootServer.Assets;

/// <summary>What was found at a path, open.</summary>
/// <param name="kind">What it is.</param>
/// <param name="handle">Null unless it is a file or directory.</param>
/// <param name="stamp">Its size and times.</param>
internal sealed class Asset(AssetKind kind, SafeFileHandle? handle, FileStamp stamp) : IDisposable
{
    public static readonly Asset Missing = new(AssetKind.Missing, null, default);
    public static readonly Asset Forbidden = new(AssetKind.Forbidden, null, default);

    public AssetKind Kind { get; } = kind;

    /// <summary>The open file.</summary>
    public SafeFileHandle Handle => handle ?? throw new InvalidOperationException("There is no open file.");

    /// <summary>Length in bytes.</summary>
    public long Size => stamp.Size;

    /// <summary>When it was changed last; null for 1970, which stands for "not known".</summary>
    public DateTimeOffset? Modified => stamp.Modified == 0 ? null : DateTimeOffset.UnixEpoch.AddTicks(stamp.Modified / 100);

    public void Dispose() => handle?.Dispose();
}

/// <summary>What stands at a path.</summary>
internal enum AssetKind
{
    Missing,
    Forbidden,
    File,
    Directory,
}
