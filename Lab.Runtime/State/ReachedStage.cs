using Lab.Emulation.Machines;
using Lab.Model.Services;

namespace Lab.Runtime.State;

/// <summary>A stage that a boot reached.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="Elapsed">Time since the machine was switched on.</param>
/// <param name="Source">Whose word it is.</param>
public sealed record ReachedStage(BootStage Stage, TimeSpan Elapsed, string Source)
{
    /// <summary>What was seen, as the source wrote it; null where there are no words for it.</summary>
    public string? Evidence { get; init; }

    /// <summary>The request over HTTP and its answer; null where there was none.</summary>
    public HttpExchange? Exchange { get; init; }
}
