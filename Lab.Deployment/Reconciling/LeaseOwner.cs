using System.Diagnostics;
using System.Globalization;

namespace Lab.Deployment.Reconciling;

/// <summary>A run of lab-deploy that holds a lease.</summary>
/// <param name="User">Who runs it.</param>
/// <param name="Host">The machine's name.</param>
/// <param name="Space">What tells that two process numbers mean the same: the boot and the process namespace.</param>
/// <param name="Pid">The process.</param>
/// <param name="Started">When the process began, for a number may be given twice.</param>
internal sealed record LeaseOwner(string User, string Host, string Space, int Pid, string Started)
{
    /// <summary>This process.</summary>
    public static LeaseOwner This()
    {
        using var process = Process.GetCurrentProcess();
        return new LeaseOwner(Environment.UserName, Environment.MachineName, ThisSpace(), process.Id, Time(process));
    }

    /// <summary>True when the process is known to have ended: it was on this machine and is no more.</summary>
    public bool HasEnded()
    {
        if (Host != Environment.MachineName || Space != ThisSpace())
        {
            return false;
        }

        try
        {
            using var process = Process.GetProcessById(Pid);
            return process.HasExited || Time(process) != Started;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            return true;
        }
    }

    /// <summary>For messages: <c>ann@desk (process 4711)</c>.</summary>
    public override string ToString() => $"{User}@{Host} (process {Pid})";

    private static string ThisSpace()
    {
        const string boot = "/proc/sys/kernel/random/boot_id";
        return File.Exists(boot) ? $"{File.ReadAllText(boot).Trim()} {new FileInfo("/proc/self/ns/pid").LinkTarget}" : "";
    }

    private static string Time(Process process) => process.StartTime.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
