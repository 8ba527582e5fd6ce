using System.Threading.Channels;
using Grpc.Core;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Runtime.State;
using Microsoft.Extensions.Hosting;

namespace Lab.Dashboard.Serving.ResourceService;

/// <summary>The lab by Aspire's resource protocol, for the stand-alone Aspire dashboard and for the command line.</summary>
internal sealed class LabDashboardService(ILabResources resources, LabDefinition lab, ResourceMessages messages, IHostApplicationLifetime host)
    : DashboardService.DashboardServiceBase
{
    private const int LinesAtOnce = 500;

    public override Task<ApplicationInformationResponse> GetApplicationInformation(ApplicationInformationRequest request, ServerCallContext context) =>
        Task.FromResult(new ApplicationInformationResponse { ApplicationName = $"Lab {lab.Name}" });

    public override async Task WatchResources(WatchResourcesRequest request, IServerStreamWriter<WatchResourcesUpdate> response, ServerCallContext context)
    {
        using var stop = StopsWith(context);
        var changes = Channel.CreateUnbounded<string>(new UnboundedChannelOptions { SingleReader = true });
        void NoteResource(ResourceSnapshot changed) => changes.Writer.TryWrite(changed.Definition.Name);
        void NoteBoot(BootSnapshot changed) => changes.Writer.TryWrite(changed.Node);
        resources.ResourceChanged += NoteResource;
        resources.BootChanged += NoteBoot;
        try
        {
            await response.WriteAsync(new WatchResourcesUpdate { InitialData = messages.Initial() }, stop.Token);
            while (await changes.Reader.WaitToReadAsync(stop.Token))
            {
                var names = new HashSet<string>();
                while (changes.Reader.TryRead(out var changed))
                {
                    names.Add(changed);
                }

                await response.WriteAsync(new WatchResourcesUpdate { Changes = messages.Upserts(names) }, stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The dashboard has gone, or the lab ends.
        }
        finally
        {
            resources.ResourceChanged -= NoteResource;
            resources.BootChanged -= NoteBoot;
        }
    }

    public override async Task WatchResourceConsoleLogs(
        WatchResourceConsoleLogsRequest request,
        IServerStreamWriter<WatchResourceConsoleLogsUpdate> response,
        ServerCallContext context
    )
    {
        if (resources.LogFilePath(request.ResourceName) is null)
        {
            string[] known = [.. resources.Current.Select(resource => resource.Definition.Name)];
            throw new RpcException(new Status(StatusCode.NotFound, UnknownResource.Message(request.ResourceName, known)));
        }

        using var stop = StopsWith(context);
        try
        {
            await using var lines = resources.ReadLogAsync(request.ResourceName, !request.SuppressFollow, stop.Token).GetAsyncEnumerator(stop.Token);
            var next = lines.MoveNextAsync();
            while (await next)
            {
                var update = new WatchResourceConsoleLogsUpdate();
                do
                {
                    update.LogLines.Add(ResourceMessages.Line(lines.Current));
                    next = lines.MoveNextAsync();
                } while (update.LogLines.Count < LinesAtOnce && next.IsCompletedSuccessfully && next.Result);

                await response.WriteAsync(update, stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The reader has gone, or the lab ends.
        }
    }

    public override async Task<ResourceCommandResponse> ExecuteResourceCommand(ResourceCommandRequest request, ServerCallContext context)
    {
        try
        {
            var evidence = request.Parameter is { HasStringValue: true } seen ? VisibleText.Of(seen.StringValue) : null;
            return await resources.ExecuteAsync(request.ResourceName, request.CommandName, evidence, context.CancellationToken) is { } failure
                ? new ResourceCommandResponse { Kind = ResourceCommandResponseKind.Failed, ErrorMessage = failure }
                : new ResourceCommandResponse { Kind = ResourceCommandResponseKind.Succeeded };
        }
        catch (OperationCanceledException)
        {
            return new ResourceCommandResponse { Kind = ResourceCommandResponseKind.Cancelled };
        }
    }

    private CancellationTokenSource StopsWith(ServerCallContext context) =>
        CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, host.ApplicationStopping);
}
