using System.Diagnostics;
using System.Net.Sockets;
using System.Text.Json;
using CliWrap;
using Lab.Emulation.Linux;
using Lab.Model;

namespace Lab.Emulation.Network.Isolation;

/// <summary>
/// Namespaces inside a user namespace of the lab's own, for everybody but root: there this program's user is root, over nothing but
/// the lab. They end with the process that holds them.
/// </summary>
internal sealed class UserNamespaces(LabFolder folder, Journal journal, Command broker) : INamespaces
{
    /// <summary>Name of the socket on which the process listens that holds them.</summary>
    public const string SocketName = "namespaces";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly string _socket = folder.Socket(SocketName);
    private readonly LogFile _log = new(folder.Log("namespaces"));
    private LabProcess? _holder;

    /// <inheritdoc />
    public string Description => $"user namespace of process {_holder?.Pid}";

    /// <inheritdoc />
    public Task Lost => _holder?.Exited ?? new TaskCompletionSource().Task;

    /// <inheritdoc />
    public string NameOf(LabHost host) => host.Name;

    /// <inheritdoc />
    public async Task CreateAsync(IReadOnlyList<LabHost> hosts, CancellationToken cancellationToken)
    {
        // A /run of its own is where "ip netns" keeps the names.
        var inside = Cli.Wrap("setpriv")
            .WithArguments([
                "--no-new-privs",
                "unshare",
                "--user",
                "--map-root-user",
                "--mount",
                "--net",
                "sh",
                "-c",
                $"mount -t tmpfs tmpfs /run && exec {broker.TargetFilePath} {broker.Arguments} \"$0\"",
                _socket,
            ]);
        _holder = LabProcess.Start("namespaces", inside, folder, journal, _log);
        await BrokerAsync(_holder, cancellationToken);
        foreach (var host in hosts)
        {
            await AddAsync(host, cancellationToken);
        }
    }

    /// <inheritdoc />
    public Task AddAsync(LabHost host, CancellationToken cancellationToken) => IpCommand.RunAsync(this, $"netns add {NameOf(host)}", cancellationToken);

    /// <inheritdoc />
    public Command Wrap(string program, IEnumerable<string> arguments) =>
        Cli.Wrap("nsenter").WithArguments(["--target", $"{_holder!.Pid}", "--user", "--mount", "--net", "--preserve-credentials", program, .. arguments]);

    /// <inheritdoc />
    public Command WrapIn(LabHost host, string program, IEnumerable<string> arguments) => Wrap("ip", ["netns", "exec", NameOf(host), program, .. arguments]);

    /// <inheritdoc />
    public Socket CreateSocket(LabHost host, AddressFamily family, SocketType type) =>
        new(new SafeSocketHandle(Ask(new BrokerRequest(PathOf(host), type, Family: family)), ownsHandle: true));

    /// <inheritdoc />
    public int OpenPacketSocket(LabHost host, string device) => Ask(new BrokerRequest(PathOf(host), SocketType.Raw, device));

    /// <inheritdoc />
    public void TurnOffOffloads(LabHost host, string device) => _ = LinuxCalls.Close(Ask(new BrokerRequest(PathOf(host), SocketType.Dgram, device)));

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await (_holder?.KillAsync() ?? Task.CompletedTask);
        _log.Dispose();
    }

    private string PathOf(LabHost host) => CleanUp.NamespacePath(NameOf(host));

    private async Task BrokerAsync(LabProcess holder, CancellationToken cancellationToken)
    {
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < Patience && !holder.Exited.IsCompleted; )
        {
            try
            {
                using var socket = Connect();
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(Pause, cancellationToken);
            }
        }

        throw new LabException(
            $"""
            The lab cannot have a network of its own here: user namespaces are not allowed ({string.Join(' ', _log.Last(3))}).
            Run it as root, or allow user namespaces: sysctl -w kernel.unprivileged_userns_clone=1 (Debian), or an AppArmor profile (Ubuntu).
            """,
            exitCode: 2
        );
    }

    private Socket Connect()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(_socket));
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private int Ask(BrokerRequest request)
    {
        using var socket = Connect();
        socket.Send(JsonSerializer.SerializeToUtf8Bytes(request));
        return DescriptorPassing.Receive(socket);
    }
}
