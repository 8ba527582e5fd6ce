using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Lab.Hosting;
using Lab.Model;
using Lab.Model.Resources;
using Lab.Model.Services;
using Lab.Tests.Programs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Lab.Tests.Aspire;

/// <summary>Who decides when a part starts, with Aspire's real orchestrator.</summary>
[Collection(VirtualMachines.Name)]
public sealed class StartTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(4);

    [Fact]
    public async Task A_wait_that_the_application_adds_and_an_explicit_start_are_obeyed()
    {
        using var folder = new TemporaryFolder();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Deadline);
        await using var builder = await AspireModel.CreateAsync(
            "--file",
            folder.File("lab.yaml", $"name: start{Environment.ProcessId}"),
            "--nodes",
            "2",
            "--port",
            "0"
        );
        var isOpen = false;
        builder.Services.AddHealthChecks().AddCheck("gate", () => isOpen ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("closed"));
        var gate = builder
            .AddResource(new Gate())
            .WithHealthCheck("gate")
            .WithInitialState(
                new CustomResourceSnapshot
                {
                    ResourceType = "Gate",
                    State = KnownResourceStates.Running,
                    Properties = [],
                }
            );
        var (first, second) = (builder.Resources.OfType<LabNodeResource>().First(), builder.Resources.OfType<LabNodeResource>().Last());
        builder.CreateResourceBuilder(first).WaitFor(gate);
        builder.CreateResourceBuilder(second).WithExplicitStart();
        await using var application = await builder.BuildAsync(deadline.Token);
        await application.StartAsync(deadline.Token);
        await application.ResourceNotifications.WaitForResourceHealthyAsync(LabComponentResource.ModelName(Matchbox.Name), deadline.Token);
        Assert.False(first.MayStart.Task.IsCompleted);

        isOpen = true;
        await application.ResourceNotifications.WaitForResourceHealthyAsync(first.Name, deadline.Token);
        Assert.False(second.MayStart.Task.IsCompleted);

        Assert.True((await application.ResourceCommands.ExecuteCommandAsync(second.Name, ResourceCommand.Start, deadline.Token)).Success);
        await application.ResourceNotifications.WaitForResourceHealthyAsync(second.Name, deadline.Token);
        await application.ResourceNotifications.WaitForResourceHealthyAsync("lab", deadline.Token);
        await application.StopAsync(deadline.Token);
    }

    [Fact]
    public async Task A_lab_that_cannot_start_leaves_the_other_one_of_its_application_running()
    {
        using var folder = new TemporaryFolder();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Deadline);
        await using var builder = await AspireModel.CreateAsync("--file", folder.File("lab.yaml", $"name: two{Environment.ProcessId}"), "--port", "0");
        var north = builder.AddLab("north", folder.File("north.yaml", "name: two-north")).WithImage("nowhere");
        await using var application = await builder.BuildAsync(deadline.Token);
        await application.StartAsync(deadline.Token);

        var failure = await Assert.ThrowsAsync<LabException>(() => LabRun.Of(application.Services, north.Resource).Ended.WaitAsync(deadline.Token));

        Assert.Contains("there is no folder nowhere", failure.Message, StringComparison.Ordinal);
        await application.ResourceNotifications.WaitForResourceAsync("north", KnownResourceStates.FailedToStart, deadline.Token);
        await application.ResourceNotifications.WaitForResourceHealthyAsync(LabComponentResource.ModelName(Matchbox.Name), deadline.Token);
        Assert.False(application.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested);
        await application.StopAsync(deadline.Token);
    }

    [Fact]
    public async Task The_machines_of_a_VPC_appear_and_go_while_it_runs()
    {
        using var folder = new TemporaryFolder();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Deadline);
        await using var builder = await AspireModel.CreateAsync(
            "--file",
            folder.File("lab.yaml", $"name: cloud{Environment.ProcessId}"),
            "--vpc=true",
            "--port",
            "0"
        );
        await using var application = await builder.BuildAsync(deadline.Token);
        await application.StartAsync(deadline.Token);
        var ready = await AnyAsync(
            application,
            now => now.Resource is LabNodeResource && now.Snapshot.State?.Text == KnownResourceStates.Running,
            deadline.Token
        );

        var refused = await application.ResourceCommands.ExecuteCommandAsync(ready.ResourceId, "terminate", deadline.Token);
        Assert.False(refused.Success);
        await application.ResourceCommands.ExecuteCommandAsync(ready.ResourceId, ResourceCommand.Stop, deadline.Token);
        await AnyAsync(application, now => now.ResourceId == ready.ResourceId && now.Snapshot.State?.Text == KnownResourceStates.Exited, deadline.Token);
        await application.StopAsync(deadline.Token);
    }

    private static async Task<ResourceEvent> AnyAsync(DistributedApplication application, Func<ResourceEvent, bool> wanted, CancellationToken cancellationToken)
    {
        await foreach (var now in application.ResourceNotifications.WatchAsync(cancellationToken))
        {
            if (wanted(now))
            {
                return now;
            }
        }

        throw new InvalidOperationException("The application has ended.");
    }

    private sealed class Gate() : Resource("gate");
}
