using Grpc.Core;
using Grpc.Net.Client;
using Lab.Dashboard.Serving.ResourceService;
using Lab.Model.Running;
using Lab.Runtime.State;

namespace Lab.Tests.Programs;

/// <summary>Aspire's resource protocol, asked by a real client over HTTP/2 without TLS.</summary>
[Collection(VirtualMachines.Name)]
public sealed class ResourceServiceTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_client_with_the_key_gets_all_resources_then_changes_and_logs_and_runs_commands()
    {
        await using var lab = await LabInProcess.RunAsync();
        await lab.UntilAsync(now => lab.Access.ResourceService is not null && now.Boots is [{ IsReady: true }], "the node is ready");
        using var channel = GrpcChannel.ForAddress(lab.Access.ResourceService!);
        var client = new DashboardService.DashboardServiceClient(channel);
        var key = new Metadata { { ResourceServiceKey.Header, lab.Access.ApiKey } };
        await NothingIsToldWithoutTheKeyAsync(lab, client, key);

        Assert.Equal("Lab inside", (await client.GetApplicationInformationAsync(new(), key, cancellationToken: Cancelled)).ApplicationName);

        using var watch = client.WatchResources(new(), key, cancellationToken: Cancelled);
        var initial = (await NextAsync(watch)).InitialData;
        Assert.Equal(lab.Resources.Current.Select(now => now.Definition.Name), initial.Resources.Select(resource => resource.Name));
        Assert.Equal(["Network", "Service", "Cache", "Emulator", "Node"], initial.ResourceTypes.Select(type => type.UniqueName));
        Assert.All(
            initial.Resources,
            resource =>
                Assert.True(
                    resource.CreatedAt is not null
                        && resource.HasState
                        && resource.Properties.All(property => property.Value is not null)
                        && resource.Urls.All(url => url.DisplayProperties is not null)
                )
        );
        var node = initial.Resources.Single(resource => resource.Name == "cp1");
        Assert.Equal(("Running", HealthStatus.Healthy), (node.State, Assert.Single(node.HealthReports).Status));
        Assert.Equal(["network", "dnsmasq", "boot-server"], node.Relationships.Select(needed => needed.ResourceName));
        Assert.All(node.Urls, url => Assert.StartsWith($"{lab.Access.Dashboard}/login?t=", url.FullUrl));
        Assert.Equal(["&page=%2Fboot%2Fcp1", "&page=%2Fconsole%2Fcp1"], node.Urls.Select(url => url.FullUrl[url.FullUrl.IndexOf('&')..]));
        Assert.Matches(@"^\d+\.\d\d s$", node.Properties.Single(property => property.DisplayName == "Boot: ready").Value.StringValue);
        Assert.Equal("Healthy", node.Properties.Single(property => property.Name == "resource.healthState").Value.StringValue);
        Assert.Equal(
            ["Disabled start", "Enabled power-off", "Enabled power-cycle", "Enabled reset-disk", "Enabled reset-firmware"],
            node.Commands.Select(command => $"{command.State} {command.Name}")
        );
        Assert.Contains("blank", node.Commands.Single(command => command.Name == "reset-disk").ConfirmationMessage);
        var emulator = initial.Resources.Single(resource => resource.Name == "aws");
        var place = emulator.Urls[0];
        Assert.Equal((lab.Of("aws").Urls["http"], new Uri(lab.Of("aws").Urls["http"]).Authority), (place.FullUrl, place.DisplayProperties.DisplayName));
        Assert.DoesNotContain(emulator.Properties, property => property.Name == "lab.address");

        var stopped = await client.ExecuteResourceCommandAsync(
            new()
            {
                ResourceName = "dns",
                CommandName = "stop",
                ResourceType = "Service",
            },
            key,
            cancellationToken: Cancelled
        );
        Assert.Equal(ResourceCommandResponseKind.Succeeded, stopped.Kind);
        Assert.Null(lab.Of("dns").Pid);
        while ((await NextAsync(watch)).Changes.Value.All(change => change.Upsert is not { Name: "dns", State: "Exited" })) { }

        var again = await client.ExecuteResourceCommandAsync(
            new()
            {
                ResourceName = "dns",
                CommandName = "stop",
                ResourceType = "Service",
            },
            key,
            cancellationToken: Cancelled
        );
        Assert.Equal((ResourceCommandResponseKind.Failed, "dns is Exited: 'stop' does nothing now."), (again.Kind, again.ErrorMessage));

        using var logs = client.WatchResourceConsoleLogs(new() { ResourceName = "cp1" }, key, cancellationToken: Cancelled);
        Assert.True(await logs.ResponseStream.MoveNext(Cancelled));
        Assert.Equal(1, logs.ResponseStream.Current.LogLines[0].LineNumber);
        Assert.Matches(
            @"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z .*UEFI firmware",
            logs.ResponseStream.Current.LogLines.First(line => line.Text.Contains("UEFI", StringComparison.Ordinal)).Text
        );
        var numbers = new List<int>(logs.ResponseStream.Current.LogLines.Select(line => line.LineNumber));
        await client.ExecuteResourceCommandAsync(
            new()
            {
                ResourceName = "cp1",
                CommandName = "power-cycle",
                ResourceType = "Node",
            },
            key,
            cancellationToken: Cancelled
        );
        var known = numbers.Count;
        while (numbers.Count <= known)
        {
            Assert.True(await logs.ResponseStream.MoveNext(Cancelled));
            numbers.AddRange(logs.ResponseStream.Current.LogLines.Select(line => line.LineNumber));
        }

        Assert.Equal(Enumerable.Range(1, numbers.Count), numbers);
    }

    private static async Task NothingIsToldWithoutTheKeyAsync(LabInProcess lab, DashboardService.DashboardServiceClient client, Metadata right)
    {
        foreach (var key in new[] { null, "", "wrong", lab.Access.ApiKey + "0", lab.Access.Key.Secret })
        {
            var headers = key is null ? [] : new Metadata { { ResourceServiceKey.Header, key } };
            Assert.Equal(
                StatusCode.Unauthenticated,
                (
                    await Assert.ThrowsAsync<RpcException>(() =>
                        client.GetApplicationInformationAsync(new(), headers, cancellationToken: Cancelled).ResponseAsync
                    )
                ).StatusCode
            );
            using var watch = client.WatchResources(new(), headers, cancellationToken: Cancelled);
            Assert.Equal(StatusCode.Unauthenticated, (await Assert.ThrowsAsync<RpcException>(() => watch.ResponseStream.MoveNext(Cancelled))).StatusCode);
        }

        using var logs = client.WatchResourceConsoleLogs(new() { ResourceName = "nobody" }, right, cancellationToken: Cancelled);
        Assert.Equal(StatusCode.NotFound, (await Assert.ThrowsAsync<RpcException>(() => logs.ResponseStream.MoveNext(Cancelled))).StatusCode);
        using var interactions = client.WatchInteractions(right, cancellationToken: Cancelled);
        Assert.Equal(StatusCode.Unimplemented, (await Assert.ThrowsAsync<RpcException>(() => interactions.ResponseStream.MoveNext(Cancelled))).StatusCode);
        Assert.Equal(ResourceState.Healthy, lab.Of("network").State);
    }

    private static async Task<WatchResourcesUpdate> NextAsync(AsyncServerStreamingCall<WatchResourcesUpdate> watch)
    {
        Assert.True(await watch.ResponseStream.MoveNext(Cancelled));
        return watch.ResponseStream.Current;
    }
}
