using System.Diagnostics;
using Amazon.Runtime;
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
            if (found is not null)
            {
                found = await ReadyAsync(resource, found, cancellationToken);
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
        while (await FindAsync(resource, cancellationToken) is { IsForeign: false } found)
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

    /// <summary>Reads a resource. What was just made may not show yet.</summary>
    private async Task<Found?> SeeAsync(Resource resource, Attempts attempts, CancellationToken cancellationToken)
    {
        var begun = Stopwatch.GetTimestamp();
        while (true)
        {
            var found = await FindAsync(resource, cancellationToken);
            if (
                found is not null
                || (attempts.LastWasRefused && Stopwatch.GetElapsedTime(begun) > _timing.Settle / 4)
                || Stopwatch.GetElapsedTime(begun) > _timing.Settle
            )
            {
                return found;
            }

            await Task.Delay(_timing.Poll, cancellationToken);
        }
    }

    /// <summary>A description that names what was just made, or was just removed, may say that there is no such thing.</summary>
    private async Task<Found?> FindAsync(Resource resource, CancellationToken cancellationToken)
    {
        try
        {
            return await resource.FindAsync(aws, cancellationToken);
        }
        catch (AmazonServiceException e) when (AwsErrors.IsGone(e))
        {
            return null;
        }
    }

    private async Task<Found> ReadyAsync(Resource resource, Found found, CancellationToken cancellationToken)
    {
        var begun = Stopwatch.GetTimestamp();
        while (!found.IsReady)
        {
            if (Stopwatch.GetElapsedTime(begun) > _timing.Patience)
            {
                throw new LabException(
                    $"{resource.Kind} {found.Id} is not ready after {_timing.Patience.TotalMinutes:0} minutes. Run lab-deploy apply again; if it stays so, look at it in the AWS console."
                );
            }

            await Task.Delay(_timing.Poll, cancellationToken);
            found =
                await FindAsync(resource, cancellationToken)
                ?? throw new LabException(
                    $"{resource.Kind} {found.Id} disappeared while Lab waited for it: AWS could not create it{(await resource.FailureAsync(aws, cancellationToken) is { } why ? $" ({why})" : "")}. Run lab-deploy apply again."
                );
        }

        return found;
    }
}
