using System.Net;
using System.Net.Sockets;
using Lab.AppHost.Commands;
using Lab.Emulation.Ec2;
using Lab.Emulation.Fabric;
using Lab.Emulation.Fabric.Vpc;
using Lab.Emulation.Host;

namespace Lab.Tests.Fabric.Vpc;

/// <summary>A VPC fabric with namespaces in the place of instances.</summary>
internal sealed class VpcLab : IAsyncDisposable
{
    /// <summary>How long a connection may take before it counts as dropped: the kernel has sent its first packet twice by then.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2.5);

    private readonly TemporaryFolder _files = new();
    private readonly List<Socket> _listeners = [];

    private VpcLab()
    {
        Folder = new LabFolders(_files.Path, LabFolders.OfUser.Cache).Lab("vpc");
        Directory.CreateDirectory(Folder.Run);
        Directory.CreateDirectory(Folder.Logs);
        Journal = Journal.Create(Folder);
    }

    public LabFolder Folder { get; }

    public Journal Journal { get; }

    public VpcFabric Fabric { get; private set; } = null!;

    /// <summary>Makes a fabric with a state; each interface of it is a guest.</summary>
    public static async Task<VpcLab> StartAsync(VpcState state)
    {
        var lab = new VpcLab();
        try
        {
            lab.Fabric = await VpcFabric.CreateAsync(lab.Folder, lab.Journal, BrokerCommand.Invocation, TestContext.Current.CancellationToken);
            await lab.Fabric.ApplyAsync(state, TestContext.Current.CancellationToken);
            foreach (var one in state.Interfaces)
            {
                await lab.Fabric.AttachHostAsync(one.Id, HostOf(one), TestContext.Current.CancellationToken);
            }

            return lab;
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }
    }

    /// <summary>Where an instance's interfaces are plugged in.</summary>
    public static LabHost HostOf(VpcInterface one) => LabHost.Guest(one.InstanceId ?? one.Id);

    public Task ApplyAsync(VpcState state) => Fabric.ApplyAsync(state, TestContext.Current.CancellationToken);

    /// <summary>Listens on a host until the end.</summary>
    public Socket Listen(LabHost host, IPAddress address, int port)
    {
        var socket = Fabric.Bind(host, new IPEndPoint(address, port));
        socket.Listen();
        _listeners.Add(socket);
        return socket;
    }

    /// <summary>True when a connection is made.</summary>
    public async Task<bool> ReachesAsync(LabHost host, IPAddress address, int port)
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            using var connection = await Fabric.ConnectAsync(host, address, port, patience.Token);
            return true;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            return false;
        }
    }

    public async Task<long> CountAsync(string id, string rule) =>
        Assert.Single(await Fabric.CountersAsync(TestContext.Current.CancellationToken), count => count.Id == id && count.Rule == rule).Packets;

    public async ValueTask DisposeAsync()
    {
        _listeners.ForEach(socket => socket.Dispose());
        await (Fabric?.DisposeAsync() ?? ValueTask.CompletedTask);
        Journal.Dispose();
        await CleanUp.RunAsync(Folder, CancellationToken.None);
        _files.Dispose();
    }
}
