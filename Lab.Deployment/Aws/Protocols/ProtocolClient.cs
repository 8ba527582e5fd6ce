using Amazon.Runtime;
using Amazon.Runtime.Credentials.Internal;
using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Auth;

namespace Lab.Deployment.Aws.Protocols;

/// <summary>
/// A client for any service of the query or the JSON protocol, on the SDK's own pipeline: credentials, signatures, retries and error
/// mapping are those of its generated clients.
/// </summary>
internal sealed class ProtocolClient(AWSCredentials credentials, ProtocolConfig config) : AmazonServiceClient(credentials, config)
{
    private readonly InvokeOptions _options = new()
    {
        RequestMarshaller = new ProtocolMarshaller(config.Protocol),
        ResponseUnmarshaller = new ProtocolUnmarshaller(config.Protocol),
    };

    /// <summary>Sends a call and gives the answer's body.</summary>
    /// <exception cref="AmazonServiceException">The service refused.</exception>
    public async Task<string> CallAsync(ProtocolRequest request, CancellationToken cancellationToken) =>
        (await InvokeAsync<ProtocolResponse>(request, _options, cancellationToken)).Body;

    protected override IServiceMetadata ServiceMetadata { get; } = new Metadata(config.Protocol.Name);

    protected override void CustomizeRuntimePipeline(RuntimePipeline pipeline)
    {
        pipeline.RemoveHandler<EndpointResolver>();
        pipeline.AddHandlerAfter<Marshaller>(new Signatures());
        pipeline.AddHandlerAfter<Marshaller>(new Endpoints());
    }

    private sealed class Endpoints : BaseEndpointResolver
    {
        protected override void ServiceSpecificHandler(IExecutionContext executionContext, EndpointParameters parameters) { }

        protected override EndpointParameters MapEndpointsParameters(IRequestContext requestContext) => new();
    }

    private sealed class Signatures : BaseAuthResolverHandler
    {
        protected override List<IAuthSchemeOption> ResolveAuthOptions(IExecutionContext executionContext) =>
            [new AuthSchemeOption { SchemeId = "aws.auth#sigv4" }];
    }

    private sealed record Metadata(string ServiceId) : IServiceMetadata
    {
        public IDictionary<string, string> OperationNameMapping { get; } = new Dictionary<string, string>();
    }
}
