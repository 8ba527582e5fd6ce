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
}
