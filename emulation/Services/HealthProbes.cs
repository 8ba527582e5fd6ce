namespace Lab.Emulation.Services;

/// <summary>Asking with bounded patience.</summary>
public static class HealthProbes
{
    /// <summary>Asks once.</summary>
    /// <param name="probe">The question.</param>
    /// <param name="patience">How long an answer may take.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <param name="onWrongAnswer">Takes what was wrong where an answer came, and not where none did.</param>
    /// <returns>What was wrong; null for a right answer.</returns>
    /// <exception cref="OperationCanceledException">The caller has lost interest.</exception>
    public static async Task<string?> TryAsync(
        this IHealthProbe probe,
        TimeSpan patience,
        CancellationToken cancellationToken,
        Action<string>? onWrongAnswer = null
    )
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
            var problem = $"{probe.Question}: {e.Message}";
            if (e is WrongAnswerException)
            {
                onWrongAnswer?.Invoke(problem);
            }

            return problem;
        }
    }
}
