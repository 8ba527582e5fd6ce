using Lab.Model.Definition;

namespace Lab.Model.Input;

/// <summary>Reads and writes the lock file beside a lab file, as strictly as <see cref="LabFile"/>.</summary>
public static class ImageLockFile
{
    /// <summary>The lock of <c>lab.yaml</c> is <c>lab.lock.yaml</c>, and so on.</summary>
    /// <param name="labFile">Path of the lab file; null for the one in the current folder.</param>
    public static string PathFor(string? labFile) => Path.ChangeExtension(labFile ?? LabFile.DefaultName, ".lock.yaml");

    /// <summary>The lock; null where there is no file.</summary>
    /// <exception cref="DefinitionException">It is damaged.</exception>
    /// <exception cref="LabException">It cannot be read.</exception>
    public static ImageLock? Load(string path)
    {
        try
        {
            return File.Exists(path) ? Parse(File.ReadAllText(path), path) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LabException($"Cannot read the lock file {path}: {e.Message}", inner: e);
        }
    }

    /// <summary>The lock that a text holds.</summary>
    /// <param name="text">YAML, one document.</param>
    /// <param name="file">The file's name, for messages.</param>
    /// <exception cref="DefinitionException">All that is wrong.</exception>
    public static ImageLock Parse(string text, string file) =>
        YamlFile.Read<ImageLock>(text, file, _ => null, ImageLockRules.Check)
        ?? throw new DefinitionException(file, [new(1, 1, "the file is empty; remove it, or write it again: lab-deploy pin")]);

    /// <summary>Writes the lock. Who reads meanwhile, or after an interruption, finds the old file or the new one.</summary>
    /// <exception cref="LabException">It cannot be written; then the old file is as it was.</exception>
    public static void Write(string path, ImageLock images)
    {
        try
        {
            WholeFile.Write(path, Text(images));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LabException($"Cannot write the lock file {path}: {e.Message}", inner: e);
        }
    }

    /// <summary>The file of a lock. Names and digests hold nothing that YAML would have to quote, but for a name that is a number.</summary>
    public static string Text(ImageLock images) =>
        string.Join(
            '\n',
            [
                "# yaml-language-server: $schema=./lab.lock.schema.json",
                "# What the image names of the lab file mean. Written by lab-deploy pin.",
                images.Images.Count == 0 ? "images: []" : "images:",
                .. images.Images.SelectMany(image =>
                    new[]
                    {
                        $"  - name: \"{image.Name}\"",
                        $"    digest: {image.Digest}",
                        $"    registry: {image.Registry.GetLeftPart(UriPartial.Authority)}",
                        $"    date: \"{image.Date}\"",
                    }
                ),
                "",
            ]
        );
}
