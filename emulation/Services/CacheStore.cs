using Lab.Emulation.Linux;
using Lab.Model.Registries;

namespace Lab.Emulation.Services;

/// <summary>
/// What a cache holds, as files of Distribution's storage driver: <c>docker/registry/v2/blobs/sha256/ab/abcd…/data</c>, and in
/// <c>docker/registry/v2/repositories/NAME/_uploads</c> what is being fetched.
/// </summary>
/// <param name="root">The cache's folder.</param>
internal sealed class CacheStore(string root)
{
    private static readonly TimeSpan UploadIsDeadAfter = TimeSpan.FromMinutes(10);
    private static readonly EnumerationOptions All = new() { RecurseSubdirectories = true, IgnoreInaccessible = true };

    private readonly string _blobs = Path.Combine(root, "docker", "registry", "v2", "blobs");
    private readonly string _repositories = Path.Combine(root, "docker", "registry", "v2", "repositories");

    /// <summary>
    /// Removes a blob, which may be there or not. The cache fetches it again when it is asked for it: a proxy looks for a blob itself, not
    /// for the links to it.
    /// </summary>
    /// <param name="digest">The blob's.</param>
    public void Remove(Digest digest) => Remove(new DirectoryInfo(FolderOf(digest)));

    /// <summary>Whether a blob is kept for a repository. The link to it is written last.</summary>
    /// <param name="repository">Name in the registry.</param>
    /// <param name="digest">As for <see cref="Remove(Digest)"/>.</param>
    public bool Has(string repository, Digest digest) =>
        new FileInfo(Path.Combine(_repositories, repository, "_layers", digest.Algorithm, digest.Hex, "link")) is { Exists: true } link
        && link.Length == digest.ToString().Length;

    /// <summary>Notes that a blob was used.</summary>
    /// <param name="digest">As for <see cref="Remove(Digest)"/>.</param>
    public void Touch(Digest digest)
    {
        try
        {
            File.SetLastAccessTimeUtc(Path.Combine(FolderOf(digest), "data"), DateTime.UtcNow);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Not kept yet, or just removed.
        }
    }

    /// <summary>Removes what was not used for longest until the rest is within a limit, and what broken pulls have left.</summary>
    /// <returns>How many bytes were removed.</returns>
    public long Trim(long limit)
    {
        var removed = TrimUploads();
        var blobs = Files(_blobs).Where(file => file.Name == "data").OrderBy(file => file.LastAccessTimeUtc).ToList();
        var over = blobs.Sum(blob => blob.Length) - limit;
        foreach (var blob in blobs.TakeWhile(_ => over > 0))
        {
            var length = blob.Length;
            Remove(blob.Directory!);
            over -= length;
            removed += length;
        }

        return removed;
    }

    private long TrimUploads()
    {
        var dead = Files(_repositories)
            .Where(file => file.Directory?.Parent?.Name == "_uploads")
            .GroupBy(file => file.Directory!.FullName)
            .Where(upload => upload.Max(file => file.LastWriteTimeUtc) < DateTime.UtcNow - UploadIsDeadAfter)
            .ToList();
        dead.ForEach(upload => Remove(new DirectoryInfo(upload.Key)));
        return dead.Sum(upload => upload.Sum(file => file.Length));
    }

    /// <summary>Files that are there at this moment, with what is known of them: the cache works on meanwhile.</summary>
    private static List<FileInfo> Files(string folder) =>
        Directory.Exists(folder) ? [.. new DirectoryInfo(folder).EnumerateFiles("*", All).Where(file => file.Exists)] : [];

    private static void Remove(DirectoryInfo folder)
    {
        try
        {
            folder.Delete(recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // Removed by somebody else, or never there.
        }
    }

    private string FolderOf(Digest digest) => Path.Combine(_blobs, digest.Algorithm, digest.Hex[..2], digest.Hex);
}
