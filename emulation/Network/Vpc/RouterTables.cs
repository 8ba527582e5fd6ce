using Lab.Emulation.Network.Isolation;

namespace Lab.Emulation.Network.Vpc;

/// <summary>
/// What the kernel has been told about links, addresses and routes. A change is the difference: what stays is not touched, so
/// connections that it does not concern go on.
/// </summary>
internal sealed class RouterTables(INamespaces namespaces)
{
    /// <summary>Route tables that are nobody's else: those below are the kernel's own.</summary>
    private const int FirstTable = 1000;

    private readonly Dictionary<string, int> _tables = [];
    private IReadOnlyList<RouterEntry> _applied = [];

    /// <summary>The number of a route table, always the same.</summary>
    public int NumberOf(string routeTable)
    {
        if (!_tables.TryGetValue(routeTable, out var number))
        {
            _tables[routeTable] = number = FirstTable + _tables.Count;
        }

        return number;
    }

    /// <summary>Makes it so.</summary>
    public async Task ApplyAsync(IReadOnlyList<RouterEntry> wanted, CancellationToken cancellationToken)
    {
        wanted = [.. wanted.Distinct()];
        var removed = _applied.Except(wanted).Reverse().ToList();
        var added = wanted.Except(_applied).ToList();
        // Half of a change is no state to go on from: what was there may have gone, and is not deleted twice.
        _applied = [.. _applied.Intersect(wanted)];
        foreach (var (host, isIpv6) in Batches.Reverse())
        {
            await IpCommand.RemoveAsync(
                namespaces,
                host,
                isIpv6,
                [.. removed.Where(entry => entry.Host == host && entry.IsIpv6Rule == isIpv6).Select(entry => entry.Delete)],
                cancellationToken
            );
        }

        foreach (var (host, isIpv6) in Batches)
        {
            await IpCommand.RunAsync(
                namespaces,
                host,
                isIpv6,
                [.. added.Where(entry => entry.Host == host && entry.IsIpv6Rule == isIpv6).Select(entry => entry.Add)],
                cancellationToken
            );
        }

        _applied = wanted;
    }

    /// <summary>In the order in which one needs the other.</summary>
    private static (LabHost Host, bool IsIpv6)[] Batches => [(LabHost.Router, false), (LabHost.Internet, false), (LabHost.Router, true)];
}
