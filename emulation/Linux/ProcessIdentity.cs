using System.Globalization;

namespace Lab.Emulation.Linux;

/// <summary>
/// A process, told apart from a later one with the same pid by its start time.
/// </summary>
/// <param name="Pid">Process id.</param>
/// <param name="StartTicks">Start time in clock ticks since boot: field 22 of <c>/proc/PID/stat</c> (proc(5)).</param>
public sealed record ProcessIdentity(int Pid, long StartTicks)
{
    /// <summary>The process that has this pid now; null when there is none.</summary>
    public static ProcessIdentity? Of(int pid)
    {
        try
        {
            // The second field is the name in parentheses, which may itself hold spaces and parentheses.
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] is "Z" or "X" ? null : new ProcessIdentity(pid, long.Parse(fields[19], CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The processes that run now, this one left out.</summary>
    public static IEnumerable<ProcessIdentity> Others() =>
        Directory
            .EnumerateDirectories("/proc")
            .Select(folder =>
                int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && pid != Environment.ProcessId
                    ? Of(pid)
                    : null
            )
            .OfType<ProcessIdentity>();

    /// <summary>The effective user of a process; null when there is none.</summary>
    public static uint? UserOf(int pid)
    {
        try
        {
            // Uid: real, effective, saved, file system.
            return
                File.ReadLines($"/proc/{pid}/status").FirstOrDefault(line => line.StartsWith("Uid:", StringComparison.Ordinal))?.Split('\t')
                    is [_, _, var effective, ..]
                ? uint.Parse(effective, CultureInfo.InvariantCulture)
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>True while this very process runs, for the user whose folder the lab's is, and has the lab's lock file open: it is the program that runs the lab.</summary>
    public bool Holds(LabFolder lab) => HasOpen(lab, path => path.EndsWith($"/{lab.Name}/{Path.GetFileName(lab.Lock)}", StringComparison.Ordinal));

    /// <summary>As <see cref="Holds"/>, for a lock file that has been removed (proc(5)): the process ran the lab when its folder was deleted.</summary>
    public bool HoldsRemoved(LabFolder lab) => HasOpen(lab, path => path == $"{lab.Lock} (deleted)");

    private bool HasOpen(LabFolder lab, Func<string, bool> isIt)
    {
        try
        {
            return IsAlive
                && UserOf(Pid) == (LinuxCalls.OwnerOf(lab.Root) ?? LinuxCalls.EffectiveUser())
                && new DirectoryInfo($"/proc/{Pid}/fd").EnumerateFileSystemInfos().Any(file => file.LinkTarget is { } path && isIt(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>True while this very process runs.</summary>
    public bool IsAlive => Of(Pid) == this;

    /// <summary>Asks the process to end (SIGTERM). Does nothing when it has ended.</summary>
    public void Terminate() => Signal(LinuxCalls.SigTerm);

    /// <summary>Asks the process to read its files again (SIGHUP). Does nothing when it has ended.</summary>
    public void Reload() => Signal(LinuxCalls.SigHup);

    /// <summary>Ends the process at once (SIGKILL). Does nothing when it has ended.</summary>
    public void Kill() => Signal(LinuxCalls.SigKill);

    /// <summary>
    /// The signal goes through a pid file descriptor that was opened before the start time is compared, so it cannot reach another
    /// process that got the pid in between.
    /// </summary>
    private void Signal(int signal)
    {
        var pidfd = LinuxCalls.PidfdOpen(Pid);
        if (pidfd < 0)
        {
            return;
        }

        try
        {
            if (IsAlive)
            {
                _ = LinuxCalls.PidfdSendSignal(pidfd, signal);
            }
        }
        finally
        {
            _ = LinuxCalls.Close(pidfd);
        }
    }
}
