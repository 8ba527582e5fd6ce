using System.Security.Cryptography;
using System.Text;
using Lab.Emulation.Linux;
using Lab.Emulation.Services;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Registries;

namespace Lab.Emulation.Images;

/// <summary>Images that were fetched: each in a folder named by its digest, and what each name meant last.</summary>
/// <param name="folders">Where they are kept.</param>
/// <param name="architecture">The architecture of the machines that boot them.</param>
internal sealed class ImageFolders(LabFolders folders, Architecture architecture)
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

    /// <summary>The image of a digest or version that is there.</summary>
    /// <param name="name">The digest or version.</param>
    /// <param name="source">What it is, for messages.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public Task<NodeImage> OpenAsync(string name, string source, CancellationToken cancellationToken) => OpenFolderAsync(Of(name), source, cancellationToken);

    /// <summary>The image of a folder of the user's. What has to be unpacked is kept by the folder's path.</summary>
    public async Task<NodeImage> OpenUserFolderAsync(string folder, CancellationToken cancellationToken)
    {
        await using var held = await LockAsync(cancellationToken);
        return await TalosFolder.GetAsync(folder, PartsOf(folder), null, architecture, cancellationToken) with
        {
            From = $"folder of this machine: {Path.GetFullPath(folder)}",
        };
    }

    /// <summary>The folder for what has to be unpacked of a file or folder of the user's.</summary>
    public string PartsOf(string path) => Path.Combine(Root, $"parts-{Hash(Path.GetFullPath(path))}");

    /// <summary>Puts an image in its place, if it is complete.</summary>
    /// <exception cref="LabException">It is none.</exception>
    public async Task FinishAsync(string name, string source, CancellationToken cancellationToken)
    {
        await OpenFolderAsync(WorkOf(name), source, cancellationToken);
        foreach (var file in Directory.GetFiles(WorkOf(name)).Where(file => !TalosFolder.IsBootFile(Path.GetFileName(file), architecture)))
        {
            File.Delete(file);
        }

        Directory.Move(WorkOf(name), Of(name));
    }

    /// <summary>Notes what a name means.</summary>
    public void Note(string name, Digest digest) => File.WriteAllText(NameFile(name), digest.ToString());

    private string NameFile(string name) => Path.Combine(Root, $"name-{Hash(architecture == Architecture.Arm64 ? name : $"{name} {architecture.Id()}")}");

    private Task<NodeImage> OpenFolderAsync(string folder, string source, CancellationToken cancellationToken) =>
        TalosFolder.GetAsync(folder, Path.Combine(folder, "parts"), source, architecture, cancellationToken);

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..32];
}
