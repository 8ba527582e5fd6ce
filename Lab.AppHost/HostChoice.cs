using System.Reflection;

namespace Lab.AppHost;

/// <summary>Which host this build of the program has, and why: the build chose it (docs/reference/engine.md).</summary>
internal static class HostChoice
{
    /// <summary><c>aspire</c> or <c>embedded</c>.</summary>
    public static string Engine { get; } = Read("LabEngine");

    /// <summary>True for an aspire build.</summary>
    public static bool IsAspire => Engine == "aspire";

    /// <summary>The first line that a run prints.</summary>
    public static string Line { get; } = $"Host: {Engine}, because {Read("LabEngineReason")}.";

    /// <summary>The first line of a run that has the embedded host in every build.</summary>
    public static string EmbeddedLine => IsAspire ? "Host: embedded, because --once, --json and a VPC run in it in every build." : Line;

    private static string Read(string key) =>
        typeof(HostChoice).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(attribute => attribute.Key == key).Value!;
}
