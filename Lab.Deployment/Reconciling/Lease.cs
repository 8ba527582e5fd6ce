using System.Text.Json;
using Amazon.SimpleSystemsManagement;
using Amazon.SimpleSystemsManagement.Model;
using Lab.Deployment.Aws;
using Lab.Model;
using Lab.Model.Definition;

namespace Lab.Deployment.Reconciling;

/// <summary>
/// The right to change a lab, for one run at a time: an SSM parameter. SSM knows no "write if it is still so", and what is deleted must not
/// be made again for half a minute. So the parameter stays from run to run, and each record names the version that it replaces: it counts
/// only if it became the next one. Of two runs that write at once the second one's record does not count, and it knows that from SSM's
/// answer. A lease is renewed while the run lives and runs out when it does not; on the same machine a run that has ended is noticed at once.
/// </summary>
internal sealed class Lease : IAsyncDisposable
{
    private const int Attempts = 5;

    /// <summary>Records that did not count are few: one for each run that came too late at the same moment.</summary>
    private const int RecordsRead = 20;

    private static readonly TimeSpan Duration = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(30);

    private readonly AwsClients _aws;
    private readonly string _parameter;
    private readonly CancellationTokenSource _ended = new();
    private readonly Task _renewing;
    private LeaseRecord _mine;
    private bool _isRemovedAtEnd;

    private Lease(AwsClients aws, string parameter, LeaseRecord mine)
    {
        (_aws, _parameter, _mine) = (aws, parameter, mine);
        aws.LeaseEnd = $"the lease could not be given back: it runs out by itself within {Duration.TotalMinutes:0} minutes";
        _renewing = RenewAsync(_ended.Token);
    }

    /// <summary>Takes the lease.</summary>
    /// <exception cref="LabException">Another run holds it.</exception>
    public static async Task<Lease> TakeAsync(AwsClients aws, LabDefinition lab, LeaseOwner owner, string doing, CancellationToken cancellationToken)
    {
        var parameter = Parameter(lab);
        var mine = new LeaseRecord(Guid.NewGuid(), owner, doing, aws.Time.GetUtcNow() + Duration);
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var (held, version, _) = await ReadAsync(aws, parameter, cancellationToken);
            if (held?.Id == mine.Id)
            {
                return new Lease(aws, parameter, held);
            }

            if (held is { IsGivenBack: false } && held.Expires > aws.Time.GetUtcNow() && !held.Owner.HasEnded())
            {
                throw new LabException(
                    $"{held.Owner} is changing lab {lab.Name} ({held.Doing}) and holds the lease until {held.Expires:HH:mm:ss} UTC. Wait until it is done; when you know that it no longer runs: {DeployCommand.Line("unlock")}"
                );
            }

            if (await TryPutAsync(aws, parameter, mine with { Replaces = version }, cancellationToken))
            {
                return new Lease(aws, parameter, mine with { Replaces = version });
            }
        }

