using System.Globalization;

namespace Lab.Emulation.Linux;

/// <summary>What a process may do, as the kernel tells it in <c>/proc/PID/status</c> (proc(5)).</summary>
/// <param name="Pid">Process id.</param>
/// <param name="Program">Name of its program, at most 15 letters.</param>
/// <param name="User">Its effective user, as this program sees it.</param>
/// <param name="Effective">Its capabilities: a bit each (capabilities(7)).</param>
/// <param name="Bounding">Those that it, or a program that it runs, could get.</param>
/// <param name="CanGain">True when a program that it runs may have more than it, as with set-user-ID.</param>
/// <param name="HasFilter">True when its system calls are filtered.</param>
/// <param name="IsInOwnUserNamespace">True when its user and capabilities are those of a user namespace, and count for nothing outside.</param>
public sealed record ProcessPrivileges(
    int Pid,
    string Program,
    uint User,
    ulong Effective,
    ulong Bounding,
    bool CanGain,
    bool HasFilter,
    bool IsInOwnUserNamespace
)
{
    private const int NetBindService = 10,
        NetAdmin = 12,
        NetRaw = 13;

    /// <summary>What dnsmasq has, over the lab's network only.</summary>
    private const ulong OfNetwork = 1UL << NetBindService | 1UL << NetAdmin | 1UL << NetRaw;

    /// <summary>Reads them.</summary>
    /// <returns>Null when there is no such process any more.</returns>
    public static ProcessPrivileges? Of(int pid)
    {
        try
        {
            var fields = File.ReadLines($"/proc/{pid}/status")
                .Select(line => line.Split(":\t", 2))
                .Where(parts => parts.Length == 2)
                .ToDictionary(parts => parts[0], parts => parts[1]);
            return new ProcessPrivileges(
                pid,
                fields["Name"],
                uint.Parse(fields["Uid"].Split('\t')[1], CultureInfo.InvariantCulture),
                Bits(fields["CapEff"]),
                Bits(fields["CapBnd"]),
                fields["NoNewPrivs"] != "1",
                fields["Seccomp"] != "0",
                UserNamespace(pid) != UserNamespace(Environment.ProcessId)
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or KeyNotFoundException)
        {
            return null;
        }
    }

    /// <summary>True for one that may use the network as root does.</summary>
    public bool HasNetwork => (Effective & OfNetwork) == OfNetwork;

    /// <summary>What it has and should not, a phrase; null for a process that is as it should be.</summary>
    /// <param name="lab">Whose process it is.</param>
    public string? Excess(LabFolder lab) =>
        lab.HasServiceUsers && !ServiceUser.IsOf(lab, User) ? $"runs as user {User}"
        : CanGain ? "may gain privileges"
        : !IsInOwnUserNamespace && ((Effective | (User == 0 || lab.HasServiceUsers ? Bounding : 0)) & ~OfNetwork) != 0
            ? $"has capabilities {Effective:x16}, and could get {Bounding:x16}"
        : null;

    private static ulong Bits(string hex) => ulong.Parse(hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static string? UserNamespace(int pid) => new FileInfo($"/proc/{pid}/ns/user").LinkTarget;
}
