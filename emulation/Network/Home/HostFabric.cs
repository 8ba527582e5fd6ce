using System.Net.NetworkInformation;
using System.Net.Sockets;
using CliWrap;
using Lab.Emulation.Linux;
using Lab.Emulation.Network.Isolation;
using Lab.Model.Services;

namespace Lab.Emulation.Network.Home;

/// <summary>This machine's own network: what runs here is reached by real machines. Nothing of it is made, so nothing is taken away.</summary>
public sealed class HostFabric : ILabFabric
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HomeLan _lan;
    private readonly Task _watching;

    /// <summary>Begins to watch whether this machine keeps its address.</summary>
    public HostFabric(HomeLan lan)
    {
        _lan = lan;
        _watching = WatchAsync();
    }

    /// <summary>True where a program with rights on this machine's network can have a view of its files of its own, which root makes.</summary>
    public static bool HasViews => LinuxCalls.EffectiveUser() == 0;

    /// <inheritdoc />
    public string Description => $"{_lan.Interface} of this machine, {_lan.Address} in {_lan.Network}";

    /// <inheritdoc />
    public Task Lost => _lost.Task;

    /// <summary>Machines are real here: no program that is one runs on any host.</summary>
    public LabHost MachineHost => throw new NotSupportedException("A real network has no virtual machines.");

    /// <inheritdoc />
    public Command Wrap(LabHost host, string program, IEnumerable<string> arguments) => Cli.Wrap(program).WithArguments(arguments);

    /// <summary>
    /// Without root there are two kinds: who makes a user namespace has a view of its own and no rights on this machine's network; who needs
    /// those gets no view of its own.
    /// </summary>
    public Command Confine(LabHost host, Sandbox sandbox, string program, IEnumerable<string> arguments) =>
        HasViews ? sandbox.Command((name, all) => Wrap(host, name, all), program, arguments)
        : sandbox.Capabilities is [] ? sandbox.Command((name, all) => Wrap(host, "unshare", ["--user", "--map-root-user", name, .. all]), program, arguments)
        : sandbox.CommandWithoutView((name, all) => Wrap(host, name, all), program, arguments);

    /// <inheritdoc />
    public Task<string?> ObstacleAsync(string host, int port, CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    /// <inheritdoc />
    public Socket CreateSocket(LabHost host, AddressFamily family, SocketType type) => new(family, type, ProtocolType.Unspecified);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching;
        _stop.Dispose();
    }

    private async Task WatchAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            await Task.Delay(PollInterval, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!_stop.IsCancellationRequested && !HasAddress())
            {
                _lost.TrySetResult();
                return;
            }
        }
    }

    private bool HasAddress() =>
        NetworkInterface
            .GetAllNetworkInterfaces()
            .Any(device => device.Name == _lan.Interface && device.GetIPProperties().UnicastAddresses.Any(one => one.Address.Equals(_lan.Address)));
}
