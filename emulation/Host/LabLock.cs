using Lab.Model;

namespace Lab.Emulation.Host;

/// <summary>Held by the program that runs or removes a lab. The kernel releases it when that program ends in whatever way.</summary>
public sealed class LabLock : IDisposable
{
    private readonly FileStream _file;

    private LabLock(FileStream file) => _file = file;

    /// <summary>Takes the lock; null when another program has it.</summary>
    public static LabLock? TryTake(LabFolder lab)
    {
        try
        {
            Directory.CreateDirectory(lab.Root);

            // FileShare.None is an exclusive flock(2) on Linux.
            return new LabLock(new FileStream(lab.Lock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e) when (e is not (DirectoryNotFoundException or PathTooLongException))
        {
            return null;
        }
        catch (UnauthorizedAccessException e)
        {
            throw new LabException($"Cannot write to {lab.Root}: {e.Message} Set XDG_STATE_HOME to a folder of yours.", inner: e);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _file.Dispose();
}
