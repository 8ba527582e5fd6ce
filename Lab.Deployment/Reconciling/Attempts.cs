using System.Diagnostics;
using Amazon.Runtime;
using Lab.Deployment.Aws;
using Lab.Deployment.Resources;
using Lab.Model;

namespace Lab.Deployment.Reconciling;

/// <summary>The attempts at one resource: which failures another attempt may follow, how long, and with what pause.</summary>
internal sealed class Attempts(Resource resource, Timing timing, IProgressView view)
{
    /// <summary>Attempts that get nowhere without AWS saying that it needs time.</summary>
    private const int Most = 6;

    private readonly long _begun = Stopwatch.GetTimestamp();
    private int _failures;
    private int _differing = int.MaxValue;
    private string? _last;
    private bool _isTold;

    /// <summary>Waits while AWS removes something: that counts against the clock only.</summary>
    /// <exception cref="LabException">It takes longer than such things take.</exception>
    public async Task WaitUntilGoneAsync(CancellationToken cancellationToken)
    {
        if (!_isTold)
        {
            view.Note($"{resource.Kind} {resource.Id}: AWS is removing it; waiting, {timing.Patience.TotalMinutes:0} minutes at most.");
            _isTold = true;
        }

        if (Stopwatch.GetElapsedTime(_begun) > timing.Patience)
        {
            throw new LabException(
                $"{resource.Kind} {resource.Id}: AWS has taken the deletion and still shows it after {timing.Patience.TotalMinutes:0} minutes. It may cost money until it is gone. Run the command again to continue."
            );
        }

        await Task.Delay(timing.Poll, cancellationToken);
    }

    /// <summary>True when the last call was refused for sure.</summary>
    public bool LastWasRefused { get; private set; }

    /// <summary>True when a call was carried out: from then on what is still seen is AWS taking its time.</summary>
    public bool WasTaken { get; private set; }

    /// <summary>True when the resource was read once: from then on an answer without it is an old one, or it was taken away.</summary>
    public bool WasSeen { get; set; }

    /// <summary>Begins another attempt; from the third on after a pause, for AWS may still show what was before.</summary>
    /// <exception cref="LabException">There have been enough.</exception>
    public async Task BeginAsync(IReadOnlyList<FieldChange> differing, CancellationToken cancellationToken)
    {
        if (differing.Count < _differing)
        {
            _failures = 0;
        }

        _differing = differing.Count;
        if (_failures > 1)
        {
            await Task.Delay(timing.Poll, cancellationToken);
        }

        if (_failures++ >= Most || Stopwatch.GetElapsedTime(_begun) > timing.Patience)
        {
            var why = _last is not null ? $"AWS says: {_last}" : $"still differs: {string.Join(", ", differing)}";
            throw new LabException(
                $"{resource.Kind} {resource.Id} is not as it should be after {_failures - 1} attempts; {why}. What was done so far stays; run the command again to continue."
            );
        }
    }

    /// <summary>Waits for a call. Failures that may pass are swallowed after a pause: what is read next decides.</summary>
    /// <param name="call">The call.</param>
    /// <param name="mayPass">Further failures that may pass.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task TryAsync(Task call, Func<Exception, bool> mayPass, CancellationToken cancellationToken)
    {
        LastWasRefused = false;
        try
        {
            await call;
            (_last, WasTaken) = (null, true);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && Pass(e, mayPass))
        {
            await Task.Delay(timing.Poll, cancellationToken);
        }
        catch (AmazonServiceException e)
        {
            throw Translate(e);
        }
    }

    private bool Pass(Exception error, Func<Exception, bool> mayPass)
    {
        LastWasRefused = !AwsErrors.IsAmbiguous(error);
        _last = error.Message;
        if (AwsErrors.IsAmbiguous(error) || AwsErrors.IsThrottle(error))
        {
            view.Note($"{resource.Kind} {resource.Id}: {(LastWasRefused ? "AWS asks to slow down" : "the answer was lost")}; looking again.");
        }
        else if (!mayPass(error) && !AwsErrors.IsNotYet(error))
        {
            return false;
        }

        if (IsMatterOfTime(error, mayPass))
        {
            _failures--;
        }

        return true;
    }

    /// <summary>
    /// What counts against the clock, not against the attempts: AWS is busy, needs minutes to let go of something, or has not heard
    /// everywhere of what was just made.
    /// </summary>
    private bool IsMatterOfTime(Exception error, Func<Exception, bool> mayPass) =>
        AwsErrors.IsThrottle(error)
        || AwsErrors.IsNotYet(error)
        || (AwsErrors.IsInUse(error) && mayPass(error))
        || (AwsErrors.IsGone(error) && Stopwatch.GetElapsedTime(_begun) < timing.Settle);

    private LabException Translate(AmazonServiceException error) =>
        AwsErrors.IsDenied(error)
            ? new LabException(
                $"{resource.Kind} {resource.Id}: AWS denies the call ({error.ErrorCode}): {error.Message} To print the permissions that a deployment needs: {DeployCommand.Line("doctor --policy")}",
                inner: error
            )
            : new LabException(
                $"{resource.Kind} {resource.Id}: AWS refuses the call ({error.ErrorCode}): {error.Message} What was done so far stays; fix the cause and run the command again.",
                inner: error
            );
}
