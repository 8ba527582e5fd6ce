using System.Net;
using Lab.Emulation.Network;
using Lab.Emulation.Network.Isolation;
using Lab.Emulation.Network.Vpc;
using Lab.Emulation.Services;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace Lab.Emulation.Aws;

/// <summary>Instance metadata at its address in the VPC's router. Who asks is known by the address that asks.</summary>
internal sealed class MetadataServer : IAsyncDisposable
{
    private const int Port = 80;
    private const int UsualTimeToLive = 64;

    private readonly MetadataService _service;
    private readonly Func<VpcState?> _state;
    private readonly Action<MetadataRequest> _answered;
    private BastionServer? _server;

    private MetadataServer(MetadataService service, Func<VpcState?> state, Action<MetadataRequest> answered) =>
        (_service, _state, _answered) = (service, state, answered);

    /// <summary>Starts listening.</summary>
    /// <param name="fabric">The VPC's network.</param>
    /// <param name="service">Says what to answer.</param>
    /// <param name="state">Says what there is now.</param>
    /// <param name="answered">Gets each request after its answer.</param>
    /// <param name="cancellationToken">Stops the start.</param>
    public static async Task<MetadataServer> StartAsync(
        ILabFabric fabric,
        MetadataService service,
        Func<VpcState?> state,
        Action<MetadataRequest> answered,
        CancellationToken cancellationToken
    )
    {
        var server = new MetadataServer(service, state, answered);
        server._server = await BastionServer.StartAsync(
            fabric,
            LabHost.Router,
            [new IPEndPoint(AmazonAddresses.Metadata, Port), new IPEndPoint(AmazonAddresses.Metadata6, Port)],
            server.AnswerAsync,
            cancellationToken
        );
        return server;
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task AnswerAsync(HttpContext context)
    {
        var address = context.Connection.RemoteIpAddress;
        if (
            _state() is not { } vpc
            || vpc.Interfaces.FirstOrDefault(one => one.InstanceId is not null && one.Addresses.Contains(address)) is not { } asking
            || vpc.Instances.FirstOrDefault(instance => instance.Id == asking.InstanceId) is not { } instance
        )
        {
            context.Abort();
            return;
        }

        var request = context.Request;
        var path = request.Path.Value ?? "/";
        string? Header(string name) => request.Headers.TryGetValue(name, out var value) ? value.ToString() : null;
        var answer = _service.Answer(vpc, instance, request.Method, path, Header);
        if (context.Features.Get<IConnectionSocketFeature>()?.Socket is { AddressFamily: System.Net.Sockets.AddressFamily.InterNetwork } socket)
        {
            // Beyond an instance, in a container of it, the answer with a token arrives only where the hop limit allows.
            socket.Ttl = (short)(answer.HopLimit ?? UsualTimeToLive);
        }

        var response = context.Response;
        response.StatusCode = answer.Status;
        response.ContentType = answer.Status == 200 ? "text/plain" : "text/html";
        response.ContentLength = answer.Body.Length;
        if (answer.TokenSeconds is { } seconds)
        {
            response.Headers["X-Aws-Ec2-Metadata-Token-Ttl-Seconds"] = $"{seconds}";
        }

        if (!HttpMethods.IsHead(request.Method))
        {
            await response.Body.WriteAsync(answer.Body, context.RequestAborted);
        }

        _answered(new MetadataRequest(instance.Id, request.Method, path, answer.Status, Header("X-aws-ec2-metadata-token") is not null));
    }
}
