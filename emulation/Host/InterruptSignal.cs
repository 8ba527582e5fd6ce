namespace Lab.Emulation.Host;

/// <summary>
/// A shell script that starts a program with <c>&amp;</c> has it ignore SIGINT, and .NET leaves an ignored signal ignored. A lab must end
/// when it is told to, so this program takes the signal back.
/// </summary>
public static class InterruptSignal
{
    /// <summary>To be called before anything else looks at signals: before the console is used or a handler is registered.</summary>
    public static void TakeBack()
    {
        const nint byDefault = 0;
        _ = LinuxCalls.SetSignalHandler(LinuxCalls.SigInt, byDefault);
    }
}
