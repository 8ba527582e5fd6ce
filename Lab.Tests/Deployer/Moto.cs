using Lab.Deployer.Commands;

namespace Lab.Tests.Deployer;

/// <summary>An emulator of the test's own.</summary>
public sealed class Moto : IAsyncLifetime
{
    private readonly HttpClient _client = new();
    private Emulator? _emulator;

    public Uri Endpoint => _emulator!.Endpoint;

    public async ValueTask InitializeAsync() => _emulator = await Emulator.StartAsync(TestContext.Current.CancellationToken);

    /// <summary>Makes the account empty.</summary>
    public async Task ResetAsync() => (await _client.PostAsync(new Uri(Endpoint, "/moto-api/reset"), null)).EnsureSuccessStatusCode();

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        if (_emulator is not null)
        {
            await _emulator.DisposeAsync();
        }
    }
}
