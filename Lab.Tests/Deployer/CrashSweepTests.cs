using Lab.Model;
using Lab.Model.Definition;

namespace Lab.Tests.Deployer;

/// <summary>
/// Every writing call of apply and destroy fails in every way, with every egress design. Two sweeps: in one run each call fails once
/// and the run gets through by itself; in a chain of runs each dies at the next call, so that every state in between is one that a run
/// has to go on from.
/// </summary>
public sealed class CrashSweepTests(Moto moto) : IClassFixture<Moto>
{
    private static readonly Egress[] Designs = Enum.GetValues<Egress>();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<Egress, Fault> Failures() =>
        [.. from egress in Designs from fault in new[] { Fault.ServerError, Fault.Throttled, Fault.ResetBefore, Fault.ResetAfter } select (egress, fault)];

    public static TheoryData<Egress, bool, Fault> Deaths() =>
    [
        .. from egress in Designs from fault in new[] { Fault.ResetBefore, Fault.ResetAfter } select (egress, egress is Egress.NatGateway or Egress.Ipv6 == (fault == Fault.ResetAfter), fault),
        (Egress.NatGateway, true, Fault.Denied),
    ];

    [Theory]
    [MemberData(nameof(Failures))]
    public Task A_run_gets_through_when_every_call_fails_once(Egress egress, Fault fault) => FailEachCallOnceAsync(egress, fault);

    [Fact]
    public async Task Nothing_is_made_twice_when_the_answer_never_comes()
    {
        await moto.ResetAsync();
        await using var proxy = new FaultProxy(moto.Endpoint);
        var lab = Runs.Lab(Egress.NatGateway);
        var unanswered = new HashSet<string>();
        proxy.Decide = operation => (operation.StartsWith("Create", StringComparison.Ordinal) || operation == "AllocateAddress") && unanswered.Add(operation) ? Fault.TimeoutAfter : Fault.None;

        await Runs.ApplyAsync(lab, proxy.Endpoint, Token, call: TimeSpan.FromSeconds(2));

        proxy.Writes.Clear();
        Assert.InRange(unanswered.Count, 10, 30);
        Assert.True((await Runs.PlanAsync(lab, proxy.Endpoint, Token)).IsEmpty);
        Assert.Empty(proxy.Writes);
    }

    [Theory]
    [MemberData(nameof(Deaths))]
    public async Task The_next_run_goes_on_where_one_died(Egress egress, bool adopts, Fault fault)
    {
        await moto.ResetAsync();
        var lab = Runs.Lab(egress, create: !adopts);
        using var aws = Runs.Clients(moto.Endpoint);
        if (adopts)
        {
            await Account.CreateBastionAsync(aws, Token);
        }

        var before = await Account.InventoryAsync(aws, Token);
        var deaths = await DieAtEachCallAsync(fault, endpoint => Runs.ApplyAsync(lab, endpoint, Token));
        Assert.InRange(deaths, 10, 120);
        await using (var proxy = new FaultProxy(moto.Endpoint))
        {
            Assert.True((await Runs.PlanAsync(lab, proxy.Endpoint, Token)).IsEmpty);
            Assert.Empty(proxy.Writes);
        }

        Assert.InRange(await DieAtEachCallAsync(fault, endpoint => Runs.DestroyAsync(lab, endpoint, Token)), 8, 120);
        Assert.Equal(before, await Account.InventoryAsync(aws, Token));
    }

    /// <summary>Runs again and again; each run makes one call and dies at the next. Where that one call gets nowhere, the next run gets one more.</summary>
    private async Task<int> DieAtEachCallAsync(Fault fault, Func<Uri, Task> run)
    {
        List<string> before = [];
        var allowed = 1;
        for (var deaths = 0; deaths < 200; deaths++)
        {
            await using var proxy = new FaultProxy(moto.Endpoint);
            var calls = 0;
            proxy.Decide = operation =>
            {
                // The lease is taken first, from whoever died before.
                if (operation is "PutParameter" or "DeleteParameter" || calls++ < allowed)
                {
                    return Fault.None;
                }

                proxy.IsDead = true;
                return fault;
            };
            try
            {
                await run(proxy.Endpoint);
                return deaths;
            }
            catch (Exception e) when (proxy.IsDead && (e is LabException || Lab.Deployer.Aws.AwsErrors.Explain(e) is not null))
            {
                allowed = before.SequenceEqual(proxy.Writes) ? allowed + 1 : 1;
                before = [.. proxy.Writes];
            }
        }

        throw new InvalidOperationException("The lab did not get done in 200 runs.");
    }

    private async Task FailEachCallOnceAsync(Egress egress, Fault fault)
    {
        await moto.ResetAsync();
        await using var proxy = new FaultProxy(moto.Endpoint);
        var lab = Runs.Lab(egress);
        using var aws = Runs.Clients(moto.Endpoint);
        var before = await Account.InventoryAsync(aws, Token);
        var failed = new HashSet<string>();
        proxy.Decide = operation => failed.Remove(operation) || !failed.Add(operation) ? Fault.None : fault;

        await Runs.ApplyAsync(lab, proxy.Endpoint, Token);

        proxy.Writes.Clear();
        Assert.True((await Runs.PlanAsync(lab, proxy.Endpoint, Token)).IsEmpty);
        Assert.Empty(proxy.Writes);
        await Runs.DestroyAsync(lab, proxy.Endpoint, Token);
        proxy.Decide = _ => Fault.None;
        await Lab.Deployer.Reconciling.Lease.BreakAsync(aws, lab, Token);
        Assert.Equal(before, await Account.InventoryAsync(aws, Token));
    }
}
