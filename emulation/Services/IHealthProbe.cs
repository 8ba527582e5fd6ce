namespace Lab.Emulation.Services;

/// <summary>Asks a service a real question.</summary>
public interface IHealthProbe
{
    /// <summary>What the probe asks, for output: "GET /v2/".</summary>
    string Question { get; }

    /// <summary>Completes when the answer was right.</summary>
    /// <exception cref="Exception">Any: the answer was wrong or did not come; the message says which.</exception>
    Task AskAsync(CancellationToken cancellationToken);

    /// <summary>
    /// True for a line that a healthy service logs because it was asked this, and for no other reason. The question comes every few
    /// seconds: its lines would bury the others.
    /// </summary>
    bool Leaves(string line) => false;
}
