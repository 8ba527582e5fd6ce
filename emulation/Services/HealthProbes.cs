namespace Lab.Emulation.Services;

/// <summary>Asking with bounded patience.</summary>
public static class HealthProbes
{
    /// <summary>Asks once.</summary>
    /// <returns>What was wrong; null for a right answer.</returns>
    /// <exception cref="OperationCanceledException">The caller has lost interest.</exception>
    public static async Task<string?> TryAsync(this IHealthProbe probe, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(patience);
        try
        {
            await probe.AskAsync(limited.Token);
            return null;
        }
        catch (OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return $"{probe.Question}: no answer within {patience.TotalSeconds} s";
        }
        catch (Exception e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return $"{probe.Question}: {e.Message}";
        }
    }
}
