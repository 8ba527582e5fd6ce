using System.Collections;
using System.Diagnostics.CodeAnalysis;
using Lab.Model;

namespace Lab.Emulation.Linux;

/// <summary>The process of this program.</summary>
public static class ThisProcess
{
    /// <summary>
    /// Becomes another program (execve(2)): its terminal, its signals and its exit code are this process's from then on. Signals have
    /// their default effect again, also those that .NET ignores.
    /// </summary>
    /// <param name="program">Absolute path.</param>
    /// <param name="arguments">Its arguments, without its name.</param>
    /// <param name="environment">Changes of the environment; null removes a variable.</param>
    /// <exception cref="LabException">It cannot be run.</exception>
    [DoesNotReturn]
    public static void Become(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?> environment)
    {
        Console.Out.Flush();
        LinuxCalls.SetSignalHandler(LinuxCalls.SigPipe, LinuxCalls.DefaultHandler);
        _ = LinuxCalls.Execute(program, [Path.GetFileName(program), .. arguments, null], [.. Changed(environment), null]);
        throw new LabException($"Cannot run {program}: {LinuxCalls.LastError()}");
    }

    private static IEnumerable<string> Changed(IReadOnlyDictionary<string, string?> changes) =>
        Environment
            .GetEnvironmentVariables()
            .Cast<DictionaryEntry>()
            .Where(variable => !changes.ContainsKey((string)variable.Key))
            .Select(variable => $"{variable.Key}={variable.Value}")
            .Concat(changes.Where(change => change.Value is not null).Select(change => $"{change.Key}={change.Value}"));
}
