using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Lab.Tests.Programs;

/// <summary>A collector that keeps what it is sent by OTLP over HTTP (https://opentelemetry.io/docs/specs/otlp/#otlphttp).</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<(string Path, byte[] Body)> _received = new();

    public OtlpReceiver()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            _received.Enqueue((context.Request.Path, body.ToArray()));
            context.Response.StatusCode = StatusCodes.Status200OK;
        });
    }

    /// <summary>Where it listens.</summary>
    public string Url =>
        _app.Services.GetRequiredService<Microsoft.AspNetCore.Hosting.Server.IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    public Task StartAsync() => _app.StartAsync(TestContext.Current.CancellationToken);

    /// <summary>All spans that came.</summary>
    public IReadOnlyList<OtlpSpan> Spans => [.. Bodies("/v1/traces").SelectMany(OtlpSpan.Of)];

    /// <summary>The bodies, protobuf as Latin-1, that came to a path.</summary>
    public IReadOnlyList<string> Of(string path) => [.. Bodies(path).Select(Encoding.Latin1.GetString)];

    /// <summary>Names of the services that sent something to a path.</summary>
    public IReadOnlySet<string> Services(string path) => Bodies(path).SelectMany(OtlpSpan.Services).ToHashSet();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private IEnumerable<byte[]> Bodies(string path) => _received.Where(request => request.Path == path).Select(request => request.Body);
}
