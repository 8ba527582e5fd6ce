namespace Lab.Runtime.State;

/// <summary>One run of a lab, from the empty host to the empty host: at home or in a VPC.</summary>
public interface ILabSession : IAsyncDisposable
{
    /// <summary>The lab's resources, from before they are started until after they have ended.</summary>
    ILabResources Resources { get; }

    /// <summary>Time since the lab's start.</summary>
    TimeSpan Elapsed { get; }

    /// <summary>Runs until the nodes have settled and, unless it is to run once, until it is cancelled.</summary>
    /// <returns>True when all nodes got ready.</returns>
    /// <exception cref="Lab.Model.LabException">The lab could not be brought up.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before the nodes had settled.</exception>
    Task<bool> RunAsync(CancellationToken cancellationToken);
}
