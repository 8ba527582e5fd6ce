using Lab.Emulation.Machines;

namespace Lab.Runtime.Home;

/// <summary>How the boots of a node are watched.</summary>
/// <param name="Plan">What they should come to.</param>
/// <param name="Read">Finds what a line of the serial console says.</param>
/// <param name="Diagnose">Finds out why a boot does not go on.</param>
/// <param name="Patience">How long a boot may take.</param>
public sealed record NodeWatch(BootPlan Plan, Func<string, Observation?> Read, Func<NodeResource, Diagnosis> Diagnose, TimeSpan Patience);
