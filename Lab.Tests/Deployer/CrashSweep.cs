using Lab.Deployment.Aws;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Tests.Deployer.Strict;

namespace Lab.Tests.Deployer;

/// <summary>
/// Every writing call of apply and destroy fails in every way, with one egress design. The bastion is adopted in every other case and
/// created in the rest, so that the designs together have each way of failing with both. Two
/// sweeps: in one run each call fails once and the run gets through by itself; in a chain of runs each is denied the next call, and the
/// one after it dies when that call has taken effect, so that every state in between is one that a run has to go on from. What is left
/// at the end is what the calls alone would have made, and a run more writes nothing. The account is as late and as strict as AWS.
/// </summary>
public abstract class CrashSweep(Egress egress, Moto moto, bool isInExistingNetwork = false)
{
    /// <summary>Long enough for moto on a busy machine, short enough for a hundred of them.</summary>
    private static readonly TimeSpan Impatience = TimeSpan.FromMilliseconds(600);

    private static readonly string[] LeaseCalls = ["PutParameter", "DeleteParameter"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<Fault> Failures() => [Fault.ServerError, Fault.Throttled, Fault.ResetBefore, Fault.ResetAfter, Fault.TimeoutAfter];

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task A_run_gets_through_when_every_call_fails_once(Fault fault)
    {
        using var account = await AccountAsync(Adopts((int)fault));
        await using var proxy = await AwsAsync();
        var failed = new HashSet<string>();
        proxy.Decide = call => failed.Add(call.Content) ? fault : Fault.None;
        TimeSpan? patience = fault == Fault.TimeoutAfter ? Impatience : null;

        // Six at once where each call costs a wait.
        await Runs.ApplyAsync(account.Lab, proxy.Endpoint, Token, width: patience is null ? 1 : 6, call: patience);
        await NothingIsLeftToDoAsync(account.Lab);
        await Runs.DestroyAsync(account.Lab, proxy.Endpoint, Token, width: patience is null ? 1 : 6, call: patience);

        Assert.InRange(failed.Count, isInExistingNetwork ? 20 : 40, 150);
        await account.IsAsBeforeAsync(Token);
    }

    [Fact]
    public async Task The_next_run_goes_on_where_one_died()
    {
        using var account = await AccountAsync(Adopts(1));

        Assert.InRange(await DieAtEachCallAsync(endpoint => Runs.ApplyAsync(account.Lab, endpoint, Token)), 15, 120);
        await NothingIsLeftToDoAsync(account.Lab);
        Assert.InRange(await DieAtEachCallAsync(endpoint => Runs.DestroyAsync(account.Lab, endpoint, Token)), 10, 120);

        await account.IsAsBeforeAsync(Token);
    }

    /// <summary>True where the lab of a case adopts a bastion that is there; neighbours differ.</summary>
    private bool Adopts(int of) => (of + (int)egress + (isInExistingNetwork ? 1 : 0)) % 2 == 0;

    /// <summary>moto with AWS's habits: short pages, late answers, and requests held against the services' models.</summary>
    private async Task<FaultProxy> AwsAsync() =>
        new(moto.Endpoint)
        {
            PageSize = 5,
            Models = await ServiceModels.LoadAsync(),
            Consistency = new EventualConsistency((int)egress, TimeSpan.FromMilliseconds(10)),
        };

    private async Task<SweptAccount> AccountAsync(bool adopts)
    {
        await moto.ResetAsync();
        var aws = Runs.Clients(moto.Endpoint);
        if (adopts)
        {
            await Account.CreateBastionAsync(aws, Token);
        }

        var network = isInExistingNetwork ? await ForeignNetwork.CreateAsync(aws, Token) : null;
        // One of the designs has nodes in a further zone.
        var own = Runs.Lab(egress, create: !adopts);
        return new SweptAccount(network?.Lab(egress, create: !adopts) ?? (egress == Egress.None ? Runs.InFurther(own, "eu-west-1b") : own), aws, network)
        {
            Before = await Account.InventoryAsync(aws, Token),
            NetworkBefore = network is null ? [] : await network.StateAsync(aws, Token),
        };
    }

    /// <summary>A whole run, which writes nothing but its lease.</summary>
    private async Task NothingIsLeftToDoAsync(LabDefinition lab)
    {
        await using var proxy = await AwsAsync();
        await Runs.ApplyAsync(lab, proxy.Endpoint, Token);
        Assert.DoesNotContain(proxy.Writes, operation => !LeaseCalls.Contains(operation));
    }

    /// <summary>
    /// Runs again and again. One run is denied its first call; the next makes it, and dies before the answer. Where that one call gets
    /// nowhere, as one that the emulator does not know, further runs may make one more before.
    /// </summary>
    /// <returns>How many runs died.</returns>
    private async Task<int> DieAtEachCallAsync(Func<Uri, Task> run)
    {
        await using var proxy = await AwsAsync();
        List<string> before = [];
        var allowed = 0;
        for (var deaths = 0; deaths < 200; deaths++)
        {
            if (await EndsAtAsync(proxy, allowed, Fault.Denied, run) || await EndsAtAsync(proxy, allowed, Fault.ResetAfter, run))
            {
                return deaths;
            }

            allowed = before.SequenceEqual(proxy.Writes) ? allowed + 1 : 0;
            before = [.. proxy.Writes];
        }

        throw new InvalidOperationException("The lab did not get done in 200 runs.");
    }

    /// <returns>True when the run came to its end.</returns>
    private static async Task<bool> EndsAtAsync(FaultProxy proxy, int allowed, Fault fault, Func<Uri, Task> run)
    {
        proxy.Writes.Clear();
        var calls = 0;
        var met = false;
        proxy.Decide = call =>
        {
            // The lease is taken first, from whoever died before.
            if (LeaseCalls.Contains(call.Operation) || calls++ < allowed)
            {
                return Fault.None;
            }

            met = true;
            proxy.IsDead = fault == Fault.ResetAfter;
            return fault;
        };
        try
        {
            await run(proxy.Endpoint);
            return !met;
        }
        catch (Exception e) when (met && (e is LabException || AwsErrors.Explain(e) is not null))
        {
            return false;
        }
        finally
        {
            proxy.IsDead = false;
        }
    }
}

/// <summary>The account that a sweep goes over.</summary>
internal sealed record SweptAccount(LabDefinition Lab, AwsClients Aws, ForeignNetwork? Network) : IDisposable
{
    /// <summary>What was there before.</summary>
    public required IReadOnlyList<string> Before { get; init; }

