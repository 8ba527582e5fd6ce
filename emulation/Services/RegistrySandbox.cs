using Lab.Emulation.Linux;
using Lab.Model.Definition;

namespace Lab.Emulation.Services;

/// <summary>How the process of a cache runs: what it sees, and its arguments.</summary>
internal static class RegistrySandbox
{
    /// <summary>It reads its configuration and keeps what it caches.</summary>
    public static Sandbox Of(LabFolder folder, MirrorDefinition mirror) =>
        new(folder, ServiceRole.Caches) { Reads = [Config(folder, mirror)], Writes = [RunFolder.RegistryFolder(folder, mirror)] };

    /// <summary>Arguments of Distribution.</summary>
    public static IReadOnlyList<string> Arguments(LabFolder folder, MirrorDefinition mirror) => ["serve", Config(folder, mirror)];

    private static string Config(LabFolder folder, MirrorDefinition mirror) => Path.Combine(folder.Run, RunFolder.RegistryConfig(mirror));
}
