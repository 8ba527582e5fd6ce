using System.Collections.Concurrent;
using System.Diagnostics;
using Lab.Model.Definition;

namespace Lab.BootServer.Telemetry;

/// <summary>Which trace the boot of a machine is. Who switches machines on puts it here; answers to the machine stand in its trace.</summary>
internal sealed class BootTable
{
    /// <summary>Where it is put on the telemetry socket, with the machine's MAC after it and a <c>traceparent</c> header (https://www.w3.org/TR/trace-context/).</summary>
    public const string Path = "/boots/";

    /// <summary>More machines than a lab has; past it the table begins anew.</summary>
    public const int Capacity = 1024;

    private readonly ConcurrentDictionary<string, ActivityContext> _boots = new();

    /// <summary>Takes the trace of a boot that begins.</summary>
    /// <returns>False for what is no MAC or no trace.</returns>
    public bool Add(string mac, string? traceParent)
    {
        if (!MacAddress.TryParse(mac, out var machine) || !ActivityContext.TryParse(traceParent, null, out var trace))
        {
            return false;
        }

        if (_boots.Count >= Capacity)
        {
            _boots.Clear();
        }

        _boots[machine.ToString()] = trace;
        return true;
    }

    /// <summary>The trace of a machine's boot; none where nobody has told of one.</summary>
    public ActivityContext Of(string? mac) => mac is null ? default : _boots.GetValueOrDefault(mac);
}
