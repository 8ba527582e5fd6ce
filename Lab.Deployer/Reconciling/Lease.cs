using System.Text.Json;
using Amazon.SimpleSystemsManagement;
using Amazon.SimpleSystemsManagement.Model;
using Lab.Deployer.Aws;
using Lab.Model;
using Lab.Model.Definition;

namespace Lab.Deployer.Reconciling;

/// <summary>
/// The right to change a lab, for one run at a time: a parameter in SSM, made without overwriting. It is renewed while the run lives
/// and runs out when it does not; on the same machine a run that has ended is noticed at once.
/// </summary>
internal sealed class Lease : IAsyncDisposable
{
    private static readonly TimeSpan Duration = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(30);

    private readonly AwsClients _aws;
    private readonly string _parameter;
    private readonly LeaseRecord _mine;
    private readonly CancellationTokenSource _ended = new();
    private readonly Task _renewing;

    private Lease(AwsClients aws, string parameter, LeaseRecord mine)
    {
        (_aws, _parameter, _mine) = (aws, parameter, mine);
        _renewing = RenewAsync(_ended.Token);
    }

    /// <summary>Takes the lease.</summary>
    /// <exception cref="LabException">Another run holds it.</exception>
    public static async Task<Lease> TakeAsync(AwsClients aws, LabDefinition lab, LeaseOwner owner, string doing, CancellationToken cancellationToken)
    {
        var parameter = Parameter(lab);
        var mine = new LeaseRecord(Guid.NewGuid(), owner, doing, aws.Time.GetUtcNow() + Duration);
        for (var attempt = 0; attempt < 5; attempt++)
        {
            var (held, version) = await ReadAsync(aws, parameter, cancellationToken);
            if (held?.Id == mine.Id)
            {
                return new Lease(aws, parameter, mine);
            }

            if (held is not null && held.Expires > aws.Time.GetUtcNow() && !held.Owner.HasEnded())
            {
                throw new LabException($"{held.Owner} is changing lab {lab.Name} ({held.Doing}) and holds the lease until {held.Expires:HH:mm:ss} UTC. Wait until it is done; when you know that it no longer runs: lab-deploy unlock");
            }

            await TryPutAsync(aws, parameter, mine, version, cancellationToken);
        }

        throw new LabException($"The lease of lab {lab.Name} could not be taken: another run was quicker, or SSM does not answer. Try again.");
    }

    /// <summary>The lease as it is; null for none.</summary>
    public static async Task<LeaseRecord?> FindAsync(AwsClients aws, LabDefinition lab, CancellationToken cancellationToken) => (await ReadAsync(aws, Parameter(lab), cancellationToken)).Record;

    /// <summary>Removes the lease, whoever holds it.</summary>
    public static async Task BreakAsync(AwsClients aws, LabDefinition lab, CancellationToken cancellationToken)
    {
        try
        {
            await aws.SsmWrites.DeleteParameterAsync(new DeleteParameterRequest { Name = Parameter(lab) }, cancellationToken);
        }
        catch (ParameterNotFoundException)
        {
        }
    }

    /// <summary>Gives the lease back, unless somebody else has it by now. When that fails it runs out by itself.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _renewing;
        _ended.Dispose();
        using var deadline = new CancellationTokenSource(_aws.Target.Timing.Call);
        try
        {
            if ((await ReadAsync(_aws, _parameter, deadline.Token)).Record?.Id == _mine.Id)
            {
                await _aws.SsmWrites.DeleteParameterAsync(new DeleteParameterRequest { Name = _parameter }, deadline.Token);
            }
        }
        catch (Exception e) when (e is Amazon.Runtime.AmazonServiceException || AwsErrors.IsAmbiguous(e))
        {
        }
    }

    private static string Parameter(LabDefinition lab) => $"/lab/{lab.Name}/lease";

    private static async Task<(LeaseRecord? Record, long? Version)> ReadAsync(AwsClients aws, string parameter, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await aws.Ssm.GetParameterAsync(new GetParameterRequest { Name = parameter }, cancellationToken);
            return (JsonSerializer.Deserialize<LeaseRecord>(answer.Parameter.Value), answer.Parameter.Version);
        }
        catch (ParameterNotFoundException)
        {
            return (null, null);
        }
    }

    /// <summary>Puts the record there if nothing, or the version known, is there. What came of it is read afterwards.</summary>
    private static async Task TryPutAsync(AwsClients aws, string parameter, LeaseRecord record, long? version, CancellationToken cancellationToken)
    {
        try
        {
            if (version is not null)
            {
                // SSM knows no "if version": removing first lets the one who creates win.
                await aws.SsmWrites.DeleteParameterAsync(new DeleteParameterRequest { Name = parameter }, cancellationToken);
            }

            await PutAsync(aws.SsmWrites, parameter, record, overwrite: false, cancellationToken);
            if (version is not null)
            {
                // Another run may have found the same stale lease and be about to remove what was just put; what is read next decides.
                await Task.Delay(2 * aws.Target.Timing.Poll, cancellationToken);
            }
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && (e is ParameterAlreadyExistsException or ParameterNotFoundException || AwsErrors.IsAmbiguous(e) || AwsErrors.IsThrottle(e)))
        {
            await Task.Delay(aws.Target.Timing.Poll, cancellationToken);
        }
    }

    private async Task RenewAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Renewal, _aws.Time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken) && await RenewOnceAsync(cancellationToken))
            {
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
    }

    /// <returns>False when somebody has removed the lease or holds it by now: theirs is not written over.</returns>
    private async Task<bool> RenewOnceAsync(CancellationToken cancellationToken)
    {
        try
        {
            if ((await ReadAsync(_aws, _parameter, cancellationToken)).Record?.Id != _mine.Id)
            {
                return false;
            }

            await PutAsync(_aws.Ssm, _parameter, _mine with { Expires = _aws.Time.GetUtcNow() + Duration }, overwrite: true, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && (e is Amazon.Runtime.AmazonServiceException || AwsErrors.IsAmbiguous(e)))
        {
            // The lease holds for a while yet and is tried again; the run's own calls will tell when AWS is gone.
        }

        return true;
    }

    private static Task PutAsync(IAmazonSimpleSystemsManagement ssm, string parameter, LeaseRecord record, bool overwrite, CancellationToken cancellationToken) => ssm.PutParameterAsync(
        new PutParameterRequest { Name = parameter, Type = ParameterType.String, Value = JsonSerializer.Serialize(record), Overwrite = overwrite }, cancellationToken);
}

/// <summary>What the lease's parameter holds.</summary>
internal sealed record LeaseRecord(Guid Id, LeaseOwner Owner, string Doing, DateTimeOffset Expires);
