using System.Collections.Concurrent;
using Lab.Model.Running;
using Lab.Runtime.Runs;
using Lab.Runtime.State;

namespace Lab.Dashboard.Live;

/// <summary>How the nodes of the running lab have booted before.</summary>
/// <param name="runs">The kept runs, that which goes on included.</param>
public sealed class UsualBoots(KeptRuns runs)
{
    private readonly ConcurrentDictionary<string, (DateTimeOffset SwitchedOn, UsualBoot? Usual)> _known = new();

    /// <summary>The usual boot to compare a boot of this run with; null where there is none to compare with.</summary>
    public UsualBoot? Of(BootSnapshot boot)
    {
        if (_known.TryGetValue(boot.Node, out var known) && known.SwitchedOn == boot.SwitchedOn)
        {
            return known.Usual;
        }

        var all = runs.All();
        if (all.FirstOrDefault(run => run.Boots.Any(kept => kept.Node == boot.Node && kept.SwitchedOn == boot.SwitchedOn)) is not { } current)
        {
            // It has just begun, and is written down in a moment.
            return null;
        }

        var usual = UsualBoot.Of(all, (current.Place, current.Image), KeptBoots.Keep(boot));
        _known[boot.Node] = (boot.SwitchedOn, usual);
        return usual;
    }
}
