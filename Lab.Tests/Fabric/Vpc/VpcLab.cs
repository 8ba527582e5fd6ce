using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using CliWrap.Buffered;
using Lab.Emulation.Linux;
using Lab.Emulation.Network;
using Lab.Emulation.Network.Isolation;
using Lab.Emulation.Network.Vpc;
using Lab.Emulation.Services;
using Lab.Model.Definition;
using Lab.Model.Services;
using Lab.Runtime;

namespace Lab.Tests.Fabric.Vpc;

/// <summary>A VPC fabric with namespaces in the place of instances.</summary>
internal sealed class VpcLab : IAsyncDisposable
{
    /// <summary>How long a connection may take before it counts as dropped: the kernel has sent its first packet three times by then.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    /// <summary>The same for one that is expected to be made.</summary>
    private static readonly TimeSpan LongPatience = TimeSpan.FromMinutes(3);

    private readonly TemporaryFolder _files = new();
    private readonly List<Socket> _listeners = [];

    private VpcLab(bool inUserNamespace)
    {
        Folder = new LabFolders(_files.Path, LabFolders.OfUser.Cache).Lab("vpc");
        Folder = inUserNamespace ? Folder with { HasServiceUsers = false } : Folder;
        Directory.CreateDirectory(Folder.Run);
        Directory.CreateDirectory(Folder.Logs);
        Journal = Journal.Create(Folder);
    }

    /// <summary>What there is outside.</summary>
    public IReadOnlyList<Dependency> Internet { get; } = Dependency.Of(new LabDefinition());

    public LabFolder Folder { get; }

    public Journal Journal { get; }

    public VpcFabric Fabric { get; private set; } = null!;

    /// <summary>Makes a fabric with a state; each interface of it is a guest.</summary>
    public static async Task<VpcLab> StartAsync(VpcState state, bool inUserNamespace = false)
    {
        var lab = new VpcLab(inUserNamespace);
        try
        {
            lab.Fabric = await VpcFabric.CreateAsync(
                lab.Folder,
                lab.Journal,
                inUserNamespace
                    ? new UserNamespaces(lab.Folder, lab.Journal, HelperProgram.SocketBroker)
                    : Namespaces.Choose(lab.Folder, lab.Journal, HelperProgram.SocketBroker),
                lab.Internet,
                TestContext.Current.CancellationToken
            );
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

    /// <summary>A server on the internet, on port 80.</summary>
    public async Task<OutsideServer> ServerAsync(string address)
    {
        await Fabric.AddInternetAddressAsync(IPAddress.Parse(address), TestContext.Current.CancellationToken);
        return new OutsideServer(this, IPAddress.Parse(address), Listen(LabHost.Internet, IPAddress.Parse(address), 80));
    }

    /// <summary>True when a connection is made from an address of the internet.</summary>
    public async Task<bool> ComesInAsync(string from, IPAddress address, int port)
    {
        await Fabric.AddInternetAddressAsync(IPAddress.Parse(from), TestContext.Current.CancellationToken);
        return await ReachesAsync(LabHost.Internet, address, port, IPAddress.Parse(from));
    }

    /// <summary>True when a connection is made.</summary>
    public async Task<bool> ReachesAsync(LabHost host, IPAddress address, int port, IPAddress? from = null, bool isExpected = false)
    {
        using var patience = new CancellationTokenSource(isExpected ? LongPatience : Patience);
        using var socket = Fabric.CreateSocket(host, address.AddressFamily, SocketType.Stream);
        try
        {
            if (from is not null)
            {
                socket.Bind(new IPEndPoint(from, 0));
            }

            await socket.ConnectAsync(new IPEndPoint(address, port), patience.Token);
            return true;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>The time that a server tells; null when it does not answer.</summary>
    public async Task<DateTime?> AskTimeAsync(LabHost host, IPAddress server, bool isExpected = true)
    {
        const int transmit = 40;
        using var patience = new CancellationTokenSource(isExpected ? LongPatience : Patience);
        using var socket = Fabric.CreateSocket(host, server.AddressFamily, SocketType.Dgram);
        try
        {
            await socket.ConnectAsync(new IPEndPoint(server, 123), patience.Token);
            byte[] request = [0x23, .. new byte[47]];
            await socket.SendAsync(request, patience.Token);
            var answer = new byte[48];
            await socket.ReceiveAsync(answer, patience.Token);
            return new DateTime(1900, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddSeconds(BinaryPrimitives.ReadUInt32BigEndian(answer.AsSpan(transmit)));
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>True when a public name server answers.</summary>
    public async Task<bool> AskNameAsync(LabHost host, IPAddress server, bool isExpected)
    {
        using var patience = new CancellationTokenSource(isExpected ? LongPatience : Patience);
        var known = Internet[0];
        try
        {
            await new DnsProbe(Fabric, new IPEndPoint(server, 53), known.Name, known.Ipv4) { Host = host }.AskAsync(patience.Token);
            return true;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>What a command says that runs on a host.</summary>
    public async Task<string> RunAsync(LabHost host, string program, params string[] arguments) =>
        (await Fabric.Wrap(host, program, arguments).ExecuteBufferedAsync(TestContext.Current.CancellationToken)).StandardOutput;

    public async Task<long> CountAsync(string id, string rule) =>
        Assert.Single(await Fabric.CountersAsync(TestContext.Current.CancellationToken), count => count.Id == id && count.Rule == rule).Packets;

    /// <summary>Takes the fabric down, and nothing else.</summary>
    public async Task EndAsync()
    {
        _listeners.ForEach(socket => socket.Dispose());
        await (Fabric?.DisposeAsync() ?? ValueTask.CompletedTask);
        Fabric = null!;
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        Journal.Dispose();
        await CleanUp.RunAsync(Folder, CancellationToken.None);
        _files.Dispose();
    }
}
