using System.Globalization;

namespace LabCli.Commands;

/// <summary>
/// How many files the program may have open (RLIMIT_NOFILE; .NET raises it to the hard limit). With too few, .NET does not find its own
/// assemblies any more, and names those.
/// </summary>
internal static class OpenFiles
{
    // A lab with one node has about 370 open.
    private const int Least = 512;

    private const string Limit = "Max open files";

    /// <summary>What to say where there are too few; null where there are enough.</summary>
    public static string? TooFew() => File.Exists("/proc/self/limits") ? TooFew(File.ReadLines("/proc/self/limits")) : null;

    /// <summary>As the other, of the lines of <c>/proc/PID/limits</c> (proc(5)).</summary>
    internal static string? TooFew(IEnumerable<string> limits) =>
        limits.FirstOrDefault(line => line.StartsWith(Limit, StringComparison.Ordinal))?[Limit.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)
            is [var soft, ..]
        && int.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out var files)
        && files < Least
            ? $"This program may have {files} files open; it needs {Least} or more. Raise the limit first: ulimit -n 1024"
            : null;
}
