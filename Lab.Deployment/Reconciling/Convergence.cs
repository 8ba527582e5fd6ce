using System.Diagnostics;
using Lab.Deployment.Aws;
using Lab.Deployment.Resources;
using Lab.Model;

namespace Lab.Deployment.Reconciling;

/// <summary>
/// Brings one resource to what it shall be, or away. After every call the resource is read again, and what is read decides what comes
/// next. So a lost answer needs no case of its own: whether the call took effect is seen.
/// </summary>
internal sealed class Convergence(AwsClients aws, World world, IProgressView view)
{
    private readonly Timing _timing = aws.Target.Timing;

    /// <summary>Makes or changes a resource until nothing differs, and waits until AWS has it ready.</summary>
    /// <exception cref="LabException">It still differs, or did not get ready, in the time there is.</exception>
    public async Task ReachAsync(Resource resource, CancellationToken cancellationToken)
    {
        var attempts = new Attempts(resource, _timing, view);
        var found = world[resource];
        while (true)
        {
            if (found is { IsGoing: true })
            {
                // A run before this one was removing it.
                await attempts.WaitUntilGoneAsync(cancellationToken);
                found = await resource.TryFindAsync(aws, cancellationToken);
                world[resource] = found;
                continue;
            }

            if (found is not null)
            {
                attempts.WasSeen = true;
                found = await ReadyAsync(resource, found, attempts, cancellationToken);
                world[resource] = found;
            }

            var changes = resource.Desired(world).ChangesFrom(found?.Fields ?? []);
            if (found is not null && changes.Count == 0)
            {
                return;
            }

            await attempts.BeginAsync(changes, cancellationToken);
            await attempts.TryAsync(
                found is null ? resource.CreateAsync(aws, world, cancellationToken) : resource.UpdateAsync(aws, world, found, changes, cancellationToken),
                error => AwsErrors.IsGone(error) || AwsErrors.IsDuplicate(error),
                cancellationToken
            );
            found = await SeeAsync(resource, attempts, cancellationToken);
        }
    }

    /// <summary>Removes a resource, or gives it back, and waits until it is gone.</summary>
    /// <exception cref="LabException">It is still there when the time is over.</exception>
    public async Task RemoveAsync(Resource resource, CancellationToken cancellationToken)
    {
        var attempts = new Attempts(resource, _timing, view);
        while (await resource.TryFindAsync(aws, cancellationToken) is { IsForeign: false } found)
        {
            // What AWS has taken away it may show for minutes.
            if (found.IsGoing || attempts.WasTaken)
            {
                await attempts.WaitUntilGoneAsync(cancellationToken);
            }
            else
            {
                await attempts.BeginAsync([], cancellationToken);
            }

            if (found.IsGoing)
            {
                continue;
            }

            await attempts.TryAsync(
                resource.DeleteAsync(aws, found, cancellationToken),
                error => AwsErrors.IsGone(error) || AwsErrors.IsInUse(error),
                cancellationToken
            );
        }

        world[resource] = null;
    }

    /// <summary>
    /// Reads a resource. What was just made may not show yet, and what was seen may be missing in the next answer, which another copy gives:
    /// only what stays away is away.
    /// </summary>
    private async Task<Found?> SeeAsync(Resource resource, Attempts attempts, CancellationToken cancellationToken)
    {
        var begun = Stopwatch.GetTimestamp();
        while (true)
        {
            // What counts is when AWS was asked, not when the answer came.
            var asked = Stopwatch.GetElapsedTime(begun);
            var found = await resource.TryFindAsync(aws, cancellationToken);
            if (
                found is not null
                || (attempts is { LastWasRefused: true, WasSeen: false, WasTaken: false } && asked > _timing.Settle / 4)
                || asked > _timing.Settle
            )
            {
                return found;
            }

            await Task.Delay(_timing.Poll, cancellationToken);
        }
    }

    private async Task<Found> ReadyAsync(Resource resource, Found found, Attempts attempts, CancellationToken cancellationToken)
    {
        var begun = Stopwatch.GetTimestamp();
        while (!found.IsReady)
        {
            if (Stopwatch.GetElapsedTime(begun) > _timing.Patience)
            {
                throw new LabException(
                    $"{resource.Kind} {found.Id} is not ready after {_timing.Patience.TotalMinutes:0} minutes. Run {DeployCommand.Line("apply")} again; if it stays so, look at it in the AWS console."
                );
            }

            await Task.Delay(_timing.Poll, cancellationToken);
            if (await resource.TryFindAsync(aws, cancellationToken) is { } now)
            {
                found = now;
                continue;
            }

            var why = await resource.FailureAsync(aws, cancellationToken);
            found =
                (why is null ? await SeeAsync(resource, attempts, cancellationToken) : null)
                ?? throw new LabException(
                    $"{resource.Kind} {found.Id} disappeared while Lab waited for it: AWS could not create it{(why is null ? "" : $" ({why})")}. Run {DeployCommand.Line("apply")} again."
                );
        }

        return found;
    }
}
