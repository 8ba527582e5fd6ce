using System.Collections.Concurrent;
using Amazon.EC2;
using Lab.Emulation.Aws.MotoQuirks;
using Lab.Emulation.Linux;
using Lab.Emulation.Network;
using Lab.Emulation.Network.Isolation;
using Lab.Emulation.Network.Vpc;
using Lab.Emulation.Services;
using Lab.Model;
using Lab.Model.Definition;

namespace Lab.Emulation.Aws.Bastion;

/// <summary>How far a bastion is.</summary>
public enum BastionState
{
    /// <summary>Its group has no instance.</summary>
    Off,

    /// <summary>Its user data runs.</summary>
    Starting,

    /// <summary>Its user data has ended well.</summary>
    Up,

    /// <summary>Its user data has failed; it runs all the same, as on EC2.</summary>
    Failed,
}

/// <summary>
/// The bastion: the instance of the lab's Auto Scaling group, as a host of the lab with the instance's interfaces. Its user data sets it
/// up, at each start anew, and its end takes everything away.
/// </summary>
public sealed class BastionHost : IAsyncDisposable
{
    private static readonly TimeSpan AttachPatience = TimeSpan.FromSeconds(20);

    private readonly VpcFabric _fabric;
    private readonly Journal _journal;
    private readonly InstanceImages _images;
    private readonly Action<string> _say;
    private readonly IAmazonEC2 _ec2;
    private readonly HttpClient _http;
    private readonly BastionRoot _root;
    private readonly BastionServices _services;
    private readonly LogFile _log;
    private readonly ConcurrentDictionary<string, bool> _plugged = [];
    private readonly CancellationTokenSource _end = new();
    private CancellationTokenSource? _stop;
    private BastionTools? _tools;
    private Task _firstBoot = Task.CompletedTask;

    /// <summary>Makes one that is off.</summary>
    public BastionHost(LabDefinition lab, EmulatedAccount account, VpcFabric fabric, LabSite site, InstanceImages images, Action<string> say)
    {
        (_fabric, _journal, _images, _say) = (fabric, site.Journal, images, say);
        _ec2 = account.CreateClient();
        _http = fabric.CreateHttpClient(TimeSpan.FromSeconds(10));
        _root = new BastionRoot(Path.Combine(site.Folder.Run, "bastion"), site.Folder);
        _services = new BastionServices(lab, _root, fabric, site, say);
        _log = new LogFile(site.Folder.Log("bastion"));
    }

    /// <summary>Raised when <see cref="State"/> has changed.</summary>
    public event Action<BastionState>? StateChanged;

    /// <summary>Raised when the VPC should be read again at once.</summary>
    public event Action? VpcChanged;

    /// <summary>How far it is.</summary>
    public BastionState State { get; private set; }

    /// <summary>The instance that it is; null while it is off.</summary>
    public string? InstanceId { get; private set; }

    /// <summary>What its user data wrote.</summary>
    public LogFile Log => _log;

    /// <summary>The containers' states, by name.</summary>
    public IReadOnlyDictionary<string, string> Services => _services.States;

    /// <summary>What a container writes; null for one that there is not.</summary>
    public LogFile? LogOf(string service) => _services.LogOf(service);

    /// <summary>Follows the VPC: starts, stops, and plugs in what was attached meanwhile.</summary>
    public async Task ApplyAsync(VpcState? vpc, CancellationToken cancellationToken)
    {
        var instance = vpc?.Instances.FirstOrDefault(instance => instance.AutoScalingGroup is not null && instance.State == "running");
        if (InstanceId is not null && instance?.Id != InstanceId)
        {
            _say($"The bastion {InstanceId} has ended.");
            await StopAsync();
        }

        if (instance is null)
        {
            return;
        }

        foreach (var one in vpc!.Interfaces.Where(one => one.InstanceId == instance.Id && !_plugged.ContainsKey(one.Id)).OrderBy(one => one.DeviceIndex))
        {
            await _fabric.AttachHostAsync(one.Id, LabHost.Bastion, cancellationToken);
            _plugged[one.Id] = true;
        }

        if (InstanceId is null)
        {
            InstanceId = instance.Id;
            _stop = CancellationTokenSource.CreateLinkedTokenSource(_end.Token);
            Change(BastionState.Starting);
            _firstBoot = StartAsync(instance, _stop.Token);
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await StopAsync();
        _ec2.Dispose();
        _http.Dispose();
        _log.Dispose();
        _end.Dispose();
    }

    private void Change(BastionState state)
    {
        State = state;
        StateChanged?.Invoke(state);
    }

    /// <summary>The first boot, as cloud-init does it: each part of the user data in turn, and one that fails does not keep the next from running.</summary>
    private async Task StartAsync(VpcInstance instance, CancellationToken cancellationToken)
    {
        await Task.Yield();
        try
        {
            var programs = new BastionPrograms(_root, _images, _ec2, _http, _services, _fabric, AttachedAsync);
            _root.Create(BastionPrograms.Of(instance.ImageName));
            _tools = BastionTools.Start(_fabric, programs.AnswerAsync);
            var failed = false;
            foreach (var part in UserDataParts.Read(instance.UserData ?? []).Where(part => part.IsScript))
            {
                _log.Write($"Running {part.Name} of the user data.");
                var code = await _root.RunAsync(part, _fabric, _journal, _log, cancellationToken);
                failed |= code != 0;
                _say(
                    code == 0
                        ? $"The bastion's user data: {part.Name} has ended well."
                        : $"The bastion's user data: {part.Name} has ended with exit code {code}. Its output: {_log.Path}"
                );
            }

            Change(failed ? BastionState.Failed : BastionState.Up);
        }
        catch (OperationCanceledException)
        {
            // It was stopped while it was starting.
        }
        catch (Exception e) when (e is LabException or IOException or UnauthorizedAccessException or System.Net.Sockets.SocketException)
        {
            _say($"The bastion does not start: {e.Message}");
            Change(BastionState.Failed);
        }
    }

    private async Task StopAsync()
    {
        await (_stop?.CancelAsync() ?? Task.CompletedTask);
        await _firstBoot;
        await _services.DisposeAsync();
        await (_tools?.DisposeAsync() ?? ValueTask.CompletedTask);
        foreach (var plugged in _plugged.Keys)
        {
            await _fabric.DetachAsync(plugged, CancellationToken.None);
        }

        _root.Delete();
        _plugged.Clear();
        _stop?.Dispose();
        (_stop, _tools, InstanceId) = (null, null, null);
        Change(BastionState.Off);
    }

    private async Task AttachedAsync(string interfaceId, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(AttachPatience);
        while (!_plugged.ContainsKey(interfaceId) && !patience.IsCancellationRequested)
        {
            VpcChanged?.Invoke();
            await Task.Delay(50, patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
