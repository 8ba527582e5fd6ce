using Lab.Emulation.Linux;
using Lab.Emulation.Network.Isolation;
using Lab.Model;

namespace Lab.Emulation.Network.Vpc;

/// <summary>
/// A dnsmasq of the VPC's own. Files that it reads at a signal are written anew without a pause; only another configuration ends it
/// and starts it again.
/// </summary>
/// <param name="name">Its name in logs.</param>
/// <param name="host">Where it runs.</param>
/// <param name="fabric">The lab's network.</param>
/// <param name="folder">The lab's files.</param>
/// <param name="journal">Where processes are announced.</param>
internal sealed class VpcService(string name, LabHost host, ILabFabric fabric, LabFolder folder, Journal journal) : IAsyncDisposable
{
    private const string Started = "started, version";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan RestartDelay = TimeSpan.FromSeconds(1);

    private readonly string _dnsmasq =
        ProgramRequirement.OnPath("dnsmasq")
        ?? throw new LabException($"A VPC needs dnsmasq for its DHCP and DNS. Install it: {PackageManager.OfHost.Install("dnsmasq-base")}", exitCode: 2);

    private readonly LogFile _log = new(folder.Log(name));
    private LabProcess? _process;
    private readonly CancellationTokenSource _end = new();
    private readonly SemaphoreSlim _oneAtATime = new(1);
    private string? _config;
    private string? _table;

    /// <summary>The file that is read again at a signal; the configuration names it.</summary>
    public string TablePath => Path.Combine(folder.Run, $"{name}.table");

    /// <summary>The file for leases.</summary>
    public string LeasesPath => Path.Combine(folder.Run, $"{name}.leases");

    /// <summary>What it said.</summary>
    public LogFile Log => _log;

    /// <summary>Makes it serve this.</summary>
    /// <param name="config">Its configuration.</param>
    /// <param name="table">What it reads at a signal.</param>
    /// <param name="forgets">True where the leases that it has given hold no more; only a start anew lets it forget them.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="LabException">It does not start.</exception>
    public async Task ApplyAsync(string config, string table, bool forgets, CancellationToken cancellationToken)
    {
        await _oneAtATime.WaitAsync(cancellationToken);
        try
        {
            if (forgets)
            {
                await StopAsync();
                File.Delete(LeasesPath);
            }

            await ApplyOneAsync(config, table, cancellationToken);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    private async Task ApplyOneAsync(string config, string table, CancellationToken cancellationToken)
    {
        if (table != _table)
        {
            await File.WriteAllTextAsync(TablePath, table, cancellationToken);
        }

        if (config != _config || _process is not { Exited.IsCompleted: false })
        {
            await StopAsync();
            await StartAsync(config, cancellationToken);
        }
        else if (table != _table)
        {
            _process.Reload();
        }

        (_config, _table) = (config, table);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _oneAtATime.WaitAsync();
        await StopAsync();
        _log.Dispose();
    }

    private async Task StartAsync(string config, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder.Run, $"{name}.conf");
        await File.WriteAllTextAsync(path, config, cancellationToken);
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Look(string line)
        {
            if (line.Contains(Started, StringComparison.Ordinal))
            {
                started.TrySetResult();
            }
        }

        _log.LineWritten += Look;
        try
        {
            _process = LabProcess.Start(
                name,
                fabric.Confine(host, DnsmasqSandbox.Of(folder, path, LeasesPath, TablePath), _dnsmasq, DnsmasqSandbox.Arguments(path)),
                folder,
                journal,
                _log
            );
            if (await Task.WhenAny(started.Task, _process.Exited, Task.Delay(Patience, cancellationToken)) != started.Task)
            {
                cancellationToken.ThrowIfCancellationRequested();
                throw new LabException($"{name} does not start: {string.Join(' ', _log.Last(3))}", exitCode: 2);
            }

            _ = AgainAsync(_process);
        }
        finally
        {
            _log.LineWritten -= Look;
        }
    }

    /// <summary>One that ends by itself is started again, as Amazon's services are always there.</summary>
    private async Task AgainAsync(LabProcess process)
    {
        var code = await process.Exited;
        await _oneAtATime.WaitAsync();
        try
        {
            if (_process == process && !_end.IsCancellationRequested && _config is { } config)
            {
                _log.Write($"lab: {name} has ended with exit code {code}; it is started again.");
                await Task.Delay(RestartDelay, _end.Token);
                await StartAsync(config, _end.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The VPC ends.
        }
        catch (Exception e) when (e is LabException or IOException)
        {
            _log.Write($"lab: {name} stays off: {e.Message}");
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    private Task StopAsync() => _process?.KillAsync() ?? Task.CompletedTask;
}
