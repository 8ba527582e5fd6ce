using Lab.Tests.Deployer.Strict;

namespace Lab.Tests.Deployer;

/// <summary>Runs of the program that are told to end, or are killed, when a call has taken effect.</summary>
public sealed class SignalTests(Moto moto) : IClassFixture<Moto>
{
    private const string Operator = "budget: {email: operator@example.org}, access: {ipv6: '2001:db8::7'}";
    private const string Lab = $"{{bastion: {{create: true}}, network: {{egress: ipv6}}, {Operator}}}";

    private static readonly string[] LeaseCalls = ["PutParameter", "DeleteParameter"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("CreateSubnet", "DeleteSubnet")]
    [InlineData("PutScheduledUpdateGroupAction", "DeleteScheduledAction")]
    public async Task Interrupted_a_run_says_so_gives_the_lease_back_and_the_next_goes_on(string inApply, string inDestroy)
    {
        await moto.ResetAsync();
        using var program = new LabDeploy(Lab);
        using var aws = Runs.Clients(moto.Endpoint);
        var before = await Account.InventoryAsync(aws, Token);

        foreach (var (verb, last) in new[] { ("apply", inApply), ("destroy", inDestroy) })
        {
            await using var proxy = new FaultProxy(moto.Endpoint);
            var run = (await program.RunUntilAsync(proxy.Endpoint, When(proxy, call => call.Operation == last), LabDeploy.SigInt, verb, "--yes")).Expect(130);

            Assert.Contains("Interrupted. What was done so far stays, and the lease is given back; run the command again to continue.", run.Errors);
            Assert.Null(await global::Lab.Deployment.Reconciling.Lease.FindAsync(aws, Runs.Lab(global::Lab.Model.Definition.Egress.Ipv6), Token));
            proxy.Decide = _ => Fault.None;
            (await program.RunAsync(moto.Endpoint, verb, "--yes")).Expect(0);
            Assert.Contains(verb == "apply" ? "Applied: 0 writes." : "Nothing to do", (await program.RunAsync(moto.Endpoint, verb, "--yes")).Expect(0).Output);
        }

        Assert.Equal(before, await Account.InventoryAsync(aws, Token));
    }

    [Fact]
    public async Task An_interrupted_plan_says_that_nothing_was_changed()
    {
        await moto.ResetAsync();
        using var program = new LabDeploy(Lab);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var proxy = new FaultProxy(moto.Endpoint)
        {
            DecideRead = _ =>
            {
                asked.TrySetResult();
                return Fault.TimeoutAfter;
            },
        };

        var run = (await program.RunUntilAsync(proxy.Endpoint, asked.Task, LabDeploy.SigInt, "plan")).Expect(130);

        Assert.Contains("Interrupted. Nothing was changed.", run.Errors);
    }

    /// <summary>A process a call takes its time: one design, or with LAB_SWEEP=all every one.</summary>
    public static TheoryData<string, bool> Killed() =>
        Environment.GetEnvironmentVariable("LAB_SWEEP") == "all"
            ? [.. from egress in new[] { "nat-gateway", "bastion", "ipv6", "none" } from adopts in new[] { false, true } select (egress, adopts)]
            : [("ipv6", false)];

    [Theory]
    [MemberData(nameof(Killed))]
    public async Task Killed_after_each_call_a_run_is_finished_by_the_next(string egress, bool adopts)
    {
        await moto.ResetAsync();
        using var program = new LabDeploy($"{{bastion: {{create: {(adopts ? "false" : "true")}}}, network: {{egress: {egress}}}, {Operator}}}");
        using var aws = Runs.Clients(moto.Endpoint);
        if (adopts)
        {
            await Account.CreateBastionAsync(aws, Token);
        }

        var before = await Account.InventoryAsync(aws, Token);

        Assert.InRange(await KillAlongAsync(program, "apply"), 12, 100);
        Assert.Contains("Applied: 0 writes.", (await program.RunAsync(moto.Endpoint, "apply", "--yes")).Expect(0).Output);
        Assert.InRange(await KillAlongAsync(program, "destroy"), 12, 100);

        Assert.Equal(before, await Account.InventoryAsync(aws, Token));
    }

    /// <summary>Kills run after run, each when its first call has taken effect, until one comes to its end.</summary>
    /// <returns>How many were killed.</returns>
    private async Task<int> KillAlongAsync(LabDeploy program, string verb)
    {
        for (var killed = 0; killed < 200; killed++)
        {
            await using var proxy = new FaultProxy(moto.Endpoint);
            var run = await program.RunUntilAsync(
                proxy.Endpoint,
                When(proxy, call => !LeaseCalls.Contains(call.Operation)),
                LabDeploy.SigKill,
                [verb, "--yes", .. verb == "apply" ? ["--over-budget"] : Array.Empty<string>()]
            );
            if (run.Code == 0)
            {
                return killed;
            }

            Assert.True(run.Code == 128 + LabDeploy.SigKill, run.Said);
        }

        throw new InvalidOperationException("The lab did not get done in 200 runs.");
    }

    /// <summary>Ends when a call that is waited for has taken effect; that call and those after it get no answer.</summary>
    private static Task When(FaultProxy proxy, Func<Call, bool> wanted)
    {
        var happened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        proxy.Decide = call =>
        {
            if (happened.Task.IsCompleted)
            {
                return LeaseCalls.Contains(call.Operation) ? Fault.None : Fault.ResetBefore;
            }

            return Fault.None;
        };
        proxy.Done = call =>
        {
            if (wanted(call))
            {
                happened.TrySetResult();
            }
        };
        return happened.Task;
    }
}
