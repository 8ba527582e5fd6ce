using System.Text;

namespace Lab.Emulation.Linux;

/// <summary>
/// Every process that a lab starts carries the lab's run folder in its environment. By this mark they are found again, whatever was
/// or was not written down about them, and children of theirs too.
/// </summary>
public static class ProcessMark
{
    /// <summary>The environment variable; its value is <see cref="LabFolder.Run"/>.</summary>
    public const string Variable = "LAB_RUN";

    /// <summary>The processes of a lab that run now. Anybody can give a process of theirs the mark, so only those of the user count whose folder the lab's is.</summary>
    public static IEnumerable<ProcessIdentity> Find(LabFolder lab)
    {
        var owner = LinuxCalls.OwnerOf(lab.Root) ?? LinuxCalls.EffectiveUser();
        var mark = Encoding.UTF8.GetBytes($"{Variable}={lab.Run}\0");
        return ProcessIdentity.Others().Where(process => Holds(process.Pid, mark) && IsOf(lab, owner, ProcessIdentity.UserOf(process.Pid)));
    }

    private static bool IsOf(LabFolder lab, uint owner, uint? user) => user == owner || owner == 0 && user is { } service && ServiceUser.IsOf(lab, service);

    private static bool Holds(int pid, byte[] mark)
    {
        try
        {
            var environment = File.ReadAllBytes($"/proc/{pid}/environ");
            for (var start = 0; environment.AsSpan(start).IndexOf(mark) is >= 0 and var found; start += found + 1)
            {
                if (start + found == 0 || environment[start + found - 1] == 0)
                {
                    return true;
                }
            }

            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Another user's process, or one that has just ended: not the lab's.
            return false;
        }
    }
}
