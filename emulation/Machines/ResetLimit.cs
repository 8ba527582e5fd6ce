namespace Lab.Emulation.Machines;

/// <summary>
/// Whether a machine that reset itself boots again. An installation ends in a reset, and so does a reboot; a machine that crashes over
/// and over again would hide why it did so first.
/// </summary>
public sealed class ResetLimit
{
    /// <summary>So many boots in a row may end in a reset without having been ready. After the last of them the machine stays off.</summary>
    public const int Most = 3;

    private int _inARow;

    /// <summary>Takes in that a boot has ended in a reset.</summary>
    /// <returns>True when another boot is to follow.</returns>
    public bool BootsAgain(BootTimeline boot)
    {
        _inARow = boot.IsReady ? 0 : _inARow + 1;
        return boot.IsReady || (boot.Failure is null && _inARow < Most);
    }

    /// <summary>Begins to count anew: somebody has switched the machine on.</summary>
    public void Forget() => _inARow = 0;
}
