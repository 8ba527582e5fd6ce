using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using CliWrap;
using Lab.Emulation.Network;
using Lab.Emulation.Network.Isolation;
using Lab.Emulation.Services;
using Lab.Model.Definition;

namespace Lab.Tests.Emulation;

/// <summary>The signs by which a node is ready, asked of real servers on loopback.</summary>
public sealed class ReadyProbeTests : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(3);

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();

    public ReadyProbeTests() => _listener.Start();

    private int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    [Fact]
    public async Task A_certificate_that_nobody_knows_is_an_answer_in_TLS()
    {
        using var key = RSA.Create(2048);
        using var certificate = new CertificateRequest("CN=node", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(
            DateTimeOffset.UtcNow.AddDays(-1),
            DateTimeOffset.UtcNow.AddDays(1)
        );
        _ = ServeAsync(async connection =>
        {
            await using var tls = new SslStream(connection);
            await tls.AuthenticateAsServerAsync(certificate);
        });
        Assert.Null(await TryAsync(new ReadySign.Tls(Port)));
    }

    [Fact]
    public async Task An_open_port_that_does_not_speak_TLS_is_not_ready()
    {
        _ = ServeAsync(connection => connection.WriteAsync("HTTP/1.0 400 Bad Request\r\n\r\n"u8.ToArray()).AsTask());
        Assert.StartsWith($"TLS on tcp {Port}: ", await TryAsync(new ReadySign.Tls(Port)));
        Assert.Null(await TryAsync(new ReadySign.Tcp(Port)));
    }

    [Theory]
    [InlineData("204 No Content", true)]
    [InlineData("301 Moved\r\nLocation: http://elsewhere.example/", true)]
    [InlineData("404 Not Found", false)]
    [InlineData("503 Unavailable", false)]
    public async Task An_HTTP_status_below_400_is_ready(string status, bool isReady)
    {
        _ = ServeAsync(async connection =>
        {
            await connection.ReadAtLeastAsync(new byte[16], 16);
            await connection.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
        });
        var problem = await TryAsync(new ReadySign.Http(Port, "/healthz"));
        Assert.Equal(isReady ? null : $"GET /healthz on tcp {Port}: answered {status[..3]}", problem);
    }

    [Fact]
    public async Task Nobody_there_is_not_ready()
    {
        var port = Port;
        _listener.Stop();
        Assert.NotNull(await TryAsync(new ReadySign.Tcp(port)));
        Assert.NotNull(await TryAsync(new ReadySign.Tls(port)));
        Assert.NotNull(await TryAsync(new ReadySign.Http(port, "/")));
    }

    [Fact]
    public void A_sign_on_the_console_is_not_asked_for() =>
        Assert.Null(ReadyProbe.Of(new ReadySign.Console("login:"), new LoopbackFabric(), IPAddress.Loopback));

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _stop.Dispose();
    }

    private static Task<string?> TryAsync(ReadySign sign) =>
        ReadyProbe.Of(sign, new LoopbackFabric(), IPAddress.Loopback)!.TryAsync(Timeout, TestContext.Current.CancellationToken);

    private async Task ServeAsync(Func<NetworkStream, Task> answer)
    {
        while (!_stop.IsCancellationRequested)
        {
            await using var connection = new NetworkStream(await _listener.AcceptSocketAsync(_stop.Token), ownsSocket: true);
            try
            {
                await answer(connection);
            }
            catch (Exception e) when (e is IOException or System.Security.Authentication.AuthenticationException)
            {
                // The probe has seen enough.
            }
        }
    }

    /// <summary>This machine in place of a lab's network.</summary>
    private sealed class LoopbackFabric : ILabFabric
    {
        public string Description => "loopback";

        public Task Lost { get; } = new TaskCompletionSource().Task;

        public LabHost MachineHost => LabHost.Bastion;

        public Command Wrap(LabHost host, string program, IEnumerable<string> arguments) => throw new NotSupportedException();

        public Task<string?> ObstacleAsync(string host, int port, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Socket CreateSocket(LabHost host, AddressFamily family, SocketType type) => new(family, type, ProtocolType.Unspecified);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
