using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Lab.Emulation.Linux;
using Lab.Hosting;
using Lab.Model;
using Lab.Model.Resources;
using Lab.Model.Services;
using Lab.Tests.Programs;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Lab.Tests.Aspire;

/// <summary>A real lab beside Aspire's own services, without what Aspire starts containers with: what is tested is what Aspire is told.</summary>
[Collection(VirtualMachines.Name)]
public sealed class MirrorTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task Aspire_is_told_of_states_boots_links_and_logs_and_can_command()
    {
        using var folder = new TemporaryFolder();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        var builder = DistributedApplication.CreateBuilder([]);
        builder.AddLab("lab", folder.File("lab.yaml", $"name: {Name}")).WithOptions(AnyPort);
        await using var application = builder.Build();
        var (notifications, run) = (application.ResourceNotifications, application.Services.GetRequiredKeyedService<LabRun>("lab"));
        await run.StartAsync(patience.Token);
        try
        {
            await InitializeAsync(application, patience.Token);
            var node = builder.Components().OfType<LabNodeResource>().Single();

            // The last stage and the node's state are told one after the other.
            var booted = await notifications.WaitForResourceAsync(
                node.Name,
                now => now.Snapshot.State?.Text == KnownResourceStates.Running && now.Snapshot.Properties.Any(property => property.Name == "Boot: ready"),
                patience.Token
            );
            Assert.Contains(booted.Snapshot.Urls, url => url.Url == $"{run.Access!.Dashboard}/console/{node.Name}");
            Assert.DoesNotContain(booted.Snapshot.Urls, url => url.Url.Contains("login", StringComparison.Ordinal));
            Assert.Contains(
                booted.Snapshot.Properties,
                property =>
                    property is { IsSensitive: true, Value: string link }
                    && link.StartsWith($"{run.Access!.Dashboard}/login?t=", StringComparison.Ordinal)
                    && link.EndsWith($"%2Fconsole%2F{node.Name}", StringComparison.Ordinal)
            );
            var stages = booted
                .Snapshot.Properties.Where(property => property.Name.StartsWith("Boot: ", StringComparison.Ordinal) && property.IsSensitive != true)
                .ToList();
            Assert.Equal(
                stages.OrderBy(stage => stage.SortOrder),
                stages.OrderBy(stage => double.Parse(((string)stage.Value!).Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture))
            );
            Assert.NotEqual(0, node.Api.Port);
            Assert.Contains(booted.Snapshot.Commands, command => command is { Name: ResourceCommand.PowerCycle, State: ResourceCommandState.Enabled });

            // What Aspire asks after health, and gets from the lab's own probes.
            var health = await application
                .Services.GetRequiredService<HealthCheckService>()
                .CheckHealthAsync(check => check.Name == $"{Dnsmasq.Name}-health", patience.Token);
            Assert.Equal(HealthStatus.Healthy, health.Status);

            Assert.True((await application.ResourceCommands.ExecuteCommandAsync(Dnsmasq.Name, ResourceCommand.Stop, patience.Token)).Success);
            await notifications.WaitForResourceAsync(Dnsmasq.Name, KnownResourceStates.Exited, patience.Token);
            health = await application
                .Services.GetRequiredService<HealthCheckService>()
                .CheckHealthAsync(check => check.Name == $"{Dnsmasq.Name}-health", patience.Token);
            Assert.Equal(HealthStatus.Unhealthy, health.Status);

            var console = await (await run.Resources).ReadLogAsync(node.Name, follow: false, patience.Token).LastAsync(patience.Token);
            await foreach (var lines in application.Services.GetRequiredService<ResourceLoggerService>().WatchAsync(node).WithCancellation(patience.Token))
            {
                if (lines.Any(line => line.Content.Contains(console.Text, StringComparison.Ordinal)))
                {
                    break;
                }
            }
        }
        finally
        {
            await run.StopAsync(CancellationToken.None);
        }

        await run.Ended;
        Assert.Empty(Journal.Read(LabFolders.OfUser.Lab(Name)));
    }

    [Fact]
    public async Task A_lab_that_cannot_be_run_ends_an_application_that_is_only_this_lab_and_says_why()
    {
        using var folder = new TemporaryFolder();
        var builder = DistributedApplication.CreateBuilder([]);
        builder.AddLab("lab", folder.File("lab.yaml", $"name: {Name}")).WithFault("fire");
        await using var application = builder.Build();
        var run = application.Services.GetRequiredKeyedService<LabRun>("lab");
        await run.StartAsync(TestContext.Current.CancellationToken);
        Assert.StartsWith("--fault: there is no fault 'fire'", (await Assert.ThrowsAsync<LabException>(() => run.Ended)).Message);
        Assert.True(application.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested);
        Environment.ExitCode = 0;
    }

    /// <summary>What Aspire does with each resource when an application starts.</summary>
    private static async Task InitializeAsync(DistributedApplication application, CancellationToken cancellationToken)
    {
        var services = application.Services;
        var eventing = services.GetRequiredService<IDistributedApplicationEventing>();
        foreach (var resource in services.GetRequiredService<DistributedApplicationModel>().Resources.OfType<LabComponentResource>())
        {
            var initialize = new InitializeResourceEvent(
                resource,
                eventing,
                services.GetRequiredService<ResourceLoggerService>(),
                application.ResourceNotifications,
                services
            );
            await eventing.PublishAsync(initialize, EventDispatchBehavior.NonBlockingConcurrent, cancellationToken);
        }
    }

    private static string Name => $"mirror{Environment.ProcessId}";

    private static IConfiguration AnyPort => new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("port", (string?)"0")]).Build();
}
