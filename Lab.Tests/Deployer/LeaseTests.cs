using System.Text.Json;
using Amazon.SimpleSystemsManagement;
using Amazon.SimpleSystemsManagement.Model;
using Lab.Deployment.Reconciling;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Tests.Deployer.Strict;

namespace Lab.Tests.Deployer;

/// <summary>The parameter that lets one run at a time change a lab.</summary>
public sealed class LeaseTests(Moto moto) : IClassFixture<Moto>
{
    private static readonly LabDefinition Definition = Runs.Lab(Egress.Ipv6);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_many_that_ask_at_once_one_gets_it_also_where_a_dead_run_has_left_one()
    {
        await moto.ResetAsync();
        using var aws = Runs.Clients(moto.Endpoint);
        await PutAsync(aws.Ssm, new LeaseRecord(Guid.NewGuid(), Owner("dead"), "apply", DateTimeOffset.UnixEpoch), overwrite: false);

        var asking = Enumerable.Range(0, 12).Select(index => Lease.TakeAsync(aws, Definition, Owner($"user{index}"), "apply", Token)).ToList();
        await Task.WhenAll(asking.Select(task => task.ContinueWith(_ => { }, Token, TaskContinuationOptions.None, TaskScheduler.Default)));

        var taken = Assert.Single(asking, task => task.IsCompletedSuccessfully);
        Assert.All(asking.Where(task => task != taken), task => Assert.IsType<LabException>(task.Exception!.InnerException));
        Assert.Equal($"user{asking.IndexOf(taken)}", (await Lease.FindAsync(aws, Definition, Token))!.Owner.User);
        await (await taken).DisposeAsync();
        Assert.Null(await Lease.FindAsync(aws, Definition, Token));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task A_record_that_came_too_late_or_is_none_does_not_count(int late)
    {
        await moto.ResetAsync();
        using var aws = Runs.Clients(moto.Endpoint);
        await using (await Lease.TakeAsync(aws, Definition, Owner("ann"), "apply", Token))
        {
            for (var records = 0; records < late; records++)
            {
                await PutAsync(aws.Ssm, new LeaseRecord(Guid.NewGuid(), Owner("bob"), "destroy", DateTimeOffset.MaxValue), overwrite: true);
            }

            await aws.Ssm.PutParameterAsync(Request("by hand", overwrite: true), Token);

            Assert.Equal("ann", (await Lease.FindAsync(aws, Definition, Token))!.Owner.User);
            var refused = await Assert.ThrowsAsync<LabException>(() => Lease.TakeAsync(aws, Definition, Owner("cid"), "apply", Token));
            Assert.Contains("ann@elsewhere", refused.Message);
        }

        Assert.Null(await Lease.FindAsync(aws, Definition, Token));
        await using var next = await Lease.TakeAsync(aws, Definition, Owner("cid"), "apply", Token);
        Assert.Equal("cid", (await Lease.FindAsync(aws, Definition, Token))!.Owner.User);
    }

    /// <summary>AWS wants half a minute between the end of a parameter and another one of that name.</summary>
    [Fact]
    public async Task No_run_makes_a_parameter_that_another_has_just_removed_and_destroy_leaves_none()
    {
        await moto.ResetAsync();
        await using var proxy = new FaultProxy(moto.Endpoint);
        await Runs.ApplyAsync(Definition, proxy.Endpoint, Token);
        await Runs.ApplyAsync(Definition, proxy.Endpoint, Token);
        Assert.DoesNotContain("DeleteParameter", proxy.Writes);
        Assert.Equal(4, proxy.Writes.Count(operation => operation == "PutParameter"));

        await Runs.DestroyAsync(Definition, proxy.Endpoint, Token);

        Assert.Equal("DeleteParameter", proxy.Writes.Last());
        using var aws = Runs.Clients(moto.Endpoint);
        Assert.False(await Lease.HasParameterAsync(aws, Definition, Token));
    }

    private static LeaseOwner Owner(string user) => new(user, "elsewhere", "boot", 4711, "then");

    private static Task PutAsync(IAmazonSimpleSystemsManagement ssm, LeaseRecord record, bool overwrite) =>
        ssm.PutParameterAsync(Request(JsonSerializer.Serialize(record), overwrite), Token);

    private static PutParameterRequest Request(string value, bool overwrite) =>
        new()
        {
            Name = $"/lab/{Definition.Name}/lease",
            Type = ParameterType.String,
            Value = value,
            Overwrite = overwrite,
        };
}
