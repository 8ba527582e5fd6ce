using System.Net;
using System.Net.Sockets;
using System.Text;
using Lab.Emulation.Images;
using Lab.Emulation.Linux;
using Lab.Emulation.Machines;
using Lab.Emulation.Network;
using Lab.Emulation.Services;
using Lab.Emulation.Services.Containers;
using Lab.Model.Definition;
using Lab.Model.Resources;
using Lab.Model.Services;
using Lab.Runtime;
using Lab.Runtime.Supervision;

namespace Lab.Tests.Emulation;

/// <summary>The place of a guest is taken on a lab's network, against the real dnsmasq as a lab runs it.</summary>
public sealed class HostileGuestTests : IAsyncDisposable
{
    private const string Attack = "DHCPACK(e) 10.20.13.12 :::::::::::::::::";

    private readonly TemporaryFolder _files = new();
    private readonly Stack<IAsyncDisposable> _made = new();
    private readonly LabDefinition _lab = new();
    private readonly LabFolder _folder;
    private readonly Journal _journal;
    private LabFabric _fabric = null!;
    private ServiceCatalog _catalog = null!;

    public HostileGuestTests()
    {
        _folder = new LabFolders(Path.Combine(_files.Path, "state"), LabFolders.OfUser.Cache).Lab("guests");
        Directory.CreateDirectory(_folder.Root);
        _journal = Journal.Create(_folder);
    }

    [Fact]
    public async Task A_file_name_that_looks_like_a_line_of_the_log_ends_nothing()
    {
        var dnsmasq = await StartAsync(Dnsmasq.Name);
        var reader = new DnsmasqReader();
        var read = new List<object?>();
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        dnsmasq.Log.LineWritten += line =>
        {
            lock (read)
            {
                read.Add(reader.Read(line));
            }

            if (line.Contains(Attack, StringComparison.Ordinal))
            {
                seen.TrySetResult();
            }
        };
        dnsmasq.Log.LineWritten += _ => throw new InvalidOperationException("an observer that is broken");

        using var guest = _fabric.CreateSocket(SocketType.Dgram);
        await guest.SendToAsync(
            Encoding.ASCII.GetBytes($"\0\u0001{Attack}\0octet\0"),
            new IPEndPoint(_lab.Bastion.Address, Dnsmasq.TftpPort),
            TestContext.Current.CancellationToken
        );
        await seen.Task.WaitAsync(TimeSpan.FromMinutes(3), TestContext.Current.CancellationToken);

        Assert.All(read, Assert.Null);
        Assert.Null(
            await new TftpProbe(_fabric, new IPEndPoint(_lab.Bastion.Address, Dnsmasq.TftpPort), Dnsmasq.AutoexecScript).TryAsync(
                TimeSpan.FromMinutes(3),
                TestContext.Current.CancellationToken
            )
        );
        Assert.Equal(0, dnsmasq.Snapshot.Restarts);
        Assert.Null(await dnsmasq.ExecuteAsync(ResourceCommand.Restart, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Leases_outlive_a_restart_of_dnsmasq()
    {
        var dnsmasq = await StartAsync(Dnsmasq.Name);
        var leases = Path.Combine(_folder.Run, RunFolder.Leases);
        var known = $"{DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeSeconds()} 52:54:00:13:00:99 10.20.13.177 guest *\n";
        await File.WriteAllTextAsync(leases, known, TestContext.Current.CancellationToken);
        Assert.Null(await dnsmasq.ExecuteAsync(ResourceCommand.Restart, TestContext.Current.CancellationToken));
        Assert.Equal(known, await File.ReadAllTextAsync(leases, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Connections_that_say_nothing_do_not_stop_the_labs_dns()
    {
        await StartAsync(NameServer.Name);
        var server = new IPEndPoint(_lab.Bastion.Address, NameServer.Port);
        var idle = new List<Socket>();
        for (var i = 0; i < 5; i++)
        {
            idle.Add(await _fabric.ConnectAsync(server.Address, server.Port, TestContext.Current.CancellationToken));
        }

        Assert.Null(
            await new DnsProbe(_fabric, server, NameServer.BastionName(_lab), _lab.Bastion.Address).TryAsync(
                TimeSpan.FromMinutes(3),
                TestContext.Current.CancellationToken
            )
        );
        idle.ForEach(connection => connection.Dispose());
    }

    public async ValueTask DisposeAsync()
    {
        while (_made.TryPop(out var made))
        {
            await made.DisposeAsync();
        }

        _catalog?.Dispose();
        _journal.Dispose();
        await CleanUp.RunAsync(_folder, CancellationToken.None);
        _files.Dispose();
    }

    private async Task<SupervisedService> StartAsync(string name)
    {
        var tools = await new HostInstaller(LabFolders.OfUser, _ => { }).ProvideAsync(install: true, tryAgain: false, TestContext.Current.CancellationToken);
        var image = StandInImage.Get(tools, LabFolders.OfUser);
        RunFolder.Prepare(_lab, _folder, tools, new(LabImages.Of(_lab, _ => image)));
        _fabric = await LabFabric.CreateAsync(_lab, _folder, _journal, HelperProgram.SocketBroker, TestContext.Current.CancellationToken);
        _made.Push(_fabric);
        _catalog = new ServiceCatalog(_lab, _folder, _fabric, tools, ServiceContainers.None(_folder), new Dictionary<string, string?>());
        var spec = _catalog.Of(LabResources.Of(_lab).Single(resource => resource.Name == name));
        var service = Supervised.Create(spec, _folder, _journal);
        _made.Push(service);
        service.Start();
        await Eventually.TrueAsync(
            async () => await spec.Health.TryAsync(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken) is null,
            $"{name} answers"
        );
        return service;
    }
}
