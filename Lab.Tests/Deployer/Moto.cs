using System.Collections.Concurrent;
using Lab.Deployer.Commands;
using Lab.Tests.Deployer;

[assembly: AssemblyFixture(typeof(Emulators))]

namespace Lab.Tests.Deployer;

/// <summary>An emulator of the test class's own, with an empty account.</summary>
public sealed class Moto(Emulators emulators) : IAsyncLifetime
{
    private Emulator? _emulator;

    public Uri Endpoint => _emulator!.Endpoint;

    public async ValueTask InitializeAsync() => _emulator = await emulators.TakeAsync();

    /// <summary>Makes the account empty.</summary>
    public Task ResetAsync() => emulators.ResetAsync(_emulator!);

    public ValueTask DisposeAsync()
    {
        if (_emulator is not null)
        {
            emulators.GiveBack(_emulator);
        }

        return ValueTask.CompletedTask;
    }
}

/// <summary>The emulators of all tests: to start one and to let it read its models takes longer than most tests, so the next class takes over what one has done with.</summary>
public sealed class Emulators : IAsyncDisposable
{
    private readonly ConcurrentBag<Emulator> _idle = [];
    private readonly HttpClient _client = new();

    internal async Task<Emulator> TakeAsync()
    {
        if (!_idle.TryTake(out var emulator))
        {
            return await Emulator.StartAsync(TestContext.Current.CancellationToken);
        }

        await ResetAsync(emulator);
        return emulator;
    }

    internal async Task ResetAsync(Emulator emulator) =>
        (await _client.PostAsync(new Uri(emulator.Endpoint, "/moto-api/reset"), null, TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();

    internal void GiveBack(Emulator emulator) => _idle.Add(emulator);

    public async ValueTask DisposeAsync()
    {
        foreach (var emulator in _idle)
        {
            await emulator.DisposeAsync();
        }

        _client.Dispose();
    }
}
