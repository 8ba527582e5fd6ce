using System.Diagnostics;
using Lab.Emulation.Linux;

namespace Lab.Runtime;

/// <summary>
/// Takes a lab down when the program that runs it dies without doing so itself: killed, crashed, ended by an IDE. It is a shell that waits
/// for the end of a pipe, which the kernel closes with the program, and only then becomes lab-helper. It has a session of its own and
/// ignores what a terminal sends: Ctrl-C is the program's.
/// </summary>
public sealed class Guardian : IAsyncDisposable
{
    /// <summary>What the shell calls itself, to be told from others in a list of processes.</summary>
    public const string Mark = "lab-guardian";

    /// <summary>A line means that the lab is down already; the pipe's end without one that nobody has taken it down.</summary>
    private const string Script = "trap '' INT TERM HUP QUIT; read -r _ || exec \"$@\"";

    private readonly Process _process;

    private Guardian(Process process) => _process = process;

    /// <summary>Begins to watch over a lab that this program runs.</summary>
    /// <param name="lab">Its files.</param>
    public static Guardian Start(LabFolder lab) =>
        new(
            Process.Start(
                new ProcessStartInfo("setsid", ["sh", "-c", Script, Mark, .. HelperProgram.Guard(lab)]) { RedirectStandardInput = true, WorkingDirectory = "/" }
            )!
        );

    /// <summary>The lab is down: there is nothing to do.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await _process.StandardInput.WriteLineAsync();
            _process.StandardInput.Close();
            await _process.WaitForExitAsync();
        }
        catch (IOException)
        {
            // Somebody has ended it.
        }

        _process.Dispose();
    }
}
