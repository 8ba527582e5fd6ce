namespace Lab.Model;

/// <summary>The folders of the current user that Lab keeps its files in (https://specifications.freedesktop.org/basedir-spec).</summary>
public static class UserFolders
{
    /// <summary><c>$XDG_STATE_HOME/lab</c>: what belongs to a lab, a folder each.</summary>
    public static string State => Under("XDG_STATE_HOME", ".local/state");

    /// <summary><c>$XDG_CACHE_HOME/lab</c>: what can be fetched or built again.</summary>
    public static string Cache => Under("XDG_CACHE_HOME", ".cache");

    /// <summary>Where a running lab tells about itself.</summary>
    /// <param name="labFolder">The lab's folder.</param>
    public static string StatusFile(string labFolder) => Path.Combine(labFolder, "run", "status.json");

    /// <summary>What the last run told about itself when it was last written; stays when the lab has ended.</summary>
    /// <param name="labFolder">The lab's folder.</param>
    public static string LastRunFile(string labFolder) => Path.Combine(labFolder, "last-run.json");

    /// <summary>The last runs of a lab, a file each; see <see cref="Running.KeptRuns"/>.</summary>
    /// <param name="labFolder">The lab's folder.</param>
    public static string RunsFolder(string labFolder) => Path.Combine(labFolder, "runs");

    /// <summary>Held by the program that runs or removes a lab, as an exclusive flock(2).</summary>
    /// <param name="labFolder">The lab's folder.</param>
    public static string LockFile(string labFolder) => Path.Combine(labFolder, "lock");

    private static string Under(string variable, string underHome) =>
        Path.Combine(
            Environment.GetEnvironmentVariable(variable) is { Length: > 0 } set && Path.IsPathRooted(set)
                ? set
                : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify), underHome),
            "lab"
        );
}
