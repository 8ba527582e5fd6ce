namespace Lab.Emulation.Linux;

/// <summary>Files that are part of this program.</summary>
internal static class EmbeddedFile
{
    /// <summary>The content of one.</summary>
    /// <param name="name">Its folder and name, as the project file gives it: <c>node/init</c>.</param>
    public static byte[] Read(string name)
    {
        using var file = typeof(EmbeddedFile).Assembly.GetManifestResourceStream(name)!;
        using var content = new MemoryStream();
        file.CopyTo(content);
        return content.ToArray();
    }
}
