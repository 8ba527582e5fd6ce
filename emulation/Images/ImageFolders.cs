using System.Security.Cryptography;
using System.Text;
using Lab.Emulation.Linux;
using Lab.Model.Registries;

namespace Lab.Emulation.Images;

/// <summary>Images that were fetched: each in a folder named by its digest, and what each name meant last.</summary>
internal sealed class ImageFolders(LabFolders folders)
{
    private string Root => Path.Combine(folders.Cache, "talos");

    /// <summary>The folder of a digest, by its file name, or of a version; it exists when the image is there.</summary>
    public string Of(string name) => Path.Combine(Root, name);

    /// <summary>The folder where an image is put together; it is kept when that fails, for what was fetched.</summary>
    public string WorkOf(string name) => Directory.CreateDirectory($"{Of(name)}.unfinished").FullName;

    /// <summary>One at a time: labs that start together must not fetch into the same files.</summary>
    public Task<FileStream> LockAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Root);
        return FileLock.TakeAsync(Path.Combine(Root, "lock"), cancellationToken);
    }

    /// <summary>The digest that a name meant when it was last asked for; null when it was not, or the image is gone.</summary>
    public Digest? Last(string name) =>
        File.Exists(NameFile(name)) && Digest.TryParse(File.ReadAllText(NameFile(name)), out var digest) && Directory.Exists(Of(digest.FileName))
            ? digest
            : null;

    /// <summary>Puts a complete image in its place.</summary>
    public void Finish(string name)
    {
        foreach (var file in Directory.GetFiles(WorkOf(name)).Where(file => !TalosFolder.IsBootFile(Path.GetFileName(file))))
        {
            File.Delete(file);
        }

        Directory.Move(WorkOf(name), Of(name));
    }

    /// <summary>Notes what a name means.</summary>
    public void Note(string name, Digest digest) => File.WriteAllText(NameFile(name), digest.ToString());

    private string NameFile(string name) => Path.Combine(Root, $"name-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..32]}");
}
