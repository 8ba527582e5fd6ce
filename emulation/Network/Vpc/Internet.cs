using System.Net;
using System.Net.Sockets;
using Lab.Emulation.Linux;
using Lab.Emulation.Network.Isolation;
using Lab.Model.Services;

namespace Lab.Emulation.Network.Vpc;

/// <summary>
/// The outside: an address for each thing on the internet that the lab uses, and something that listens there. TCP connections are
/// accepted and left open; DNS and time are answered. Nothing of it leaves this machine.
/// </summary>
internal sealed class Internet : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Socket> _listeners = [];
    private readonly List<Task> _accepting = [];
    private TimeService? _time;
    private VpcService? _dns;

    /// <summary>Makes addresses and listeners.</summary>
    public static async Task<Internet> StartAsync(
        IReadOnlyList<Dependency> dependencies,
        ILabFabric fabric,
        INamespaces namespaces,
        LabFolder folder,
        Journal journal,
        CancellationToken cancellationToken
    )
    {
        var internet = new Internet();
        try
        {
            var all = dependencies
                .SelectMany(one => one.Addresses.Select(address => (one.Name, one.Protocol, Endpoint: new IPEndPoint(address, one.Port))))
                .ToList();
            await IpCommand.RunAsync(
                namespaces,
                LabHost.Internet,
                false,
                [.. all.Select(one => RouterEntry.Hold(one.Endpoint.Address, "lo")).Distinct()],
                cancellationToken
            );
            foreach (var (_, _, endpoint) in all.Where(one => one is { Protocol: "tcp", Name: not Dependency.PublicDns }))
            {
                internet.Listen(fabric.Bind(LabHost.Internet, endpoint));
            }

            internet._time = new TimeService(fabric, LabHost.Internet, all.Where(one => one.Name == Dependency.TimePool).Select(one => one.Endpoint.Address));
            internet._dns = new VpcService(VpcNames.PublicDns, LabHost.Internet, fabric, folder, journal);
            await internet._dns.ApplyAsync(
                VpcNames.Config(
                    all.Where(one => one.Name == Dependency.PublicDns).Select(one => $"{one.Endpoint.Address}").Distinct(),
                    internet._dns.TablePath
                ),
                VpcNames.Table(dependencies),
                forgets: false,
                cancellationToken
            );
            return internet;
        }
        catch
        {
            await internet.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listeners.ForEach(listener => listener.Dispose());
        await Task.WhenAll(_accepting);
        await (_time?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_dns?.DisposeAsync() ?? ValueTask.CompletedTask);
        _stop.Dispose();
    }

    private void Listen(Socket listener)
    {
        listener.Listen();
        _listeners.Add(listener);
        _accepting.Add(AcceptAsync(listener));
    }

    private async Task AcceptAsync(Socket listener)
    {
        var buffer = new byte[1];
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var client = await listener.AcceptAsync(_stop.Token);
                _ = client.ReceiveAsync(buffer, _stop.Token).AsTask().ContinueWith(_ => client.Dispose(), TaskScheduler.Default);
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // The client has gone before it was accepted, or the internet ends.
            }
        }
    }
}
