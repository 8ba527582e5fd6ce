namespace Lab.Tests.BootServer;

/// <summary>One server with the fixtures' data, which no test changes.</summary>
public sealed class ConformanceFixture : IAsyncLifetime
{
    internal BootServerUnderTest Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await BootServerUnderTest.StartAsync();

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
