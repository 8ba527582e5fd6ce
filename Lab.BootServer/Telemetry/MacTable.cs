using System.Collections.Concurrent;
using System.Net;

namespace Lab.BootServer.Telemetry;

/// <summary>Which MAC was last seen from an address: requests for kernels and initrds carry none.</summary>
internal sealed class MacTable
{
    /// <summary>More addresses than a lab has; past it the table begins anew.</summary>
    public const int Capacity = 16 * 1024;

    private readonly ConcurrentDictionary<IPAddress, string> _macs = new();

    /// <summary>The request's own MAC, which is remembered, or else the last one from its address.</summary>
    public string? Attribute(IPAddress? remote, string? mac)
    {
        if (remote is null)
        {
            return mac;
        }

        if (mac is null)
        {
            return _macs.GetValueOrDefault(remote);
        }

        if (!_macs.TryGetValue(remote, out var known) || known != mac)
        {
            Remember(remote, mac);
        }

        return mac;
    }

    private void Remember(IPAddress remote, string mac)
    {
        if (_macs.Count >= Capacity)
        {
            _macs.Clear();
        }

        _macs[remote] = mac;
    }
}
