namespace Lab.Emulation.Services;

/// <summary>Asks a service a real question.</summary>
public interface IHealthProbe
{
    /// <summary>What the probe asks, for output: "GET /v2/".</summary>
    string Question { get; }

    /// <summary>Completes when the answer was right.</summary>
    /// <exception cref="Exception">Any: the answer was wrong or did not come; the message says which.</exception>
    Task AskAsync(CancellationToken cancellationToken);
}