    /// <summary>The network that it had before, to the last tag; empty where the lab makes its own.</summary>
    public required IReadOnlyList<string> NetworkBefore { get; init; }

    public void Dispose() => Aws.Dispose();

    /// <summary>Checks that nothing is left, and nothing is gone.</summary>
    public async Task IsAsBeforeAsync(CancellationToken cancellationToken)
    {
        Assert.Equal(Before, await Account.InventoryAsync(Aws, cancellationToken));
        Assert.Equal(NetworkBefore, Network is null ? [] : await Network.StateAsync(Aws, cancellationToken));
    }
}

public sealed class NatGatewaySweepTests(Moto moto) : CrashSweep(Egress.NatGateway, moto), IClassFixture<Moto>;

public sealed class BastionSweepTests(Moto moto) : CrashSweep(Egress.Bastion, moto), IClassFixture<Moto>;

public sealed class Ipv6SweepTests(Moto moto) : CrashSweep(Egress.Ipv6, moto), IClassFixture<Moto>;

public sealed class NoEgressSweepTests(Moto moto) : CrashSweep(Egress.None, moto), IClassFixture<Moto>;

public sealed class ExistingNetworkSweepTests(Moto moto) : CrashSweep(Egress.Bastion, moto, isInExistingNetwork: true), IClassFixture<Moto>;
