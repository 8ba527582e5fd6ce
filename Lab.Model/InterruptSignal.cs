using System.Runtime.InteropServices;

namespace Lab.Model;

/// <summary>
/// A shell script that starts a program with <c>&amp;</c> has it ignore SIGINT, and .NET leaves an ignored signal ignored. What a user
/// started must end when it is told to, so the program takes the signal back.
/// </summary>
public static class InterruptSignal
{
    private const int SigInt = 2;
    private const nint ByDefault = 0;

    /// <summary>To be called before anything else looks at signals: before the console is used or a handler is registered.</summary>
    public static void TakeBack()
    {
        if (!OperatingSystem.IsWindows())
        {
            _ = SetSignalHandler(SigInt, ByDefault);
        }
    }

    [DllImport("libc", EntryPoint = "signal")]
    private static extern nint SetSignalHandler(int signal, nint handler);
}
