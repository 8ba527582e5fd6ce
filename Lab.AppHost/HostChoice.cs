using System.Reflection;

namespace Lab.AppHost;

/// <summary>Which host this build of the program has, and why: the build chose it (docs/reference/engine.md).</summary>
internal static class HostChoice
{
    /// <summary><c>aspire</c> or <c>embedded</c>.</summary>
    public static string Engine { get; } = Read("LabEngine");

    /// <summary>The first line that a run prints.</summary>
    public static string Line { get; } = $"Host: {Engine}, because {Read("LabEngineReason")}.";

    private static string Read(string key) =>
        typeof(HostChoice).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(attribute => attribute.Key == key).Value!;
}
