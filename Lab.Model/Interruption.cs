using System.Runtime.InteropServices;

namespace Lab.Model;

/// <summary>
/// What tells a program to end: SIGINT, SIGTERM, SIGHUP. It is looked at from the first moment on, and not by System.CommandLine, which
/// ends the program at once, whatever it has begun, as long as the verb has not waited for anything yet.
/// </summary>
public sealed class Interruption : IDisposable
{
    /// <summary>The exit code of a program that was told to end, as a shell gives it.</summary>
    public const int ExitCode = 130;

    private const int SigInt = 2;
    private const nint ByDefault = 0;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static int _leftToOthers;

    private readonly CancellationTokenSource _told = new();
    private readonly List<PosixSignalRegistration> _registrations;

    private Interruption() =>
        _registrations = [
            .. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }.Select(signal => PosixSignalRegistration.Create(signal, Tell)),
        ];

    /// <summary>Cancelled when the program was told to end.</summary>
    public CancellationToken Token => _told.Token;

    /// <summary>
    /// Begins to look. A shell script that starts a program with <c>&amp;</c> has it ignore SIGINT, and .NET leaves an ignored signal
    /// ignored; what a user started must end when it is told to, so the program takes the signal back. To be called before anything else
    /// looks at signals: before the console is used.
    /// </summary>
    public static Interruption Watch()
    {
        if (!OperatingSystem.IsWindows())
        {
            _ = SetSignalHandler(SigInt, ByDefault);
        }

        return new Interruption();
    }

    /// <summary>
    /// From now on Ctrl-C is for a command that shares the terminal with this program and gets the signal too. Other signals are still this
    /// program's.
    /// </summary>
    public static void LeaveCtrlCToCommand() => Volatile.Write(ref _leftToOthers, 1);

    /// <summary>What Ctrl-C does, for a program that reads the keys of its terminal itself.</summary>
    public static void Raise() => _ = Kill(Environment.ProcessId, SigInt);

    /// <inheritdoc />
    public void Dispose()
    {
        // The source stays: a signal may be on its way, and without a timer there is nothing to free.
        _registrations.ForEach(registration => registration.Dispose());
    }

    private void Tell(PosixSignalContext context)
    {
        context.Cancel = true;
        if (context.Signal == PosixSignal.SIGINT && Volatile.Read(ref _leftToOthers) == 1)
        {
            return;
        }

        if (!_told.IsCancellationRequested)
        {
            _ = Task.Delay(Patience).ContinueWith(_ => Environment.Exit(ExitCode), TaskScheduler.Default);
            _told.Cancel();
        }
    }

    [DllImport("libc", EntryPoint = "signal")]
    private static extern nint SetSignalHandler(int signal, nint handler);

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);
}
