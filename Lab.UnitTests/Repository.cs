namespace Lab.UnitTests;

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

    /// <summary>The folder that a project was built into, in the configuration of the tests.</summary>
    public static string OutputOf(string project)
    {
        var framework = new DirectoryInfo(AppContext.BaseDirectory);
        return PathOf(Path.Combine(project, "bin", framework.Parent!.Name, framework.Name));
    }
}
