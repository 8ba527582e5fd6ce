using System.Text.Json.Nodes;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Lab.Dashboard.Access;
using Lab.Dashboard.Serving.ResourceService;
using Lab.Model;

namespace Lab.Tests.Programs;

/// <summary>
/// The contracts of a running lab, recorded at home and in a VPC: the stream of <c>--json</c>, <c>status.json</c>, <c>ps --json</c>, the
/// resource protocol and the lines of a terminal. A change of one of these files is a change for every script that reads them.
/// </summary>
[Collection(VirtualMachines.Name)]
public sealed class GoldenTests : IAsyncDisposable
{
    private readonly LabProgram _program = new();

    [Theory]
    [InlineData("lan")]
    [InlineData("vpc")]
    public async Task What_a_lab_tells_other_programs_is_as_recorded(string network)
    {
        var run = _program.Start("up", LabProgram.In(network), "--json", "--port", "0");
        await run.WaitForAsync(happened =>
            (string?)happened["event"] == "message" && ((string?)happened["text"])?.StartsWith("The lab ", StringComparison.Ordinal) == true
        );
        await run.WaitForAsync(happened =>
            (string?)happened["event"] == "service" && (string?)happened["name"] == "aws" && (string?)happened["state"] == "Healthy"
        );
        var folder = _program.Folders.Lab("lab");
        var status = JsonNode.Parse(await File.ReadAllTextAsync(UserFolders.StatusFile(folder.Root), TestContext.Current.CancellationToken))!;
        var listed = await _program.RunAsync("ps", "--json");
        var access = LabAccess.Read(folder)!;
        using var channel = GrpcChannel.ForAddress(access.ResourceService!);
        using var watch = new DashboardService.DashboardServiceClient(channel).WatchResources(
            new(),
            new Metadata { { ResourceServiceKey.Header, access.ApiKey } },
            cancellationToken: TestContext.Current.CancellationToken
        );
        Assert.True(await watch.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        var resources = JsonNode.Parse(JsonFormatter.Default.Format(watch.ResponseStream.Current))!;
        await run.SignalAsync("INT");
        await run.Ended;

        Snapshot.Matches($"golden/{network}-events.txt", Recording.OfEvents(run.Events));
        Snapshot.Matches($"golden/{network}-status.json", Recording.Of(status));
        Snapshot.Matches($"golden/{network}-ps.json", Recording.Of(JsonNode.Parse(listed.Transcript.Trim())!));
        Snapshot.Matches($"golden/{network}-resources.json", Recording.Of(resources));
        Assert.True(run.ExitCode is 0 or 130, run.Transcript);
    }

    [Theory]
    [InlineData("lan")]
    [InlineData("vpc")]
    public async Task What_a_lab_writes_for_people_is_as_recorded(string network)
    {
        var run = await _program.RunAsync("up", LabProgram.In(network), "--once");
        Assert.True(run.ExitCode == 0, run.Transcript);
        Snapshot.Matches($"golden/{network}-lines.txt", Recording.OfLines(run.Transcript));
    }

    public ValueTask DisposeAsync() => _program.DisposeAsync();
}
