using System.Globalization;

namespace Lab.Emulation.Linux;

/// <summary>
/// The users that a lab's processes run as where root runs the lab: numbers without an account, from the range that systemd sets aside for
/// users of services (https://systemd.io/UIDS-GIDS). In a user namespace there is one user only, and it has no rights outside.
/// </summary>
internal static class ServiceUser
{
    private const uint First = 61184;
    private const uint Last = 65519;
    private const uint PerLab = 8;

    /// <summary>The user of a role; null where processes keep the user that they are started by.</summary>
    public static uint? Of(LabFolder lab, ServiceRole role) => lab.HasServiceUsers ? FirstOf(lab) + (uint)role : null;

    /// <summary>True for a user that processes of a lab run as, beside the one that its folder belongs to.</summary>
    public static bool IsOf(LabFolder lab, uint user) => user >= FirstOf(lab) && user < FirstOf(lab) + PerLab;

    /// <summary>Gives a file or folder, with all that is in it, to the user of a role. Symbolic links are given, not followed.</summary>
    /// <exception cref="IOException">It cannot be given.</exception>
    public static void Own(LabFolder lab, ServiceRole role, string path)
    {
        if (Of(lab, role) is not { } user)
        {
            return;
        }

        // The folder last: while it is root's, nobody else can change what is in it.
        if (new DirectoryInfo(path) is { Exists: true, LinkTarget: null } folder)
        {
            foreach (var inside in folder.EnumerateFileSystemInfos())
            {
                Own(lab, role, inside.FullName);
            }
        }

        if (LinuxCalls.OwnerOf(path) != user && LinuxCalls.ChangeOwner(path, user, user) != 0)
        {
            throw new IOException($"Cannot give {path} to user {user}: {LinuxCalls.LastError()}");
        }
    }

    /// <summary>True for what the user of a role has already, or need not be given.</summary>
    internal static bool Has(LabFolder lab, ServiceRole role, string path) => Of(lab, role) is not { } user || LinuxCalls.OwnerOf(path) == user;

    private static uint FirstOf(LabFolder lab)
    {
        var number = uint.Parse(lab.UniqueName[(lab.UniqueName.LastIndexOf('.') + 1)..], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return First + number % ((Last - First + 1) / PerLab) * PerLab;
    }

    /// <summary>True where processes can be given other users: for root, unless it is a container's, which may have few users or none but itself.</summary>
    internal static bool AllExist { get; } =
        LinuxCalls.EffectiveUser() == 0 && Maps(File.Exists("/proc/self/uid_map") ? File.ReadAllLines("/proc/self/uid_map") : []);

    /// <summary>Each line of the map: first number inside, first number outside, how many (user_namespaces(7)).</summary>
    internal static bool Maps(IEnumerable<string> map) =>
        map.Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Any(fields =>
                fields.Length == 3
                && ulong.TryParse(fields[0], CultureInfo.InvariantCulture, out var start)
                && ulong.TryParse(fields[2], CultureInfo.InvariantCulture, out var count)
                && start <= First
                && start + count > Last
            );
}
