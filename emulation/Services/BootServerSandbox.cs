using System.Collections;
using Lab.Emulation.Linux;

namespace Lab.Emulation.Services;

/// <summary>How Lab's boot server runs: what it sees of this machine.</summary>
internal static class BootServerSandbox
{
    /// <summary>The program's command line.</summary>
    public static IReadOnlyList<string> Program { get; } = OwnProgram.Command(OwnProgram.BootServer);

    /// <summary>It reads its data and listens on its telemetry socket.</summary>
    /// <param name="folder">The lab's files.</param>
    /// <param name="telemetry">Environment variables that say where its telemetry goes.</param>
    /// <param name="role">Whose files it serves.</param>
    public static Sandbox Of(LabFolder folder, IReadOnlyDictionary<string, string?> telemetry, ServiceRole role = ServiceRole.BootServer)
    {
        var socket = Path.GetDirectoryName(BootRequests.SocketPath(folder))!;
        Directory.CreateDirectory(socket);
        return new Sandbox(folder, role)
        {
            Shows = [AppContext.BaseDirectory.TrimEnd('/')],
            Writes = [socket],
            Variables = OfRuntime().Concat(telemetry).DistinctBy(variable => variable.Key).ToDictionary(),
        };
    }

    /// <summary>How .NET was set up on this machine, as where it finds no ICU.</summary>
    private static IEnumerable<KeyValuePair<string, string?>> OfRuntime() =>
        Environment
            .GetEnvironmentVariables()
            .Cast<DictionaryEntry>()
            .Where(variable =>
                variable.Key
                    is "DOTNET_ROOT"
                        or "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"
                        or "DOTNET_gcServer"
                        or "DOTNET_TieredPGO"
                        or "DOTNET_TC_QuickJitForLoops"
                        or "DOTNET_ReadyToRun"
            )
            .Select(variable => new KeyValuePair<string, string?>((string)variable.Key, (string?)variable.Value));
}
