using Amazon.Runtime;
using Lab.Emulation.Linux;
using Lab.Emulation.Machines;
using Lab.Model.Resources;
using Lab.Model.Running;
using Lab.Runtime.State;

namespace Lab.Runtime.Cloud;

/// <summary>A resource of a lab in a VPC. What is asked of it the emulator does, and the lab follows the emulator.</summary>
/// <param name="store">Where its state is kept.</param>
/// <param name="definition">What it is.</param>
/// <param name="log">Its output; null while there is none.</param>
/// <param name="execute">Asks the emulator for a command by name; null where it has none.</param>
internal sealed class CloudResource(LabStore store, LabResource definition, Func<LogFile?> log, Func<string, CancellationToken, Task>? execute = null)
    : StoredResource(store, definition)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Reads what its machine remembers while it is off; null for what has no machine of its own.</summary>
    public Func<IReadOnlyList<StorageState>>? ReadStorage { get; init; }

    /// <inheritdoc />
    public override LogFile? Log => log();

    /// <inheritdoc />
    public override IReadOnlyList<StorageState> Storage => ReadStorage?.Invoke() ?? [];

    /// <inheritdoc />
    protected override ResourceSnapshot Complete(ResourceSnapshot now) => now with { StartedAt = IsOff(now) ? null : now.StartedAt ?? DateTimeOffset.UtcNow };

    /// <inheritdoc />
    protected override bool CanExecute(string command, ResourceSnapshot now) => execute is not null && command == ResourceCommand.Start == IsOff(now);

    /// <inheritdoc />
    protected override async Task<string?> DoAsync(string command, CancellationToken cancellationToken)
    {
        try
        {
            await execute!(command, cancellationToken);
        }
        catch (Exception e) when (e is AmazonClientException or AmazonServiceException)
        {
            return e.Message;
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            await WaitAsync(now => !CanExecute(command, now), patience.Token);
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"{Definition.Name}: the emulator has taken '{command}', and {Patience.TotalSeconds:0} s later it is still {Condition}.";
        }
    }

    private static bool IsOff(ResourceSnapshot now) => now.State is ResourceState.Exited or ResourceState.NotStarted;
}
