using Lab.Emulation.Machines;

namespace Lab.Dashboard.Running;

/// <summary>A stage that a boot reached.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="Elapsed">Time since the machine was switched on.</param>
/// <param name="Source">Whose word it is.</param>
public sealed record ReachedStage(BootStage Stage, TimeSpan Elapsed, string Source);
