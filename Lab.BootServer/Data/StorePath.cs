namespace Lab.BootServer.Data;

/// <summary>Names in the data directory, kept inside it: Go's path.Clean of <c>"/" + name</c> below the root.</summary>
internal static class StorePath
{
    /// <summary>The file's full path; null when the name holds a NUL.</summary>
    public static string? Resolve(string root, string folder, string name) => name.Contains('\0') ? null : root + Clean("/" + folder + "/" + name);

    /// <summary>
    /// The shortest name of the same absolute path: no empty, <c>.</c> or <c>..</c> elements and no trailing slash (Go's path.Clean
    /// for a path that begins with a slash).
    /// </summary>
    public static string Clean(string path)
    {
        List<string> elements = [];
        foreach (var element in path.Split('/'))
        {
            if (element == "..")
            {
                if (elements.Count > 0)
                {
                    elements.RemoveAt(elements.Count - 1);
                }
            }
            else if (element is not ("" or "."))
            {
                elements.Add(element);
            }
        }

        return "/" + string.Join('/', elements);
    }
}
