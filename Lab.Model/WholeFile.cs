namespace Lab.Model;

/// <summary>Files of the user's that are written anew: whoever reads meanwhile, or after an interruption, finds the old text or the new one.</summary>
public static class WholeFile
{
    /// <summary>Writes a file, in the place that a link leads to, with the rights that it had.</summary>
    /// <exception cref="IOException">It cannot be written; then the old one is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">As before.</exception>
    public static void Write(string path, string text)
    {
        // Of a relative path .NET would resolve a link from the root.
        var place = Path.GetFullPath(path);
        if (File.Exists(place))
        {
            place = File.ResolveLinkTarget(place, returnFinalTarget: true)?.FullName ?? place;
        }

        var partial = $"{place}.{Guid.NewGuid():N}";
        try
        {
            File.WriteAllText(partial, text);
            if (!OperatingSystem.IsWindows() && File.Exists(place))
            {
                File.SetUnixFileMode(partial, File.GetUnixFileMode(place));
            }

            File.Move(partial, place, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            File.Delete(partial);
            throw;
        }
    }
}
