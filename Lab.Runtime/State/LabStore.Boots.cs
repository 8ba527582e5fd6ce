using Lab.Emulation.Machines;
using Lab.Model.Running;

namespace Lab.Runtime.State;

/// <summary>The boots of the nodes, one at a time for each. What still comes of a boot after the next has begun is dropped.</summary>
public sealed partial class LabStore
{
    /// <summary>A node was switched on: takes in what its boot reaches from now on.</summary>
    public void Follow(string node, NodeBoot boot)
    {
        Change(node, change: null, _ => new BootSnapshot(node, boot.SwitchedOn, []) { Path = boot.Plan.Path, Mac = boot.Mac });
        boot.StageReached += (_, stage, time, seen) =>
        {
            var reached = new ReachedStage(stage, time, seen.Source) { Evidence = seen.Text, Exchange = seen.Exchange };
            // Not under the store's lock: whoever reads a boot may ask the store.
            var path = boot.Read(timeline => timeline.Path);
            if (stage == BootStage.Ready)
            {
                Change(
                    node,
                    now => IsLast(node, boot) ? now with { State = ResourceState.Healthy, Detail = null } : now,
                    OnlyOf(boot, before => before with { Stages = [.. before.Stages, reached], IsReady = true, Failure = null, EndedAfter = time })
                );
            }
            else
            {
                Change(node, boot, before => before with { Stages = [.. before.Stages, reached], Path = path });
            }
        };
    }

    /// <summary>A boot does not go on by itself. One that got ready meanwhile has not failed.</summary>
    public void Fail(string node, NodeBoot boot, Diagnosis diagnosis) =>
        Change(
            node,
            now =>
                IsLast(node, boot) && now.State is (ResourceState.Running or ResourceState.Starting)
                    ? now with
                    {
                        State = ResourceState.Unhealthy,
                        Detail = $"{diagnosis.Ending}: {diagnosis.Cause}",
                    }
                    : now,
            Failed(boot, diagnosis)
        );

    /// <summary>The machine of a boot is off.</summary>
    /// <param name="node">The node.</param>
    /// <param name="boot">The boot.</param>
    /// <param name="end">How it went off; null where that is not to be told, as of a lab that is taken down.</param>
    /// <param name="diagnosis">Why it did not get ready; null for one that did, and where that has been told.</param>
    public void End(string node, NodeBoot boot, MachineEnd? end, Diagnosis? diagnosis = null)
    {
        if (diagnosis is not null)
        {
            Change(node, change: null, Failed(boot, diagnosis));
        }

        Change(
            node,
            boot,
            before => before with { EndedAfter = before.EndedAfter ?? boot.Elapsed, OffAfter = before.OffAfter ?? boot.Elapsed, End = before.End ?? end }
        );
    }

    /// <summary>The machine has reset itself and is about to be switched on again.</summary>
    public void Reset(string node, NodeBoot boot) =>
        Change(node, boot, before => before with { EndedAfter = before.EndedAfter ?? boot.Elapsed, HasReset = true });

    /// <summary>The machine's Linux has started another kernel, whose boot is about to begin.</summary>
    public void StartKernel(string node, NodeBoot boot) =>
        Change(node, boot, before => before with { EndedAfter = before.EndedAfter ?? boot.Elapsed, HasStartedKernel = true });

    private static Func<BootSnapshot?, BootSnapshot?> Failed(NodeBoot boot, Diagnosis diagnosis)
    {
        // Not under the store's lock either.
        var told = diagnosis with
        {
            Exchange = boot.Read(timeline => timeline.FailedExchange(diagnosis.Stage)),
        };
        return OnlyOf(boot, before => before.IsReady ? before : before with { Failure = told, EndedAfter = before.EndedAfter ?? boot.Elapsed });
    }

    private bool IsLast(string node, NodeBoot boot) => BootOf(node)?.SwitchedOn == boot.SwitchedOn;

    private void Change(string node, NodeBoot boot, Func<BootSnapshot, BootSnapshot> change) => Change(node, change: null, OnlyOf(boot, change));

    /// <summary>A change of that boot, and of no other one of its node.</summary>
    private static Func<BootSnapshot?, BootSnapshot?> OnlyOf(NodeBoot boot, Func<BootSnapshot, BootSnapshot> change) =>
        before => before?.SwitchedOn == boot.SwitchedOn ? change(before) : before;
}