        throw new LabException($"The lease of lab {lab.Name} could not be taken: another run was quicker, or SSM does not answer. Try again.");
    }

    /// <summary>
    /// Waits until AWS shows everything that an earlier run has done: read too early, what that run made is not there, and would be made a
    /// second time or left behind. When the run ended is when SSM took its last record; of one that was killed that is not known.
    /// </summary>
    public static async Task SettleAsync(AwsClients aws, LabDefinition lab, CancellationToken cancellationToken)
    {
        var settle = aws.Target.Timing.Settle;
        var (held, _, written) = await ReadAsync(aws, Parameter(lab), cancellationToken);
        var rest =
            held is null || held.Expires <= aws.Time.GetUtcNow() ? TimeSpan.Zero
            : held.IsGivenBack ? settle - (aws.Time.GetUtcNow() - written)
            : held.Owner.HasEnded() ? settle
            : TimeSpan.Zero;
        if (rest <= TimeSpan.Zero)
        {
            return;
        }

        rest = rest < settle ? rest : settle;
        if (rest > TimeSpan.FromSeconds(1))
        {
            aws.Note(
                $"A run ({held!.Doing}) ended just now, and AWS may not show everything that it did yet: waiting {Math.Ceiling(rest.TotalSeconds)} s before reading."
            );
        }

        await Task.Delay(rest, aws.Time, cancellationToken);
    }

    /// <summary>The lease that is held; null for none.</summary>
    public static async Task<LeaseRecord?> FindAsync(AwsClients aws, LabDefinition lab, CancellationToken cancellationToken) =>
        await ReadAsync(aws, Parameter(lab), cancellationToken) is { Record: { IsGivenBack: false } held } ? held : null;

    /// <summary>True when the parameter is there, whether or not somebody holds the lease.</summary>
    public static async Task<bool> HasParameterAsync(AwsClients aws, LabDefinition lab, CancellationToken cancellationToken) =>
        (await ReadAsync(aws, Parameter(lab), cancellationToken)).Version > 0;

    /// <summary>Gives back what another run holds, whoever that is.</summary>
    /// <exception cref="LabException">SSM does not take it.</exception>
    public static async Task BreakAsync(AwsClients aws, LabDefinition lab, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (
                await ReadAsync(aws, Parameter(lab), cancellationToken) is not ({ IsGivenBack: false } held, var version, _)
                || await TryPutAsync(aws, Parameter(lab), GivenBack(held, version), cancellationToken)
            )
            {
                return;
            }
        }

        throw new LabException($"The lease of lab {lab.Name} could not be removed: its holder renews it, or SSM does not answer. Try again.");
    }

    /// <summary>Nothing of the lab stays: the parameter goes when the lease is given back.</summary>
    public void RemoveAtEnd() => _isRemovedAtEnd = true;

    /// <summary>Gives the lease back, unless somebody else has it by now. When that fails it runs out by itself.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _renewing;
        _ended.Dispose();
        using var deadline = new CancellationTokenSource(_aws.Target.Timing.Call);
        try
        {
            await GiveBackAsync(deadline.Token);
            _aws.LeaseEnd = "the lease is given back";
        }
        catch (Exception e) when (e is Amazon.Runtime.AmazonServiceException || AwsErrors.IsAmbiguous(e)) { }
    }

    private static string Parameter(LabDefinition lab) => $"/lab/{lab.Name}/lease";

    private static LeaseRecord GivenBack(LeaseRecord held, long version) => held with { Replaces = version, IsGivenBack = true };

    /// <summary>The record that counts, the parameter's newest version, 0 for no parameter, and when SSM took that.</summary>
    private static async Task<(LeaseRecord? Record, long Version, DateTimeOffset Written)> ReadAsync(
        AwsClients aws,
        string parameter,
        CancellationToken cancellationToken
    )
    {
        if (await GetAsync(aws, parameter, cancellationToken) is not { } newest)
        {
            return (null, 0, default);
        }

        var written = new DateTimeOffset(newest.LastModifiedDate?.ToUniversalTime() ?? default, TimeSpan.Zero);
        var read = newest;
        for (var records = 1; ; records++)
        {
            var version = read.Version!.Value;
            if (LeaseRecord.Parse(read.Value) is { } record && record.Replaces == version - 1)
            {
                return (record, newest.Version!.Value, written);
            }

            if (version == 1 || records == RecordsRead || await GetAsync(aws, $"{parameter}:{version - 1}", cancellationToken) is not { } before)
            {
                return (null, newest.Version!.Value, written);
            }

            read = before;
        }
    }

    private static async Task<Parameter?> GetAsync(AwsClients aws, string name, CancellationToken cancellationToken)
    {
        try
        {
            return (await aws.Ssm.GetParameterAsync(new GetParameterRequest { Name = name }, cancellationToken)).Parameter;
        }
        catch (Exception e) when (e is ParameterNotFoundException or ParameterVersionNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Writes a record. What came of an answer that was lost is read afterwards.</summary>
    /// <returns>True when it counts.</returns>
    private static async Task<bool> TryPutAsync(AwsClients aws, string parameter, LeaseRecord record, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await aws.SsmWrites.PutParameterAsync(
                new PutParameterRequest
                {
                    Name = parameter,
                    Type = ParameterType.String,
                    Value = JsonSerializer.Serialize(record),
                    Overwrite = record.Replaces > 0,
                },
                cancellationToken
            );
            if (answer.Version == record.Replaces + 1)
            {
                return true;
            }
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && (e is ParameterAlreadyExistsException || MayPass(e))) { }

        await Task.Delay(aws.Target.Timing.Poll, cancellationToken);
        return false;
    }

    private static bool MayPass(Exception e) => AwsErrors.IsAmbiguous(e) || AwsErrors.IsThrottle(e);

    private async Task<bool> TryRemoveAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _aws.SsmWrites.DeleteParameterAsync(new DeleteParameterRequest { Name = _parameter }, cancellationToken);
            return true;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && MayPass(e))
        {
            await Task.Delay(_aws.Target.Timing.Poll, cancellationToken);
            return false;
        }
    }

    private async Task GiveBackAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var (held, version, _) = await ReadAsync(_aws, _parameter, cancellationToken);
            if (held?.Id != _mine.Id || held.IsGivenBack)
            {
                return;
            }

            if (_isRemovedAtEnd ? await TryRemoveAsync(cancellationToken) : await TryPutAsync(_aws, _parameter, GivenBack(held, version), cancellationToken))
            {
                return;
            }
        }
    }

    private async Task RenewAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Renewal, _aws.Time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken) && await RenewOnceAsync(cancellationToken)) { }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested) { }
    }

    /// <returns>False when somebody has removed the lease or holds it by now: theirs is not written over.</returns>
    private async Task<bool> RenewOnceAsync(CancellationToken cancellationToken)
    {
        try
        {
            for (var attempt = 0; attempt < Attempts; attempt++)
            {
                var (held, version, _) = await ReadAsync(_aws, _parameter, cancellationToken);

                // SSM may show for a while what was before this run's own record, or nothing.
                if (version > _mine.Replaces && (held?.Id != _mine.Id || held.IsGivenBack))
                {
                    return false;
                }

                var renewed = _mine with { Expires = _aws.Time.GetUtcNow() + Duration, Replaces = version };
                if (await TryPutAsync(_aws, _parameter, renewed, cancellationToken))
                {
                    _mine = renewed;
                    break;
                }
            }
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && (e is Amazon.Runtime.AmazonServiceException || AwsErrors.IsAmbiguous(e)))
        {
            // The lease holds for a while yet and is tried again; the run's own calls will tell when AWS is gone.
        }

        return true;
    }
}

/// <summary>What the lease's parameter holds.</summary>
/// <param name="Id">The run.</param>
/// <param name="Owner">Who runs it.</param>
/// <param name="Doing">The verb.</param>
/// <param name="Expires">When it runs out unless it is renewed.</param>
/// <param name="Replaces">The parameter's version before this record, 0 for none: the record counts if its own version is the next.</param>
/// <param name="IsGivenBack">Nobody holds the lease.</param>
internal sealed record LeaseRecord(Guid Id, LeaseOwner Owner, string Doing, DateTimeOffset Expires, long Replaces = 0, bool IsGivenBack = false)
{
    /// <summary>A parameter's value; null for what is no record.</summary>
    public static LeaseRecord? Parse(string value)
    {
        try
        {
            return JsonSerializer.Deserialize<LeaseRecord>(value) is { Owner: not null, Doing: not null } record ? record : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
