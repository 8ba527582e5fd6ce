using Aspire.Hosting.ApplicationModel;
using Lab.Hosting;
using Lab.Model.Resources;
using Lab.Model.Services;
using Lab.Tests.Programs;

namespace Lab.Tests.Aspire;

[Collection(VirtualMachines.Name)]
public sealed class AspireBootTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task A_node_boots_under_Aspire_and_comes_back_after_a_power_cycle()
    {
        using var folder = new TemporaryFolder();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        await using var builder = await AspireModel.CreateAsync("--file", folder.File("lab.yaml", $"name: aspire{Environment.ProcessId}"));
        var node = builder.Components().OfType<LabNodeResource>().First().Name;
        await using var application = await builder.BuildAsync(patience.Token);
        await application.StartAsync(patience.Token);
        await application.ResourceNotifications.WaitForResourceHealthyAsync(node, patience.Token);

        var result = await application.ResourceCommands.ExecuteCommandAsync(node, ResourceCommand.PowerCycle, patience.Token);

        Assert.True(result.Success);
        await application.ResourceNotifications.WaitForResourceAsync(node, KnownResourceStates.Starting, patience.Token);
        await application.ResourceNotifications.WaitForResourceHealthyAsync(node, patience.Token);
        await application.StopAsync(patience.Token);
    }

    [Fact]
    public async Task A_stopped_service_is_seen_as_stopped_and_its_dependents_stay()
    {
        using var folder = new TemporaryFolder();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        await using var builder = await AspireModel.CreateAsync("--file", folder.File("lab.yaml", $"name: aspire{Environment.ProcessId}"));
        await using var application = await builder.BuildAsync(patience.Token);
        await application.StartAsync(patience.Token);
        var matchbox = LabComponentResource.ModelName(Matchbox.Name);
        await application.ResourceNotifications.WaitForResourceHealthyAsync(matchbox, patience.Token);

        await application.ResourceCommands.ExecuteCommandAsync(matchbox, ResourceCommand.Stop, patience.Token);

        await application.ResourceNotifications.WaitForResourceAsync(matchbox, KnownResourceStates.Exited, patience.Token);
        await application.StopAsync(patience.Token);
    }
}
