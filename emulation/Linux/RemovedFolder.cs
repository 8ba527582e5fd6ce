namespace Lab.Emulation.Linux;

/// <summary>What is found of a lab whose folder was deleted while it ran: neither its lock nor its journal tells of it any more.</summary>
public static class RemovedFolder
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15);

    /// <summary>True when something of the lab runs, or is left, on this machine.</summary>
    public static bool HasTraces(LabFolder lab) => Hosts(lab).Count > 0 || ProcessMark.Find(lab).Any() || NamespacesOf(lab).Count > 0;

    /// <summary>Names of the lab's network namespaces that this machine has.</summary>
    internal static IReadOnlyList<string> NamespacesOf(LabFolder lab) =>
        LinuxCalls.EffectiveUser() == 0 && Directory.Exists(CleanUp.NamespacePath(""))
            ? [.. Directory.GetFiles(CleanUp.NamespacePath("")).Select(path => Path.GetFileName(path)).Where(lab.OwnsNamespace)]
            : [];

    /// <summary>Ends the programs that ran the lab when its folder was deleted. They take the lab down; one that does not is killed.</summary>
    /// <returns>How many there were.</returns>
    internal static Task<int> EndHostsAsync(LabFolder lab, CancellationToken cancellationToken)
    {
        var hosts = Hosts(lab);
        return CleanUp.EndAsync(lab, () => hosts.Where(host => host.IsAlive), Timeout, cancellationToken);
    }

    private static List<ProcessIdentity> Hosts(LabFolder lab) => [.. ProcessIdentity.Others().Where(process => process.HoldsRemoved(lab))];
}
