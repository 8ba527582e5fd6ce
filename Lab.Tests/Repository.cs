namespace Lab.Tests;

/// <summary>Files of the repository that tests look at.</summary>
internal static class Repository
{
    /// <summary>Absolute path of a file of the repository.</summary>
    public static string PathOf(string relative)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Lab.sln")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("The tests do not run inside the repository.");
        }

        return Path.Combine(folder.FullName, relative);
    }
}
