using System.Diagnostics.CodeAnalysis;
using Amazon.Runtime;
using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal;

namespace Lab.Deployment.Aws.Protocols;

/// <summary>The configuration of a <see cref="ProtocolClient"/>.</summary>
internal sealed class ProtocolConfig : ClientConfig
{
    /// <param name="protocol">The service.</param>
    /// <param name="region">The lab's region.</param>
    /// <param name="endpoint">An emulator; null for AWS.</param>
    public ProtocolConfig(ServiceProtocol protocol, string region, Uri? endpoint)
        : base(new DefaultConfigurationProvider([new Legacy()]))
    {
        Protocol = protocol;
        AuthenticationServiceName = protocol.Name;
        AuthenticationRegion = protocol.SigningRegion(region);
        ServiceURL = (endpoint ?? protocol.Endpoint(region)).ToString();
        EndpointProvider = new Fixed(ServiceURL);
    }

    /// <summary>The service.</summary>
    public ServiceProtocol Protocol { get; }

    /// <inheritdoc />
    public override string ServiceVersion => Protocol.Version;

    /// <inheritdoc />
    public override string UserAgent => "lab-deploy";

    /// <inheritdoc />
    public override string RegionEndpointServiceName => Protocol.Name;

    /// <inheritdoc />
    [UnconditionalSuppressMessage("Design", "CA1065", Justification = "The SDK asks the endpoint provider instead.")]
    public override Endpoint DetermineServiceOperationEndpoint(ServiceOperationEndpointParameters parameters) => new(ServiceURL);

    private sealed class Fixed(string url) : IEndpointProvider
    {
        public Endpoint ResolveEndpoint(EndpointParameters parameters) => new(url);
    }

    private sealed class Legacy : IDefaultConfiguration
    {
        public DefaultConfigurationMode Name => DefaultConfigurationMode.Standard;
        public RequestRetryMode RetryMode => RequestRetryMode.Standard;
        public S3UsEast1RegionalEndpointValue S3UsEast1RegionalEndpoint => S3UsEast1RegionalEndpointValue.Regional;
        public TimeSpan? ConnectTimeout => TimeSpan.FromSeconds(3);
        public TimeSpan? TlsNegotiationTimeout => TimeSpan.FromSeconds(3);
        public TimeSpan? TimeToFirstByteTimeout => null;
        public TimeSpan? HttpRequestTimeout => null;
    }
}
