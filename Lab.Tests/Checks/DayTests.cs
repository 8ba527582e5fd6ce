using Lab.Deployment.Aws;
using Lab.Deployment.Reconciling;
using Lab.Model.Checks;
using Lab.Model.Definition;
using Lab.Tests.Deployer;

namespace Lab.Tests.Checks;

/// <summary>The day and the time come from outside.</summary>
public sealed class DayTests(Moto moto) : IClassFixture<Moto>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("2026-07-01", false, false)]
    [InlineData("2026-12-31", true, false)]
    [InlineData("2028-02-29", true, true)]
    [InlineData("2030-06-15", true, true)]
    public void Checks_go_by_the_day(string day, bool trialEnds, bool overBudget)
    {
        var lab = new LabDefinition { Network = new() { Egress = Egress.Ipv6 } };
        var ids = LabChecks
            .Run(lab, DateOnly.ParseExact(day, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture))
            .Select(finding => finding.Id)
            .ToHashSet();

        Assert.Equal((trialEnds, overBudget), (ids.Contains("free-trial-ends"), ids.Contains("over-budget")));
    }

    /// <summary>A lease of 29 February 2028 has run out two minutes later, and not before, whatever this machine's clock says.</summary>
    [Fact]
    public async Task A_lease_runs_out_by_the_clock_it_was_given()
    {
        await moto.ResetAsync();
        var clock = new StoppedClock(new DateTimeOffset(2028, 2, 29, 23, 59, 0, TimeSpan.Zero));
        using var aws = new AwsClients(AwsTarget.Local("eu-west-1", moto.Endpoint), clock);
        var elsewhere = new LeaseOwner("ann", "elsewhere", "boot", 4711, "then");
        await using var first = await Lease.TakeAsync(aws, new(), elsewhere, "apply", Token);
        Assert.Equal(new DateTimeOffset(2028, 3, 1, 0, 1, 0, TimeSpan.Zero), (await Lease.FindAsync(aws, new(), Token))!.Expires);

        clock.Now += TimeSpan.FromSeconds(119);
        Assert.Contains(
            "ann@elsewhere",
            (
                await Assert.ThrowsAsync<global::Lab.Model.LabException>(() => Lease.TakeAsync(aws, new(), elsewhere with { User = "bob" }, "apply", Token))
            ).Message
        );

        clock.Now += TimeSpan.FromSeconds(2);
        await using var second = await Lease.TakeAsync(aws, new(), elsewhere with { User = "bob" }, "apply", Token);
        Assert.Equal("bob", (await Lease.FindAsync(aws, new(), Token))!.Owner.User);
    }

    private sealed class StoppedClock(DateTimeOffset now) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = now;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
