using CliWrap;
using CliWrap.Buffered;

namespace Lab.Bench.Chaos;

/// <summary>Commands of this machine.</summary>
internal static class HostCommand
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    public static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        return (await Cli.Wrap(program).WithArguments(arguments).ExecuteBufferedAsync(deadline.Token)).StandardOutput;
    }

    /// <summary>Where a program is; null where it is not installed.</summary>
    public static string? Find(string program) =>
        Environment.GetEnvironmentVariable("PATH")!.Split(':').Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
}
