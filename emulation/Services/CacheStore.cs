namespace Lab.Emulation.Services;

/// <summary>What a cache holds, as files of Distribution's storage driver: <c>docker/registry/v2/blobs/sha256/ab/abcd…/data</c>.</summary>
/// <param name="root">The cache's folder.</param>
internal sealed class CacheStore(string root)
{
    private readonly string _blobs = Path.Combine(root, "docker", "registry", "v2", "blobs");

    /// <summary>
    /// Removes a blob, which may be there or not. The cache fetches it again when it is asked for it: a proxy looks for a blob itself, not
    /// for the links to it.
    /// </summary>
    /// <param name="digest"><c>sha256:</c> and 64 hexadecimal digits.</param>
    public void Remove(string digest)
    {
        var hex = digest[(digest.IndexOf(':') + 1)..];
        var folder = Path.Combine(_blobs, "sha256", hex[..2], hex);
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
