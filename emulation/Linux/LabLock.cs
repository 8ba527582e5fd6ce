using System.Diagnostics;
using Lab.Model;

namespace Lab.Emulation.Linux;

/// <summary>Held by the program that runs or removes a lab. The kernel releases it when that program ends in whatever way.</summary>
public sealed class LabLock : IDisposable
{
    /// <summary>EWOULDBLOCK of flock(2): .NET gives the system's error number on.</summary>
    private const int HeldElsewhere = 11;

    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1),
        Patience = TimeSpan.FromSeconds(20),
        Pause = TimeSpan.FromMilliseconds(50);

    private readonly FileStream _file;

    private LabLock(FileStream file) => _file = file;

    /// <summary>Takes the lock; null when another program has it.</summary>
    /// <exception cref="LabException">The lab's folder cannot be written.</exception>
    public static LabLock? TryTake(LabFolder lab)
    {
        try
        {
            PrivateFolder.Create(lab.Root);

            // FileShare.None is an exclusive flock(2) on Linux.
            return new LabLock(new FileStream(lab.Lock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e) when (e.HResult == HeldElsewhere)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LabException($"Cannot write to {lab.Root}: {e.Message.TrimEnd('.')}. Set XDG_STATE_HOME to a folder of yours.", inner: e);
        }
    }

    /// <summary>Takes the lock. A lab whose program has died may be being taken down at this moment: that is waited for.</summary>
    /// <returns>Null when a program runs the lab.</returns>
    /// <exception cref="LabException">The lab's folder cannot be written.</exception>
    public static async Task<LabLock?> TakeAsync(LabFolder lab, CancellationToken cancellationToken)
    {
        var asked = Stopwatch.GetTimestamp();
        while (true)
        {
            if (TryTake(lab) is { } held)
            {
                return held;
            }

            // The journal goes a moment before the lock.
            var host = Journal.Read(lab).OfType<HostStarted>().LastOrDefault()?.Process;
            if (host is { IsAlive: true } || Stopwatch.GetElapsedTime(asked) > (host is null ? Moment : Patience))
            {
                return null;
            }

            await Task.Delay(Pause, cancellationToken);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _file.Dispose();
}
