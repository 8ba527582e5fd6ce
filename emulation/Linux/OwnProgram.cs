namespace Lab.Emulation.Linux;

/// <summary>
/// The programs of Lab that a lab runs in processes of their own: assemblies beside the one that runs, or, where Lab is published as one
/// file, that file itself.
/// </summary>
public static class OwnProgram
{
    /// <summary>The first argument of a run of the one file that is to be another program; the program's name follows.</summary>
    public const string Word = "run-own-program";

    /// <summary>Lab's boot server.</summary>
    public const string BootServer = "Lab.BootServer";

    /// <summary>Sockets in a user namespace, and the end of a lab whose program has died.</summary>
    public const string Helper = "lab-helper";

    /// <summary>The command line that this very program was started by, without its arguments.</summary>
    public static IReadOnlyList<string> This { get; } =
        Environment.ProcessPath == DotNet.Host ? [DotNet.Host, Path.GetFullPath(Environment.GetCommandLineArgs()[0])] : [Environment.ProcessPath!];

    /// <summary>The command line that runs one.</summary>
    /// <param name="name">Name of its assembly.</param>
    public static IReadOnlyList<string> Command(string name) =>
        Path.Combine(AppContext.BaseDirectory, $"{name}.dll") is var assembly && File.Exists(assembly)
            ? [DotNet.Host, assembly]
            : [Environment.ProcessPath!, Word, name];
}
