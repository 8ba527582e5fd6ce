using Microsoft.Win32.SafeHandles;

namespace LabCli.Terminal;

/// <summary>This terminal on a serial line: bytes pass both ways as they are, until Ctrl-] or the line's end.</summary>
internal static class AttachedConsole
{
    /// <summary>Ctrl-], as telnet and virsh have it.</summary>
    private const byte Leave = 0x1d;

    /// <summary>Passes bytes on until somebody leaves.</summary>
    /// <param name="line">The serial line.</param>
    /// <param name="cancellationToken">Leaves.</param>
    public static async Task RunAsync(Stream line, CancellationToken cancellationToken)
    {
        using var left = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var terminal = await RawTerminal.EnterAsync();
        await using var output = Console.OpenStandardOutput();
        _ = Task.Run(() => Type(line, left), CancellationToken.None);
        try
        {
            await line.CopyToAsync(output, left.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // Left, or the lab has ended.
        }
    }

    private static void Type(Stream line, CancellationTokenSource left)
    {
        // The stream of Console hands lines over, not keys.
        using var input = new FileStream(new SafeFileHandle(0, ownsHandle: false), FileAccess.Read, bufferSize: 0);
        var typed = new byte[256];
        try
        {
            while (input.Read(typed) is > 0 and var length)
            {
                if (typed.AsSpan(0, length).Contains(Leave))
                {
                    left.Cancel();
                    return;
                }

                line.Write(typed, 0, length);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The line has gone.
        }
    }
}
