using Lab.Emulation.Linux;
using Lab.Emulation.Network;
using Lab.Emulation.Network.Isolation;
using Lab.Emulation.Services;
using Lab.Model.Running;
using Lab.Model.Services;
using Lab.Runtime.Lan;
using Lab.Runtime.State;

namespace Lab.Runtime.Home;

/// <summary>What is different in a home whose router gives the addresses, and Lab answers beside it.</summary>
public sealed partial class LabSession
{
    /// <summary>A server may look for 3 s whether an address is free before it offers it.</summary>
    private static readonly TimeSpan OfferTimeout = TimeSpan.FromSeconds(4);

    private static readonly TimeSpan OtherServerTimeout = TimeSpan.FromSeconds(30);

    /// <summary>What dnsmasq says once it serves DHCP.</summary>
    private const string Serves = "DHCP, IP range";

    private LanPlan Wire => new() { Home = _options.Lan, OtherNetwork = _options.Fault.OtherNetwork };

    private void PrepareFolder()
    {
        var images = new ServedImages(_options.Images) { MachineConfigs = _options.MachineConfigs };
        if (_options.Lan is null)
        {
            RunFolder.Prepare(_lab, _folder, _tools, images);
        }
        else
        {
            RunFolder.Prepare(_lab, Wire, _options.Fault.RouterLines, _folder, _tools, images);
        }
    }

    /// <summary>Somebody else's server is there before the lab is.</summary>
    private async Task StartOtherServerAsync(ServiceCatalog catalog, CancellationToken cancellationToken)
    {
        if (_options.Fault.OtherNetwork is null)
        {
            return;
        }

        var log = new LogFile(_folder.Log(LabHost.OtherServer.Name));
        var serves = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        log.LineWritten += line =>
        {
            if (line.Contains(Serves, StringComparison.Ordinal))
            {
                serves.TrySetResult();
            }
        };
        _made.Push(new Other(LabProcess.Start(LabHost.OtherServer.Name, catalog.OtherServer(), _folder, _journal, log), log));
        await serves.Task.WaitAsync(OtherServerTimeout, cancellationToken);
    }

    /// <summary>Before a machine is switched on: who answers on this network already, as <c>lab serve</c> looks on a real one.</summary>
    private async Task LookAsync(LabFabric fabric, CancellationToken cancellationToken)
    {
        if (_options.Lan is not { } lan)
        {
            return;
        }

        var router = Parts.Services.Single(service => service.Definition.Name == HomeRouter.Name);
        await router.WaitAsync(now => now.State is ResourceState.Healthy or ResourceState.FailedToStart, cancellationToken);
        var offers = await DhcpDiscovery.AskAsync(fabric, LabHost.Bastion, lan.Interface, OfferTimeout, cancellationToken);
        _boots.Offers = offers;
        foreach (var line in LanLook.Judge(lan, offers))
        {
            _events.Add(new LabEvent.Message(line));
        }

        if (!await TimeQuery.IsAnsweredAsync(fabric, LabHost.Bastion, lan.Address, cancellationToken))
        {
            _boots.Lacks = LanLook.NoTime(lan.Address);
            _events.Add(new LabEvent.Message(_boots.Lacks));
        }
    }

    private sealed class Other(LabProcess process, LogFile log) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await process.StopAsync();
            log.Dispose();
        }
    }
}
