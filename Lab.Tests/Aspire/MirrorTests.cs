using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Lab.AppHost.AspireHost;
using Lab.AppHost.Embedded;
using Lab.Emulation.Host;
using Lab.Emulation.Images;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Resources;
using Lab.Model.Services;
using Lab.Tests.AppHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Lab.Tests.AspireHost;

/// <summary>A real lab beside Aspire's own services, without what Aspire starts containers with: what is tested is what Aspire is told.</summary>
[Collection(VirtualMachines.Name)]
public sealed class MirrorTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    [Fact]
    public async Task Aspire_is_told_of_states_boots_links_and_logs_and_can_command()
    {
        using var folder = new TemporaryFolder();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        await using var events = new EventStream(new Unseen());
        var builder = DistributedApplication.CreateBuilder([]);
        builder.AddLab(new LabDefinition { Name = "mirror" }, stopping => PrepareAsync(folder, events, stopping));
        await using var application = builder.Build();
        var (notifications, run) = (application.ResourceNotifications, application.Services.GetRequiredService<LabRun>());
        await run.StartAsync(patience.Token);
        try
        {
            await InitializeAsync(application, patience.Token);
            var node = builder.Components().OfType<QemuNodeResource>().Single();

            var booted = await notifications.WaitForResourceAsync(node.Name, now => now.Snapshot.Properties.Any(property => property.Name == "Boot: ready"), patience.Token);
            Assert.Equal(KnownResourceStates.Running, booted.Snapshot.State?.Text);
            Assert.Contains(booted.Snapshot.Urls, url => url.Url.StartsWith($"{run.Access!.Dashboard}/login?t=", StringComparison.Ordinal) && url.Url.EndsWith($"%2Fconsole%2F{node.Name}", StringComparison.Ordinal));
            Assert.Contains(booted.Snapshot.Commands, command => command is { Name: ResourceCommand.PowerCycle, State: ResourceCommandState.Enabled });

            // What Aspire asks after health, and gets from the lab's own probes.
            var health = await application.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(check => check.Name == $"{Dnsmasq.Name}-health", patience.Token);
            Assert.Equal(HealthStatus.Healthy, health.Status);

            Assert.True((await application.ResourceCommands.ExecuteCommandAsync(Dnsmasq.Name, ResourceCommand.Stop, patience.Token)).Success);
            await notifications.WaitForResourceAsync(Dnsmasq.Name, KnownResourceStates.Exited, patience.Token);
            health = await application.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(check => check.Name == $"{Dnsmasq.Name}-health", patience.Token);
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
        Assert.Empty(Journal.Read(Folder(folder)));
    }

    [Fact]
    public async Task A_lab_that_cannot_be_prepared_ends_the_application_and_says_why()
    {
        var builder = DistributedApplication.CreateBuilder([]);
        builder.AddLab(new LabDefinition { Name = "mirror" }, _ => throw new LabException("The disk is full."));
        await using var application = builder.Build();
        var run = application.Services.GetRequiredService<LabRun>();
        await run.StartAsync(TestContext.Current.CancellationToken);
        Assert.Equal("The disk is full.", (await Assert.ThrowsAsync<LabException>(() => run.Ended)).Message);
        Assert.True(application.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested);
    }

    /// <summary>What Aspire does with each resource when an application starts.</summary>
    private static async Task InitializeAsync(DistributedApplication application, CancellationToken cancellationToken)
    {
        var services = application.Services;
        var eventing = services.GetRequiredService<IDistributedApplicationEventing>();
        foreach (var resource in services.GetRequiredService<DistributedApplicationModel>().Resources.OfType<LabComponentResource>())
        {
            var initialize = new InitializeResourceEvent(resource, eventing, services.GetRequiredService<ResourceLoggerService>(), application.ResourceNotifications, services);
            await eventing.PublishAsync(initialize, EventDispatchBehavior.NonBlockingConcurrent, cancellationToken);
        }
    }

    private static LabFolder Folder(TemporaryFolder folder) => new LabFolders(folder.Path, LabFolders.OfUser.Cache).Lab("mirror");

    private static async Task<PreparedLab> PrepareAsync(TemporaryFolder folder, EventStream events, CancellationToken stopping)
    {
        var tools = await new HostInstaller(LabFolders.OfUser, _ => { }).ProvideAsync(install: true, tryAgain: false, stopping);
        var lab = Folder(folder);
        Directory.CreateDirectory(lab.Root);
        return new PreparedLab(EmbeddedHost.Create(new LabDefinition { Name = "mirror" }, lab, tools, new SessionOptions
        {
            Once = false,
            Timeout = TimeSpan.FromMinutes(3),
            Image = StandInImage.Get(tools, LabFolders.OfUser),
            Fault = Fault.None,
            Serving = new ServingOptions(Dashboard: true, Port: 0),
        }, events, stopping), LabLock.TryTake(lab)!);
    }
}
