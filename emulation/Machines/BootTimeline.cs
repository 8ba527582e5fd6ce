using Lab.Model.Definition;
using Lab.Model.Services;

namespace Lab.Emulation.Machines;

/// <summary>When a node reached each stage. Not safe for several threads: one reader of observations feeds it.</summary>
/// <param name="plan">What it should come to.</param>
public sealed class BootTimeline(BootPlan plan)
{
    private const int MostTroubles = 100;

    private BootPlan _plan = plan;
    private List<BootStage> _path = [.. plan.Path];
    private readonly SortedDictionary<BootStage, TimeSpan> _reached = [];
    private readonly List<Observation> _troubles = [];

    /// <summary>Of a boot of the stand-in at home.</summary>
    public BootTimeline()
        : this(BootPlan.StandIn) { }

    /// <summary>What shows that the node is ready.</summary>
    public ReadySign Ready => _plan.Ready;

    /// <summary>The stages of this boot, in order.</summary>
    public IReadOnlyList<BootStage> Path => [.. _path];

    /// <summary>Time of each stage since the machine was switched on.</summary>
    public IReadOnlyDictionary<BootStage, TimeSpan> Reached => _reached;

    /// <summary>What went wrong, oldest first.</summary>
    public IReadOnlyList<Observation> Troubles => _troubles;

    /// <summary>The furthest stage; null before the first.</summary>
    public BootStage? Last => _reached.Count == 0 ? null : _reached.Keys.MaxBy(Place);

    /// <summary>True when the node serves.</summary>
    public bool IsReady => _reached.ContainsKey(BootStage.Ready);

    /// <summary>The observation after which the node does not get further by itself; null while there is none.</summary>
    public Observation? Failure { get; private set; }

    /// <summary>The last request over HTTP that went wrong at a stage, with its answer; null where none has.</summary>
    public HttpExchange? FailedExchange(BootStage stage) =>
        _troubles.LastOrDefault(trouble => trouble.Stage == stage && trouble.Exchange is not null)?.Exchange;

    /// <summary>
    /// The stage at which the node is: the one that failed, else the one after the furthest. <see cref="BootStage.Ready"/> for a node
    /// that is ready.
    /// </summary>
    public BootStage Current => Failure?.Stage ?? _troubles.LastOrDefault(trouble => Last is not { } last || Place(trouble.Stage) > Place(last))?.Stage ?? Next;

    /// <summary>True when a stage or one after it was reached; a line of the console may have been missed.</summary>
    private bool IsPast(BootStage stage) => Place(stage) is >= 0 and var place && Last is { } last && Place(last) >= place;

    /// <summary>True when Linux runs. A silent one is told by the initramfs that was sent: iPXE asks for no lease after it, and the firmware only when that has failed. Where no firmware asks for one, it is Linux that does.</summary>
    private bool IsLinuxOn => IsPast(BootStage.Linux) || (IsPast(BootStage.Initrd) && Failure is null) || !_path.Contains(BootStage.Dhcp);

    /// <summary>True for a Linux before which, of a boot over the network, the firmware alone was seen. iPXE speaks on the same console as the firmware.</summary>
    private bool IsFromDisk => _path.Contains(BootStage.Dhcp) && _reached.Keys.SequenceEqual([BootStage.Firmware]);

    private BootStage Next =>
        Last is not { } last ? _path[0]
        : last == BootStage.Ready ? last
        : _path[Place(last) + 1];

    private int Place(BootStage stage) => _path.IndexOf(stage);

    /// <summary>The stage before which a machine cannot ask for what a stage is about.</summary>
    private static BootStage? Asker(BootStage stage) =>
        stage switch
        {
            BootStage.Script or BootStage.Kernel or BootStage.Initrd => BootStage.Ipxe,
            BootStage.Config => BootStage.Linux,
            _ => null,
        };

    /// <summary>What is said over and over is kept once; of much that is said, the last.</summary>
    private void Note(Observation trouble)
    {
        if (_troubles.Contains(trouble))
        {
            return;
        }

        _troubles.Add(trouble);
        if (_troubles.Count > MostTroubles)
        {
            _troubles.RemoveAt(0);
        }
    }

    /// <summary>
    /// Takes an observation in. A lease that is given while Linux runs is Linux's: DHCP servers cannot tell.
    /// </summary>
    /// <returns>The stage that it reached for the first time; null when it reached none.</returns>
    public BootStage? Add(Observation observation, TimeSpan time)
    {
        if (observation.Stage == BootStage.Dhcp && IsLinuxOn)
        {
            observation = observation with { Stage = BootStage.Lease };
        }

        if (observation is { Stage: BootStage.Linux, Kind: ObservationKind.Reached } && IsFromDisk)
        {
            _plan = _plan.FromDisk;
            _path = [.. _plan.Path];
        }

        if (_plan.Perhaps.Contains(observation.Stage))
        {
            _path = [.. _path.With(observation.Stage)];
        }

        if (!_path.Contains(observation.Stage))
        {
            if (observation.Kind == ObservationKind.Reached)
            {
                return null;
            }

            // No stage of this boot: it keeps the node from the next one.
            observation = observation with
            {
                Stage = Next,
            };
        }

        if (observation.Kind == ObservationKind.Reached)
        {
            return _reached.TryAdd(observation.Stage, time) ? observation.Stage : null;
        }

        if (_reached.ContainsKey(observation.Stage) || (observation.Stage == BootStage.Script && Place(Next) < Place(BootStage.Script)))
        {
            // iPXE does not say what its errors belong to.
            // The stage itself was passed: what went wrong is what comes after the furthest.
            observation = observation with
            {
                Stage = Next,
            };
        }

        if (
            observation is { Kind: ObservationKind.Failed, Source: not (Observation.SerialConsole or Observation.Qemu) }
            && Asker(observation.Stage) is { } asker
            && _path.Contains(asker)
            && !IsPast(asker)
        )
        {
            // The machine has not come so far that it could have asked: somebody else did, in its name.
            observation = observation with
            {
                Kind = ObservationKind.Trouble,
            };
        }

        Note(observation);
        Failure ??= observation.Kind == ObservationKind.Failed ? observation : null;
        return null;
    }
}
