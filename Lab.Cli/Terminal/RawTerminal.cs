using System.Diagnostics;

namespace LabCli.Terminal;

/// <summary>A terminal that hands every key over at once and shows nothing itself, until disposed.</summary>
internal sealed class RawTerminal : IAsyncDisposable
{
    private readonly string? _before;

    private RawTerminal(string? before) => _before = before;

    /// <summary>Changes the terminal; does nothing where input is none.</summary>
    public static async Task<RawTerminal> EnterAsync()
    {
        if (Console.IsInputRedirected)
        {
            return new RawTerminal(null);
        }

        var before = await SttyAsync("-g");
        await SttyAsync("raw -echo");
        return new RawTerminal(before.Trim());
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_before is not null)
        {
            await SttyAsync(_before);
            Console.WriteLine();
        }
    }

    /// <summary>stty changes the terminal that is its standard input, so it gets ours.</summary>
    private static async Task<string> SttyAsync(string arguments)
    {
        using var stty = Process.Start(new ProcessStartInfo("stty", arguments) { RedirectStandardOutput = true })!;
        var output = await stty.StandardOutput.ReadToEndAsync();
        await stty.WaitForExitAsync();
        return output;
    }
}
