using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;
using Lab.Dashboard.Serving;
using Lab.Dashboard.Serving.ResourceService;
using Lab.Emulation.Linux;
using Lab.Model;

namespace LabCli.Commands;

/// <summary>A running lab, asked from another terminal through its socket.</summary>
internal sealed class LabClient : IDisposable
{
    private readonly GrpcChannel _channel;
    private readonly DashboardService.DashboardServiceClient _service;

    /// <summary>Prepares to ask a lab.</summary>
    /// <exception cref="LabException">It does not run, or serves nothing.</exception>
    public LabClient(LabFolder lab)
    {
        var socket = WebEndpoints.SocketPath(lab);
        if (!File.Exists(socket))
        {
            throw NotRunning(lab);
        }

        _channel = GrpcChannel.ForAddress("http://lab", new GrpcChannelOptions { HttpHandler = UnixSocket.HttpHandler(socket), DisposeHttpClient = true });
        _service = new DashboardService.DashboardServiceClient(_channel);
    }

    /// <summary>What is said where a lab cannot be asked.</summary>
    public static LabException NotRunning(LabFolder lab) =>
        new($"Lab {lab.Name} is not running, or runs with --once, which takes no commands. List the running labs with: {LabCommand.Line("ps")}");

    /// <summary>A lab that runs here, to be asked; null where it does not, or where it is another user's.</summary>
    public static LabClient? TryOpen(LabFolder lab)
    {
        try
        {
            return lab.IsRunning() && File.Exists(WebEndpoints.SocketPath(lab)) ? new LabClient(lab) : null;
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Whether a resource has a command that makes sense now.</summary>
    /// <exception cref="LabException">The lab has ended.</exception>
    public Task<bool> CanExecuteAsync(string resource, string command, CancellationToken cancellationToken) =>
        AskAsync(async () =>
        {
            using var call = _service.WatchResources(new WatchResourcesRequest(), cancellationToken: cancellationToken);
            return await call.ResponseStream.MoveNext(cancellationToken)
                && call.ResponseStream.Current.InitialData.Resources.Any(known =>
                    known.Name == resource && known.Commands.Any(it => it.Name == command && it.State == ResourceCommandState.Enabled)
                );
        });

    /// <summary>Runs a command of a resource.</summary>
    /// <param name="resource">Name of the resource.</param>
    /// <param name="command">Name of the command.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="evidence">What was seen, for which a program gives the command; null for somebody's word.</param>
    /// <exception cref="LabException">It failed; the message says why.</exception>
    public async Task ExecuteAsync(string resource, string command, CancellationToken cancellationToken, string? evidence = null)
    {
        var request = new ResourceCommandRequest { ResourceName = resource, CommandName = command };
        if (evidence is not null)
        {
            request.Parameter = Value.ForString(evidence);
        }

        var response = await AskAsync(async () => await _service.ExecuteResourceCommandAsync(request, cancellationToken: cancellationToken));
        if (response.Kind != ResourceCommandResponseKind.Succeeded)
        {
            throw new LabException(response.HasErrorMessage ? response.ErrorMessage : $"{command} of {resource} was cancelled.");
        }
    }

    /// <summary>Hands over the lines of a resource's log.</summary>
    /// <exception cref="LabException">There is no such resource, or the lab has ended.</exception>
    public Task ReadLogAsync(string resource, bool follow, Action<ConsoleLogLine> line, CancellationToken cancellationToken) =>
        AskAsync(async () =>
        {
            using var call = _service.WatchResourceConsoleLogs(
                new WatchResourceConsoleLogsRequest { ResourceName = resource, SuppressFollow = !follow },
                cancellationToken: cancellationToken
            );
            while (await call.ResponseStream.MoveNext(cancellationToken))
            {
                call.ResponseStream.Current.LogLines.ToList().ForEach(line);
            }

            return true;
        });

    /// <inheritdoc />
    public void Dispose() => _channel.Dispose();

    private static async Task<T> AskAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Cancelled)
        {
            throw new OperationCanceledException(e.Message, e);
        }
        catch (RpcException e)
        {
            throw new LabException(e.StatusCode == StatusCode.NotFound ? e.Status.Detail : $"The lab does not answer: {e.Status.Detail}", inner: e);
        }
    }
}
