using System.Collections.Concurrent;
using Amazon;
using Amazon.EC2;
using Amazon.EC2.Model;
using Amazon.Runtime;
using Amazon.SecurityToken;
using Amazon.SimpleSystemsManagement;
using Lab.Deployment.Aws.Protocols;

namespace Lab.Deployment.Aws;

/// <summary>
/// The clients. There are two of a kind: one that tries again for reading, and one that sends once for writing, because a second
/// CreateVpc after a lost answer makes a second VPC. The writing one also switches off the retries after a stale connection, which
/// the SDK does not count as such.
/// </summary>
internal sealed class AwsClients : IDisposable
{
    private readonly AwsTarget _target;
    private readonly List<IDisposable> _clients = [];
    private ConcurrentDictionary<(Type Answer, string Question), Lazy<Task>>? _asked;

    /// <param name="target">Where they lead.</param>
    /// <param name="time">The clock that leases and deadlines go by.</param>
    public AwsClients(AwsTarget target, TimeProvider time)
    {
        (_target, Time) = (target, time);
        Ec2 = Own(new AmazonEC2Client(target.Credentials, Configure(new AmazonEC2Config(), writes: false)));
        Ec2Writes = Writing(new AmazonEC2Client(target.Credentials, Configure(new AmazonEC2Config(), writes: true)));
        Ssm = Own(new AmazonSimpleSystemsManagementClient(target.Credentials, Configure(new AmazonSimpleSystemsManagementConfig(), writes: false)));
        SsmWrites = Own(new AmazonSimpleSystemsManagementClient(target.Credentials, Configure(new AmazonSimpleSystemsManagementConfig(), writes: true)));
        Sts = Own(new AmazonSecurityTokenServiceClient(target.Credentials, Configure(new AmazonSecurityTokenServiceConfig(), writes: false)));
        AutoScaling = new AutoScalingApi(Protocol(ServiceProtocol.AutoScaling, writes: false), Protocol(ServiceProtocol.AutoScaling, writes: true));
        Iam = new IamApi(Protocol(ServiceProtocol.Iam, writes: false), Protocol(ServiceProtocol.Iam, writes: true));
        LoadBalancers = new LoadBalancersApi(
            Protocol(ServiceProtocol.LoadBalancers, writes: false),
            Protocol(ServiceProtocol.ClassicLoadBalancers, writes: false)
        );
        ResourceShares = new ResourceSharesApi(Protocol(ServiceProtocol.ResourceShares, writes: false));
        Budgets = new BudgetsApi(Protocol(ServiceProtocol.Budgets, writes: false), Protocol(ServiceProtocol.Budgets, writes: true));
    }

    /// <summary>Where they lead.</summary>
    public AwsTarget Target => _target;

    /// <summary>True for those of <see cref="ForOneReading"/>.</summary>
    public bool AsksOnce => _asked is not null;

    /// <summary>The clock that leases and deadlines go by.</summary>
    public TimeProvider Time { get; }

    public IAmazonEC2 Ec2 { get; }

    public IAmazonEC2 Ec2Writes { get; }

    public IAmazonSimpleSystemsManagement Ssm { get; }

    public IAmazonSimpleSystemsManagement SsmWrites { get; }

    public IAmazonSecurityTokenService Sts { get; }

    public AutoScalingApi AutoScaling { get; }

    public IamApi Iam { get; }

    public BudgetsApi Budgets { get; }

    public LoadBalancersApi LoadBalancers { get; }

    public ResourceSharesApi ResourceShares { get; }

    /// <summary>All instances of a description. A reservation may have none left that the caller is shown.</summary>
    public async Task<IReadOnlyList<Instance>> InstancesAsync(DescribeInstancesRequest request, CancellationToken cancellationToken) =>
        [
            .. (await Ec2.Paginators.DescribeInstances(request).Reservations.ToListAsync(cancellationToken)).SelectMany(reservation =>
                reservation.Instances ?? []
            ),
        ];

    /// <summary>The same clients for one reading of many things, in which what several of them ask is asked once. They belong to these.</summary>
    public AwsClients ForOneReading()
    {
        var same = (AwsClients)MemberwiseClone();
        same._asked = new();
        return same;
    }

    /// <summary>Asks, unless the same was asked already in this reading.</summary>
    public Task<T> AskAsync<T>(string question, Func<Task<T>> ask) =>
        _asked is null ? ask() : (Task<T>)_asked.GetOrAdd((typeof(T), question), _ => new Lazy<Task>(ask)).Value;

    public void Dispose() => _clients.ForEach(client => client.Dispose());

    /// <summary>True when a call that changes something was sent; the lease is not counted.</summary>
    public bool HasWritten { get; private set; }

    /// <summary>What has become of the lease that was taken with them; null where none was taken.</summary>
    public string? LeaseEnd { get; set; }

    /// <summary>Tells who waits why it takes long.</summary>
    public Action<string> Note { get; set; } = _ => { };

    private ProtocolClient Protocol(ServiceProtocol protocol, bool writes)
    {
        var client = new ProtocolClient(_target.Credentials, Common(new ProtocolConfig(protocol, _target.Region, _target.Endpoint), writes));
        return writes ? Writing(client) : Own(client);
    }

    private T Writing<T>(T client)
        where T : AmazonServiceClient
    {
        client.BeforeRequestEvent += (_, _) => HasWritten = true;
        return Own(client);
    }

    private T Own<T>(T client)
        where T : IDisposable
    {
        _clients.Add(client);
        return client;
    }

    private T Configure<T>(T config, bool writes)
        where T : ClientConfig
    {
        if (_target.Endpoint is { } endpoint)
        {
            config.ServiceURL = endpoint.ToString();
        }
        else
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(_target.Region);
        }

        // Without it a request to an emulator is signed for us-east-1, whatever the region.
        config.AuthenticationRegion = _target.Region;
        return Common(config, writes);
    }

    private T Common<T>(T config, bool writes)
        where T : ClientConfig
    {
        config.IgnoreConfiguredEndpointUrls = true;
        config.Timeout = _target.Timing.Call;
        config.MaxErrorRetry = writes ? 0 : _target.Timing.ReadRetries;
        if (writes)
        {
            config.MaxStaleConnectionRetries = 0;
        }

        return config;
    }
}
