namespace Lab.Emulation.Linux;

/// <summary>Where this machine has its programs.</summary>
public static class ProgramPath
{
    private static readonly string[] SystemFolders = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

    /// <summary>Looks for a program on PATH and in the system's folders, which the PATH of an ordinary user does not always hold.</summary>
    /// <returns>Null where there is none.</returns>
    public static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Concat(SystemFolders)
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);
}
