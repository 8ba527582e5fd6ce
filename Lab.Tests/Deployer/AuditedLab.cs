using Lab.Deployment;
using Lab.Deployment.Aws;
using Lab.Deployment.Aws.Protocols;
using Lab.Deployment.Resources;
using Lab.Deployment.Verification.Exposures;
using Lab.Model.Definition;

namespace Lab.Tests.Deployer;

/// <summary>A lab with a node on an emulator of its own, in which tests open one thing after the other.</summary>
public sealed class AuditedLab(Emulators emulators) : IAsyncLifetime
{
    private readonly Moto _moto = new(emulators);
    private DeployedLab? _deployed;
    private AwsClients? _aws;

    internal AwsClients Aws => _aws!;

    internal Uri Endpoint => _moto.Endpoint;

    /// <summary>What is found before anything is opened.</summary>
    internal IReadOnlyList<Exposed> Clean { get; private set; } = [];

    internal string Node { get; private set; } = "";

    internal string this[string resource] => _deployed!.IdOf(resource)!;

    public async ValueTask InitializeAsync()
    {
        await _moto.InitializeAsync();
        _aws = Runs.Clients(_moto.Endpoint);
        var lab = Runs.Lab(Egress.NatGateway);
        await Runs.ApplyAsync(lab, _moto.Endpoint, CancellationToken.None);
        _deployed = await DeployedLab.ReadAsync(_aws, lab, CancellationToken.None);
        Node = (await NodeInstances.LaunchAsync(_aws, _deployed, 1, CancellationToken.None)).Single().Id;
        Clean = await FindAsync(_aws);
    }

    public async ValueTask DisposeAsync()
    {
        _aws?.Dispose();
        await _moto.DisposeAsync();
    }

    /// <summary>What is found now, with clients that a test may put something in front of.</summary>
    internal Task<IReadOnlyList<Exposed>> FindAsync(AwsClients aws) => new Exposure(aws, _deployed!).FindAsync(CancellationToken.None);

    /// <summary>A call of a service that no package of the SDK speaks for here.</summary>
    internal async Task<string> CallAsync(ServiceProtocol protocol, ProtocolRequest request)
    {
        using var client = new ProtocolClient(Aws.Target.Credentials, new ProtocolConfig(protocol, Aws.Target.Region, Endpoint));
        return await client.CallAsync(request, CancellationToken.None);
    }
}
