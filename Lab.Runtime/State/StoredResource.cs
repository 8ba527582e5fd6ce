using Lab.Emulation.Linux;
using Lab.Emulation.Machines;
using Lab.Model;
using Lab.Model.Resources;
using Lab.Model.Running;

namespace Lab.Runtime.State;

/// <summary>A resource in the lab's store: its state, its log, and what can be done with it.</summary>
/// <param name="store">Where it is kept.</param>
/// <param name="definition">What it is.</param>
public abstract class StoredResource(LabStore store, LabResource definition)
{
    private readonly SemaphoreSlim _oneCommand = new(1);

    /// <summary>What it is.</summary>
    public LabResource Definition => definition;

    /// <summary>Its output, over all its starts; null while there is none.</summary>
    public abstract LogFile? Log { get; }

    /// <summary>What it remembers while it is off; empty where that is not known.</summary>
    public virtual IReadOnlyList<StorageState> Storage => [];

    /// <summary>How it is now.</summary>
    public ResourceSnapshot Snapshot => store.Of(definition.Name);

    /// <summary>State and detail.</summary>
    public ResourceCondition Condition => Snapshot.Condition;

    /// <summary>Where it is kept.</summary>
    protected LabStore Store => store;

    /// <summary>Runs a command; commands of one resource run one after another.</summary>
    /// <returns>Null on success; otherwise what happened and what to do.</returns>
    public Task<string?> ExecuteAsync(string command, CancellationToken cancellationToken) => ExecuteAsync(command, evidence: null, cancellationToken);

    /// <summary>Runs a command that a program gives for what it has seen.</summary>
    /// <param name="command">Name of the command.</param>
    /// <param name="evidence">What was seen; null for somebody's word.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Null on success; otherwise what happened and what to do.</returns>
    public async Task<string?> ExecuteAsync(string command, string? evidence, CancellationToken cancellationToken)
    {
        if (definition.Refuse(command) is { } refusal)
        {
            return refusal;
        }

        string? problem = null;
        try
        {
            await OneAtATimeAsync(
                async () => problem = CanExecute(command, Snapshot) ? await DoAsync(command, evidence, cancellationToken) : WhyNot(command),
                cancellationToken
            );
        }
        catch (LabException e)
        {
            return e.Message;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Log?.Write($"lab: the command '{command}' has failed: {e}");
            return $"{definition.Name}: the command '{command}' has met an error of Lab itself: {e.Message} See its log: {Log?.Path}";
        }

        return problem;
    }

    /// <summary>Completes when it is as wanted.</summary>
    public Task WaitAsync(Func<ResourceSnapshot, bool> wanted, CancellationToken cancellationToken) =>
        store.WaitAsync(definition.Name, wanted, cancellationToken);

    /// <summary>A change with what follows from it.</summary>
    internal ResourceSnapshot Completed(ResourceSnapshot before, ResourceSnapshot after)
    {
        after = Complete(after);
        var enabled = definition.Commands.Select(command => command.Name).Where(name => CanExecute(name, after)).ToList();
        return after with { EnabledCommands = enabled.SequenceEqual(before.EnabledCommands) ? before.EnabledCommands : enabled };
    }

    /// <summary>What follows from a state, beside the commands.</summary>
    protected virtual ResourceSnapshot Complete(ResourceSnapshot now) => now;

    /// <summary>Whether a command makes sense in a state.</summary>
    protected abstract bool CanExecute(string command, ResourceSnapshot now);

    /// <summary>Why a command makes no sense in the state that it has.</summary>
    protected virtual string WhyNot(string command) => $"{definition.Name} is {Condition}: '{command}' does nothing now.";

    /// <summary>Does what a command says.</summary>
    /// <returns>Null on success; otherwise what happened and what to do.</returns>
    protected abstract Task<string?> DoAsync(string command, CancellationToken cancellationToken);

    /// <summary>Does what a command says, where it may matter what was seen.</summary>
    protected virtual Task<string?> DoAsync(string command, string? evidence, CancellationToken cancellationToken) => DoAsync(command, cancellationToken);

    /// <summary>Does something while no command is being done.</summary>
    protected async Task OneAtATimeAsync(Func<Task> work, CancellationToken cancellationToken = default)
    {
        await _oneCommand.WaitAsync(cancellationToken);
        try
        {
            await work();
        }
        finally
        {
            _oneCommand.Release();
        }
    }

    /// <summary>Takes a change in and tells of it.</summary>
    protected void Change(Func<ResourceSnapshot, ResourceSnapshot> change) => store.Change(definition.Name, change);
}
