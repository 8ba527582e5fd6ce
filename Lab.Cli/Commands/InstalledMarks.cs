using Lab.CommandLine.Cluster;
using Lab.Emulation.Linux;
using Lab.Model;
using Lab.Model.Resources;
using Lab.Runtime.State;

namespace LabCli.Commands;

/// <summary>
/// What <c>lab cluster</c> sees of the disks of real machines, noted by the lab that serves them here (<c>lab serve</c>): it leaves installed
/// ones to their disks. Where no lab runs here, and for machines that boot from their disks first by themselves, nothing is done or said.
/// </summary>
/// <param name="lab">The lab whose nodes they are.</param>
/// <param name="notify">Gets what was noted, and what could not be.</param>
internal sealed class InstalledMarks(LabFolder lab, Action<LabEvent> notify) : IDiskMarks
{
    /// <summary>The lab answers at once, or not at all.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly List<Task> _under = [];

    /// <summary>
    /// Takes in what happens to the cluster. A machine counts as installed when it has started with what is on its disk: Talos names its disk
    /// before all of it is written.
    /// </summary>
    public void Take(LabEvent happened)
    {
        if (happened is LabEvent.ClusterMilestone { Stage: ClusterStage.Rebooted } reached)
        {
            lock (_lock)
            {
                _under.Add(MarkAsync(reached.Node, VisibleText.Of($"lab cluster up saw it {reached.Evidence}")));
            }
        }
    }

    /// <summary>A machine was reset: it boots from the network again, until it is seen to be installed.</summary>
    public Task TakeBackAsync(string node, CancellationToken cancellationToken) =>
        ChangeAsync(
            node,
            ResourceCommand.MarkNotInstalled,
            evidence: null,
            new LabEvent.NotInstalled(node),
            LabCommand.Line($"mark-installed --not {node}"),
            cancellationToken
        );

    /// <summary>Completes when all that was taken in is noted.</summary>
    public async ValueTask DisposeAsync()
    {
        List<Task> under;
        lock (_lock)
        {
            under = [.. _under];
        }

        await Task.WhenAll(under);
    }

    private Task MarkAsync(string node, string evidence) =>
        ChangeAsync(
            node,
            ResourceCommand.MarkInstalled,
            evidence,
            new LabEvent.Installed(node, evidence, Reinstall: false),
            LabCommand.Line($"mark-installed {node}"),
            CancellationToken.None
        );

    private async Task ChangeAsync(string node, string command, string? evidence, LabEvent noted, string byHand, CancellationToken cancellationToken)
    {
        using var served = LabClient.TryOpen(lab);
        if (served is null)
        {
            return;
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stop.CancelAfter(Timeout);
        try
        {
            if (await served.CanExecuteAsync(node, command, stop.Token))
            {
                await served.ExecuteAsync(node, command, stop.Token, evidence);
                notify(noted);
            }
        }
        catch (Exception e) when (e is LabException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            var why = e is LabException ? e.Message : $"The lab does not answer within {Timeout.TotalSeconds:0} s.";
            notify(new LabEvent.Message($"{node} is not noted as {(evidence is null ? "not " : "")}installed: {why} To do it by hand: {byHand}"));
        }
    }
}
