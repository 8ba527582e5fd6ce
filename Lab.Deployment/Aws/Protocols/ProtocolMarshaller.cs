using System.Text;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Transform;

namespace Lab.Deployment.Aws.Protocols;

/// <summary>Puts a request into its protocol's form (https://smithy.io/2.0/aws/protocols).</summary>
internal sealed class ProtocolMarshaller(ServiceProtocol protocol) : IMarshaller<IRequest, AmazonWebServiceRequest>
{
    public IRequest Marshall(AmazonWebServiceRequest input)
    {
        var call = (ProtocolRequest)input;
        var request = new DefaultRequest(call, protocol.Name)
        {
            HttpMethod = "POST",
            ResourcePath = protocol.IsRest ? $"/{call.Operation.ToLowerInvariant()}" : "/",
        };
        if (protocol.IsJson)
        {
            request.Content = Encoding.UTF8.GetBytes(call.Json ?? "{}");
            request.Headers["Content-Type"] = protocol.IsRest ? "application/json" : "application/x-amz-json-1.1";
            if (!protocol.IsRest)
            {
                request.Headers["X-Amz-Target"] = $"{protocol.Version}.{call.Operation}";
            }

            return request;
        }

        request.Parameters["Action"] = call.Operation;
        request.Parameters["Version"] = protocol.Version;
        foreach (var (name, value) in call.Parameters)
        {
            request.Parameters[name] = value;
        }

        return request;
    }
}
