using System.Globalization;

namespace Lab.Emulation.Machines;

/// <summary>A boot whose time ran out before it was ready, and before anything had failed.</summary>
/// <param name="Allowed">The time that it had, from the moment its machine was switched on.</param>
/// <param name="Waited">How long it has been at its stage.</param>
/// <param name="Silent">How long nothing was seen of it: no stage, and nothing on its serial console.</param>
public sealed record OutOfTime(TimeSpan Allowed, TimeSpan Waited, TimeSpan Silent)
{
    /// <summary>A boot of which nothing is seen for so long hangs; a stage that takes so long is a slow one.</summary>
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(20);

    /// <summary>What a boot is given without <c>--timeout</c>.</summary>
    public static TimeSpan Usual { get; } = TimeSpan.FromSeconds(180);

    /// <summary>The most that <c>--timeout</c> takes.</summary>
    public static TimeSpan Longest { get; } = TimeSpan.FromDays(1);

    /// <summary>True for one that has been at its stage for longer than a stage takes that is not slow.</summary>
    public bool IsSlow => Waited > Slow;

    /// <summary>How a boot stands that was given this time; null when it has settled by itself.</summary>
    public static OutOfTime? Of(NodeBoot boot, TimeSpan allowed) =>
        boot.Settled.IsCompleted ? null : new OutOfTime(allowed, boot.Elapsed - boot.Stages.Values.DefaultIfEmpty().Max(), boot.Silent);

    /// <summary>What to say of a boot that went on; null for one that did not.</summary>
    /// <param name="stage">The stage that it waited for.</param>
    /// <param name="usual">Why a boot hangs at that stage.</param>
    public Reason? Explain(BootStage stage, Reason usual) =>
        Silent > Slow
            ? null
            : new Reason(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"It was still going on when its {Allowed.TotalSeconds:0.##} s ran out, {Waited.TotalSeconds:0.0} s into stage {stage.Id()}."
                ),
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Give it more time: --timeout {Math.Clamp(2 * Allowed.TotalSeconds, Usual.TotalSeconds, Longest.TotalSeconds):0}"
                ) + (IsSlow ? $". If it gets no further then: {usual.Cause} {usual.Remedy}" : "")
            );
}
